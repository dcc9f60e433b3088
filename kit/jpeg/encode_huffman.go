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

// encTree is a tree of the Huffman procedure: its weight, and the first and the last of its leaves,
// which are a list.
type encTree struct{ freq, head, tail int }

// encReserved is the symbol that takes the word of ones only, which must not
// be used (T.81, section K.2); it is a leaf more, and the rarest.
const encReserved = 256

// newEncHuffman returns the best code for symbols that occur freq times: the procedure of T.81,
// section K.2, figures K.1 to K.4, but that symbols are sorted by freq, not by the sizes of figure
// K.1, so that those that figure K.3 makes longer are the rarest.
func newEncHuffman(freq *[256]uint32) (h encHuffman) {
	var perSize [encReserved + 1]int
	for _, size := range encCodeSizes(freq) {
		perSize[size]++
	}
	encLimit16(&perSize)
	for i := range h.counts {
		h.counts[i] = uint8(perSize[i+1])
	}
	for symbol, f := range freq {
		if f > 0 {
			h.symbols = append(h.symbols, uint8(symbol))
		}
	}
	slices.SortStableFunc(h.symbols, func(a, b uint8) int { return cmp.Compare(freq[b], freq[a]) })
	return h
}

// encCodeSizes returns how long the words are, without a limit: the two rarest trees merge until
// there is one (figure K.1), and the word of a symbol grows with each merger of its tree.
func encCodeSizes(freq *[256]uint32) (sizes [encReserved + 1]int) {
	var next [encReserved + 1]int // leaf of the same tree
	trees := append(make([]encTree, 0, len(sizes)), encTree{0, encReserved, encReserved})
	for symbol, f := range freq {
		if f > 0 {
			trees = append(trees, encTree{int(f), symbol, symbol})
		}
	}
	slices.SortStableFunc(trees, func(a, b encTree) int { return cmp.Compare(a.freq, b.freq) })
	for len(trees) > 1 {
		a, b := trees[0], trees[1]
		next[a.tail] = b.head
		both := encTree{a.freq + b.freq, a.head, b.tail}
		for s := both.head; ; s = next[s] {
			sizes[s]++
			if s == both.tail {
				break
			}
		}
		// It goes behind its equals, which keeps the longest word short, and takes the place of two.
		i := 2
		for ; i < len(trees) && trees[i].freq <= both.freq; i++ {
			trees[i-1] = trees[i]
		}
		trees[i-1] = both
		trees = trees[1:]
	}
	return sizes
}

// encLimit16 shortens words of more than 16 bits (figure K.3): of two such words that differ in
// their last bit one takes their common start, and the other goes beside a shorter
// word, which grows by a bit. Last goes the reserved word, one of the longest.
func encLimit16(perSize *[encReserved + 1]int) {
	size := len(perSize) - 1
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
