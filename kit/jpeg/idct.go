package jpeg

import "encoding/binary"

// block holds the coefficients of one block that the scale wants, row by row, and one more place
// for those that it does not.
type block [65]int32

// put transforms the block to n×n samples; ac says that there is more than the DC. Afterwards
// the block is zeros, except for the DC and the place beyond.
func (k *kernel) put(b *block, ac bool, out []uint8, stride int) {
	switch {
	case k.n == 1:
		out[0] = sample((b[0]+4)>>3 + 128)
	case k.n == 2:
		idct2(b, out, stride)
	case !ac:
		fill(b[0], k.n, out, stride)
	case k.n == 4:
		idct4(b, out, stride)
	default:
		idct8(b, out, stride)
	}
}

// sample cuts v to 8 bits.
func sample(v int32) uint8 {
	if uint32(v) > 255 {
		return uint8(^(v >> 31))
	}
	return uint8(v)
}

// fill is the transform of a DC alone.
func fill(dc int32, n int, out []uint8, stride int) {
	v := uint64(sample((dc+4)>>3+128)) * 0x0101010101010101
	for y := range n {
		row := out[y*stride:]
		if n == 4 {
			binary.LittleEndian.PutUint32(row, uint32(v))
		} else {
			binary.LittleEndian.PutUint64(row, v)
		}
	}
}

// idct2 needs no multiplication: cos(π/4) is 1/√2 too, so each of both ways is (F0 ± F1)/√8.
func idct2(b *block, out []uint8, stride int) {
	s, t := b[0]+b[2]+4+128<<3, b[0]-b[2]+4+128<<3
	u, v := b[1]+b[3], b[1]-b[3]
	b[1], b[2], b[3] = 0, 0, 0
	out[0], out[1] = sample((s+u)>>3), sample((s-u)>>3)
	out = out[stride:]
	out[0], out[1] = sample((t+v)>>3), sample((t-v)>>3)
}

// Factors of idct4 in 13 bits.
const (
	cosPi8   = 7568 // cos(π/8)
	sinPi8   = 3135 // sin(π/8)
	halfRoot = 5793 // 1/√2
)

// idct4 goes over columns, then rows: x = ½·(F0/√2 + F1·cos + F2·cos + F3·cos), see doc.go.
func idct4(b *block, out []uint8, stride int) {
	var t [16]int32 // with 3 bits of fraction, not yet halved
	for c := range 4 {
		f0, f1, f2, f3 := b[c]*halfRoot, b[c+4], b[c+8]*halfRoot, b[c+12]
		e0, e1 := f0+f2+1<<9, f0-f2+1<<9
		o0, o1 := f1*cosPi8+f3*sinPi8, f1*sinPi8-f3*cosPi8
		t[c], t[c+12] = (e0+o0)>>10, (e0-o0)>>10
		t[c+4], t[c+8] = (e1+o1)>>10, (e1-o1)>>10
	}
	clear(b[:16])
	for y := range 4 {
		// 3 bits of fraction, 13 of the factors, 2 for halving twice.
		f0, f1, f2, f3 := t[4*y]*halfRoot+128<<18+1<<17, t[4*y+1], t[4*y+2]*halfRoot, t[4*y+3]
		e0, e1 := f0+f2, f0-f2
		o0, o1 := f1*cosPi8+f3*sinPi8, f1*sinPi8-f3*cosPi8
		p0, p1, p2, p3 := (e0+o0)>>18, (e1+o1)>>18, (e1-o1)>>18, (e0-o0)>>18
		if uint32(p0|p1|p2|p3) > 255 {
			p0, p1, p2, p3 = int32(sample(p0)), int32(sample(p1)), int32(sample(p2)), int32(sample(p3))
		}
		binary.LittleEndian.PutUint32(out[y*stride:], uint32(p0)|uint32(p1)<<8|uint32(p2)<<16|uint32(p3)<<24)
	}
}
