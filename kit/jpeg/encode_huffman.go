package jpeg

import (
	"cmp"
	"slices"
)

// The four Huffman tables of a picture. A token names its table by these numbers.
const (
	encDC = iota // differences of brightness from block to block
	encAC        // the other coefficients of brightness
	encColourDC
	encColourAC
	encTables
)

// encHuffman is a code as a file holds it (T.81, section B.2.4.2): how many
// words there are of 1 to 16 bits, and their symbols, shortest first.
type encHuffman struct {
	counts  [16]uint8
	symbols []uint8
}

// encNode is a tree of the Huffman procedure: its weight and its leaves.
type encNode struct {
	freq int
	head int // the first symbol, the others follow in a list
	tail int
}

// encReserved is the symbol that takes the word of ones only, which must not
// be used (T.81, section K.2); it is a leaf more, and the rarest.
const encReserved = 256

// newEncHuffman returns the best code for symbols that occur freq times: the procedure
// of T.81, section K.2, figures K.1 to K.4.
func newEncHuffman(freq *[256]uint32) (h encHuffman) {
	sizes := encCodeSizes(freq)
	var perSize [encReserved + 1]int
	order := make([]int, 0, 256)
	for symbol, size := range sizes {
		perSize[size]++
		if size > 0 && symbol != encReserved {
			order = append(order, symbol)
		}
	}
	encLimit16(&perSize)
	for i := range h.counts {
		h.counts[i] = uint8(perSize[i+1])
	}
	// Symbols of equal size come in their own order.
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(sizes[a], sizes[b]) })
	for _, symbol := range order {
		h.symbols = append(h.symbols, uint8(symbol))
	}
	return h
}

// encCodeSizes merges the two rarest trees until there is one (figure K.1); the
// size of a symbol's word is the number of merges that it was part of.
func encCodeSizes(freq *[256]uint32) (sizes [encReserved + 1]int) {
	var next [encReserved + 1]int // the lists of leaves
	trees := []encNode{{freq: 0, head: encReserved, tail: encReserved}}
	for symbol, f := range freq {
		if f > 0 {
			trees = append(trees, encNode{int(f), symbol, symbol})
		}
	}
	for i := range next {
		next[i] = -1
	}
	byFreq := func(a, b encNode) int { return cmp.Compare(a.freq, b.freq) }
	slices.SortStableFunc(trees, byFreq)
	for len(trees) > 1 {
		a, b := trees[0], trees[1]
		next[a.tail] = b.head
		for s := a.head; s >= 0; s = next[s] {
			sizes[s]++
		}
		// The new tree goes behind its equals, which keeps the words short.
		both := encNode{a.freq + b.freq, a.head, b.tail}
		trees = trees[2:]
		at, _ := slices.BinarySearchFunc(trees, both.freq+1, func(n encNode, f int) int { return cmp.Compare(n.freq, f) })
		trees = slices.Insert(trees, at, both)
	}
	return sizes
}

// encLimit16 shortens words of more than 16 bits (figure K.3): of two such words that differ in
// their last bit one takes their common start, and the other goes beside a shorter
// word, which grows by a bit. Last goes the reserved word, one of the longest.
func encLimit16(perSize *[encReserved + 1]int) {
	size := encReserved
	for ; size > 16; size-- {
		for perSize[size] > 0 {
			j := size - 2
			for perSize[j] == 0 {
				j--
			}
			perSize[size] -= 2
			perSize[size-1]++
			perSize[j+1] += 2
			perSize[j]--
		}
	}
	for perSize[size] == 0 {
		size--
	}
	perSize[size]--
}

// fill enters the words of the code (T.81, annex C) for the table of the given number.
func (h *encHuffman) fill(words *encWords, table int) {
	word, k := uint64(0), 0
	for i, count := range h.counts {
		for range count {
			symbol := h.symbols[k]
			extra := symbol & 15
			words[table<<8|int(symbol)] = word<<extra<<8 | uint64(i+1) + uint64(extra)
			word++
			k++
		}
		word <<= 1
	}
}
