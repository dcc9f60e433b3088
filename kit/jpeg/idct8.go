package jpeg

// The factors of the 8-point transform of Loeffler, Ligtenberg and Moschytz (ICASSP 1989) in 13
// bits: sums of √2·cos(kπ/16), named for their first decimals.
const (
	f0298, f0390, f0541, f0765 = 2446, 3196, 4433, 6270
	f0899, f1175, f1501, f1847 = 7373, 9633, 12299, 15137
	f1961, f2053, f2562, f3072 = 16069, 16819, 20995, 25172
)

// idct8 is the whole transform: 11 multiplications for eight samples, columns first.
func idct8(b *block, out []uint8, stride int) {
	for c := range 8 {
		if b[c+8]|b[c+16]|b[c+24]|b[c+32]|b[c+40]|b[c+48]|b[c+56] == 0 {
			v := b[c] << 2
			b[c+8], b[c+16], b[c+24], b[c+32], b[c+40], b[c+48], b[c+56] = v, v, v, v, v, v, v
			b[c] = v
			continue
		}
		e0, e1, e2, e3 := even8(b[c], b[c+16], b[c+32], b[c+48], 1<<10)
		o0, o1, o2, o3 := odd8(b[c+8], b[c+24], b[c+40], b[c+56])
		// Two of the 13 bits stay as a fraction; the result is √8 times too large.
		b[c], b[c+56] = (e0+o0)>>11, (e0-o0)>>11
		b[c+8], b[c+48] = (e1+o1)>>11, (e1-o1)>>11
		b[c+16], b[c+40] = (e2+o2)>>11, (e2-o2)>>11
		b[c+24], b[c+32] = (e3+o3)>>11, (e3-o3)>>11
	}
	for y := range 8 {
		r := b[8*y:][:8]
		e0, e1, e2, e3 := even8(r[0], r[2], r[4], r[6], 1<<17+128<<18)
		o0, o1, o2, o3 := odd8(r[1], r[3], r[5], r[7])
		row := out[y*stride:][:8]
		row[0], row[7] = sample((e0+o0)>>18), sample((e0-o0)>>18)
		row[1], row[6] = sample((e1+o1)>>18), sample((e1-o1)>>18)
		row[2], row[5] = sample((e2+o2)>>18), sample((e2-o2)>>18)
		row[3], row[4] = sample((e3+o3)>>18), sample((e3-o3)>>18)
	}
	clear(b[:])
}

// even8 is the part of the even coefficients, with what rounds added.
func even8(x0, x2, x4, x6, round int32) (e0, e1, e2, e3 int32) {
	z := (x2 + x6) * f0541
	s, t := (x0+x4)<<13+round, (x0-x4)<<13+round
	u, v := z+x2*f0765, z-x6*f1847
	return s + u, t + v, t - v, s - u
}

// odd8 is the part of the odd coefficients.
func odd8(x1, x3, x5, x7 int32) (o0, o1, o2, o3 int32) {
	z := (x1 + x3 + x5 + x7) * f1175
	p, q := z-(x3+x7)*f1961, z-(x1+x5)*f0390
	r, s := (x1+x7)*-f0899, (x3+x5)*-f2562
	return x1*f1501 + r + q, x3*f3072 + s + p, x5*f2053 + s + q, x7*f0298 + r + p
}
