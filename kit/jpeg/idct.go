package jpeg

import "encoding/binary"

// block holds the coefficients of one block that are wanted, row by row, and one more place
// for those that are not. It is the last, whatever the size: planes of several sizes take turns.
type block [unwanted + 1]int32

const unwanted = 64

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
	case k.n == 3:
		idct3(b, out, stride)
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
		switch n {
		case 3:
			row = row[:3]
			row[0], row[1], row[2] = uint8(v), uint8(v), uint8(v)
		case 4:
			binary.LittleEndian.PutUint32(row, uint32(v))
		default:
			binary.LittleEndian.PutUint64(row, v)
		}
	}
}

// All of these leave out a factor of √8 in each direction, 8 in both: that of doc.go is ½ and C(0)
// is 1/√2, so without it F0 counts once, the others √2·cos((2x+1)uπ/2n) times. The factors are in 13 bits.
// Columns go first, and keep three bits of fraction; at the end, 13, these 3 and the 8 make a shift of 19.

// idct2 needs no multiplication: √2·cos(π/4) is 1.
func idct2(b *block, out []uint8, stride int) {
	s, t := b[0]+b[2]+4+128<<3, b[0]-b[2]+4+128<<3
	u, v := b[1]+b[3], b[1]-b[3]
	b[1], b[2], b[3] = 0, 0, 0
	out[0], out[1] = sample((s+u)>>3), sample((s-u)>>3)
	out = out[stride:]
	out[0], out[1] = sample((t+v)>>3), sample((t-v)>>3)
}

func idct3(b *block, out []uint8, stride int) {
	var t [9]int32
	for c := range 3 {
		x0, x1, x2 := three(b[c], b[c+3], b[c+6], 1<<9)
		t[c], t[c+3], t[c+6] = x0>>10, x1>>10, x2>>10
	}
	clear(b[:9])
	for y := range 3 {
		x0, x1, x2 := three(t[3*y], t[3*y+1], t[3*y+2], 128<<19+1<<18)
		row := out[y*stride:][:3]
		row[0], row[1], row[2] = sample(x0>>19), sample(x1>>19), sample(x2>>19)
	}
}

// three is one direction of idct3: T.81, A.3.3 for three samples, see doc.go. cos((2x+1)uπ/6) is √3/2, 0,
// -√3/2 for u = 1 and ½, -1, ½ for u = 2, so times √2 it is √1½, 0, -√1½ and √½, -√2, √½.
func three(f0, f1, f2, round int32) (x0, x1, x2 int32) {
	const f0707, f1225 = 5793, 10033 // √½ and √1½ in 13 bits, named like those of idct8
	even, odd := f0<<13+round, f1*f1225
	half := f2 * f0707
	return even + half + odd, even - 2*half, even + half - odd
}

// idct4 is made of the even half of idct8, whose cosines are those of four points.
func idct4(b *block, out []uint8, stride int) {
	var t [16]int32
	for c := range 4 {
		x0, x1, x2, x3 := even8(b[c], b[c+4], b[c+8], b[c+12], 1<<9)
		t[c], t[c+4], t[c+8], t[c+12] = x0>>10, x1>>10, x2>>10, x3>>10
	}
	clear(b[:16])
	for y := range 4 {
		x0, x1, x2, x3 := even8(t[4*y], t[4*y+1], t[4*y+2], t[4*y+3], 128<<19+1<<18)
		x0, x1, x2, x3 = x0>>19, x1>>19, x2>>19, x3>>19
		if uint32(x0|x1|x2|x3) > 255 {
			x0, x1, x2, x3 = int32(sample(x0)), int32(sample(x1)), int32(sample(x2)), int32(sample(x3))
		}
		binary.LittleEndian.PutUint32(out[y*stride:], uint32(x0)|uint32(x1)<<8|uint32(x2)<<16|uint32(x3)<<24)
	}
}
