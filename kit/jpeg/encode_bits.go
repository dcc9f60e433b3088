package jpeg

import "encoding/binary"

// A token is a Huffman symbol with the bits that follow its word: the number of its table and the
// symbol below encTokenBits, the bits from there on. How many they are is in the symbol: its low
// four bits, in all four tables (T.81, sections F.1.2.1 and F.1.2.2).
const encTokenBits = 10

// encWords are the words of the four tables, one behind the other as in tokens: the word, moved
// left by the bits that follow it, above 8 bits of its length with them.
type encWords [encTables << 8]uint64

// encBits writes the bits of a scan: the next goes below the n highest of word.
type encBits struct {
	out  []byte
	word uint64
	n    uint
}

// write appends tokens. The longest is 27 bits, so that word, emptied at 32, never overflows.
func (e *encBits) write(tokens []uint32, words *encWords) {
	word, n, out := e.word, e.n, e.out
	for _, t := range tokens {
		w := words[t&(1<<encTokenBits-1)]
		n += uint(w & 0xff)
		word |= (w>>8 | uint64(t>>encTokenBits)) << ((64 - n) & 63)
		if n >= 32 {
			out = encAppend(out, uint32(word>>32))
			word <<= 32
			n -= 32
		}
	}
	e.word, e.n, e.out = word, n, out
}

// encAppend appends four bytes. After each 0xff goes a zero: without, it
// would begin a marker (T.81, section F.1.2.3).
func encAppend(out []byte, v uint32) []byte {
	if none := ^v; (none-0x01010101)&v&0x80808080 == 0 { // no byte of none is zero
		return binary.BigEndian.AppendUint32(out, v)
	}
	for shift := 24; shift >= 0; shift -= 8 {
		out = encAppendByte(out, byte(v>>shift))
	}
	return out
}

func encAppendByte(out []byte, b byte) []byte {
	if b == 0xff {
		return append(out, b, 0)
	}
	return append(out, b)
}

// finish fills the last byte with ones (T.81, section F.1.2.3) and returns the bytes.
func (e *encBits) finish() []byte {
	word := e.word | ^uint64(0)>>e.n
	for n := e.n; n > 0 && n <= 64; n -= min(n, 8) {
		e.out = encAppendByte(e.out, byte(word>>56))
		word <<= 8
	}
	return e.out
}
