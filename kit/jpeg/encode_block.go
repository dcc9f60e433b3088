package jpeg

import (
	"encoding/binary"
	"math/bits"

	"superbook/kit/planar"
)

// encBlockTokens is the most that one block makes: each coefficient, and the end.
const encBlockTokens = 65

// The symbols of AC coefficients that stand for themselves (T.81, section F.1.2.2.1).
const (
	encEndOfBlock = 0x00
	encZeroRun    = 0xf0 // sixteen zeros
)

// pair makes the tokens of two blocks in the unit u, v. Both use the same tables.
func (e *encoder) pair(pair [2]encPlace, u, v int) {
	var blockA, blockB [64]uint8
	a, strideA, _ := e.block(&blockA, pair[0], u, v)
	b, strideB, ok := e.block(&blockB, pair[1], u, v)
	if !ok {
		b, strideB = a, strideA
	}
	table := min(pair[0].plane, 1)
	q := &e.quant[table]
	if encPlain(a, strideA) && encPlain(b, strideB) {
		e.plain(pair[0].plane, a[0], q)
		if ok {
			e.plain(pair[1].plane, b[0], q)
		}
		return
	}
	fdct(&e.coef, a, strideA, b, strideB)
	maskA, maskB := q.nonzero(&e.coef)
	e.tokenise(pair[0].plane, maskA, 0, q)
	if ok {
		e.tokenise(pair[1].plane, maskB, 32, q)
	}
}

// block returns the samples of a block, and false when there is no such block. Samples beyond the
// edge, for which room serves, are those of the edge (T.81, section A.2.4, leaves them open).
func (e *encoder) block(room *[64]uint8, at encPlace, u, v int) (samples []uint8, stride int, ok bool) {
	if at.plane < 0 {
		return nil, 0, false
	}
	p := e.planes[at.plane]
	w, h := e.unit.w, e.unit.h
	if at.plane > 0 {
		w, h = 8, 8
	}
	x, y := u*w+8*at.x, v*h+8*at.y
	if x+8 <= p.W && y+8 <= p.H {
		return p.Pix[y*p.Stride+x:], p.Stride, true
	}
	if len(e.planes) == 1 && x >= p.W {
		return nil, 0, false
	}
	encEdge(room, p, x, y)
	return room[:], 8, true
}

func encEdge(room *[64]uint8, p planar.Plane, x, y int) {
	for i := range room {
		room[i] = p.Row(min(y+i/8, p.H-1))[min(x+i%8, p.W-1)]
	}
}

// encPlain tells whether all samples of a block are the same, as in skies, margins and drawings.
func encPlain(a []uint8, stride int) bool {
	first := binary.LittleEndian.Uint64(a)
	if first != bits.RotateLeft64(first, 8) {
		return false
	}
	for y := 1; y < 8; y++ {
		if binary.LittleEndian.Uint64(a[y*stride:]) != first {
			return false
		}
	}
	return true
}

// plain makes the tokens of a block whose samples are all v. Its first
// coefficient is eight times that (T.81, section A.3.3).
func (e *encoder) plain(plane int, v uint8, q *encQuant) {
	e.grow()
	e.difference(plane, q.divide((int32(v)-128)<<(3+fdctScaleBits), 0))
	e.token(2*min(plane, 1)+encAC, encEndOfBlock, 0)
}

// grow makes room for the tokens of a block.
func (e *encoder) grow() {
	if cap(e.tokens)-len(e.tokens) < encBlockTokens {
		e.tokens = append(make([]uint32, 0, 2*cap(e.tokens)), e.tokens...)
	}
}

func (e *encoder) token(table int, symbol, value uint32) {
	symbol |= uint32(table) << 8
	e.freq[symbol%uint32(len(e.freq))]++
	e.tokens = append(e.tokens, symbol|value<<encTokenBits)
}

// difference makes the token of a first coefficient: how much it is
// more than that of the plane's last block (T.81, section F.1.2.1).
func (e *encoder) difference(plane int, dc int32) {
	size, value := encMagnitude(dc - e.before[plane])
	e.before[plane] = dc
	e.token(2*min(plane, 1)+encDC, size, value)
}

// encMagnitude returns how many bits a number takes and which: a negative one
// has those of the number less one (T.81, table F.1).
func encMagnitude(v int32) (size, value uint32) {
	sign := v >> 31
	size = uint32(bits.Len32(uint32((v ^ sign) - sign)))
	return size, uint32(v+sign) & (1<<size - 1)
}

// tokenise makes the tokens of a block: of the first coefficient its difference, of each other
// that is not zero how many zeros went before it, its size and its bits (T.81, section F.1.2.2).
// The block is in the half of coef that shift says, and bit k of mask is set when
// the k-th coefficient is not zero.
func (e *encoder) tokenise(plane int, mask uint64, shift uint, q *encQuant) {
	e.grow()
	e.difference(plane, q.divide(encHalf(e.coef[0], shift), 0))
	table := uint32(2*min(plane, 1)+encAC) << 8
	freq := (*[256]uint32)(e.freq[table:])
	tokens, n := e.tokens[len(e.tokens):cap(e.tokens)], 0
	last := 0
	for mask &^= 1; mask != 0; mask &= mask - 1 {
		k := bits.TrailingZeros64(mask)
		run := uint32(k - last - 1)
		last = k
		for ; run > 15; run -= 16 {
			freq[encZeroRun]++
			tokens[n] = table | encZeroRun
			n++
		}
		size, value := encMagnitude(q.divide(encHalf(e.coef[zigzag[k&63]&63], shift), k))
		symbol := (run<<4 | size) & 0xff
		freq[symbol]++
		tokens[n] = table | symbol | value<<encTokenBits
		n++
	}
	if last < 63 {
		freq[encEndOfBlock]++
		tokens[n] = table | encEndOfBlock
		n++
	}
	e.tokens = e.tokens[:len(e.tokens)+n]
}
