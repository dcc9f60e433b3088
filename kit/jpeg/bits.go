package jpeg

import "encoding/binary"

// cursor is the place in the entropy-coded data where reading stands. It is passed by value, and
// the loops that decode blocks keep a copy of their own: the compiler holds the three words in
// registers then, which no pointer to them would allow.
type cursor struct {
	acc uint64 // the next bits, the first of them uppermost
	n   uint   // how many of them are good; what lies below is right or zero
	pos int    // the first byte that is not in acc wholly
}

// fill makes at least 56 bits good. There is no branch in it: it loads eight bytes, of which those
// that do not fit are loaded again next time, over themselves. A code and its extra bits have at
// most 32 bits, so the loops call it for fewer than that only.
func (b cursor) fill(buf []byte) cursor {
	b.acc |= binary.BigEndian.Uint64(buf[b.pos:]) >> (b.n & 63)
	b.pos += int((63 - b.n) >> 3)
	b.n |= 56
	return b
}

// drop passes n bits.
func (b cursor) drop(n uint) cursor {
	b.acc <<= n & 63
	b.n -= n
	return b
}

// top is the value of the next n bits, n from 1 to 32.
func (b cursor) top(n uint) uint32 { return uint32(b.acc >> ((64 - n) & 63)) }

// extend makes the signed value of t extra bits (T.81, F.2.2.1).
func extend(v uint32, t uint) int32 {
	if t == 0 {
		return 0
	}
	if v < 1<<(t-1) {
		return int32(v) - 1<<t + 1
	}
	return int32(v)
}
