package jpeg

// The cosines of the transform, as whole numbers of fdctBits: Loeffler, Ligtenberg and
// Moschytz, "Practical fast 1-D DCT algorithms with 11 multiplications" (1989), whose rotations
// are written here with three multiplications each. cN is cos(N·pi/16).
const (
	fdctBits = 13

	fdct2c6         = 4433  // √2·c6
	fdct2c2Minus2c6 = 6270  // √2·(c2-c6)
	fdct2c2Plus2c6  = 15137 // √2·(c2+c6)
	fdctZ5          = 9633  // √2·c3
	fdctZ1          = 7373  // √2·(c3-c7)
	fdctZ2          = 20995 // √2·(c1+c3)
	fdctZ3          = 16069 // √2·(c3+c5)
	fdctZ4          = 3196  // √2·(c3-c5)
	fdctT4          = 2446  // √2·(c3+c5-c1-c7)
	fdctT5          = 16819 // √2·(c1+c3-c5+c7)
	fdctT6          = 25172 // √2·(c1+c3+c5-c7)
	fdctT7          = 12299 // √2·(c1+c3-c5-c7)
)

// fdctRowBits is how many bits of fraction the rows keep for the columns. With them the largest
// coefficient, 1<<(10+fdctScaleBits), still leaves a half of a word its sign and a bit.
const fdctRowBits = 4

// fdctScaleBits is how far the coefficients of fdct are larger than those of T.81, section A.3.3:
// each of the two passes makes them √8 times as large on top of its bits.
const fdctScaleBits = 3 + fdctRowBits + fdctBits

// fdctBoth doubles a number: the same in both halves of a word.
const fdctBoth = 1<<32 + 1

// fdct transforms two blocks of eight by eight samples at once, a and b, whose rows are the
// strides apart: out[i] is the coefficient of a plus that of b times 1<<32, both signed. Sums,
// differences and products with constants are right for both as long as each fits into 32 bits.
func fdct(out *[64]int64, a []uint8, strideA int, b []uint8, strideB int) {
	for y := range 8 {
		fdctRow((*[8]int64)(out[8*y:]), (*[8]uint8)(a[y*strideA:]), (*[8]uint8)(b[y*strideB:]))
	}
	for x := range 8 {
		fdctColumn((*[57]int64)(out[x:]))
	}
}

// fdctRow transforms a row of both blocks. Samples count from -128 to 127 (T.81, section A.3.1),
// which only the first coefficient feels.
func fdctRow(o *[8]int64, a, b *[8]uint8) {
	s0, s7 := int64(a[0])+int64(b[0])<<32, int64(a[7])+int64(b[7])<<32
	s1, s6 := int64(a[1])+int64(b[1])<<32, int64(a[6])+int64(b[6])<<32
	s2, s5 := int64(a[2])+int64(b[2])<<32, int64(a[5])+int64(b[5])<<32
	s3, s4 := int64(a[3])+int64(b[3])<<32, int64(a[4])+int64(b[4])<<32
	t0, t7, t1, t6 := s0+s7, s0-s7, s1+s6, s1-s6
	t2, t5, t3, t4 := s2+s5, s2-s5, s3+s4, s3-s4

	e0, e3, e1, e2 := t0+t3, t0-t3, t1+t2, t1-t2
	o[0] = (e0 + e1 - 8*128*fdctBoth) << fdctRowBits
	o[4] = (e0 - e1) << fdctRowBits
	z1 := (e2 + e3) * fdct2c6
	o[2] = fdctRound(z1 + e3*fdct2c2Minus2c6)
	o[6] = fdctRound(z1 - e2*fdct2c2Plus2c6)

	z1, z2, z3, z4 := (t4+t7)*-fdctZ1, (t5+t6)*-fdctZ2, t4+t6, t5+t7
	z5 := (z3 + z4) * fdctZ5
	z3, z4 = z5-z3*fdctZ3, z5-z4*fdctZ4
	o[7] = fdctRound(t4*fdctT4 + z1 + z3)
	o[5] = fdctRound(t5*fdctT5 + z2 + z4)
	o[3] = fdctRound(t6*fdctT6 + z2 + z3)
	o[1] = fdctRound(t7*fdctT7 + z1 + z4)
}

// fdctRound takes both halves from fdctBits to fdctRowBits. They are made positive for it, or
// the low half would borrow from the high one.
func fdctRound(v int64) int64 {
	const drop = fdctBits - fdctRowBits
	const lift = 1 << 24 // more than the largest, 1<<(10+fdctBits)
	const low = 1<<32>>drop - 1
	u := uint64(v) + (lift+1<<(drop-1))*fdctBoth
	return int64(u>>drop&(low<<32|low)) - lift>>drop*fdctBoth
}

// fdctColumn transforms every eighth of the coefficients that it gets.
func fdctColumn(c *[57]int64) {
	t0, t7, t1, t6 := c[0]+c[56], c[0]-c[56], c[8]+c[48], c[8]-c[48]
	t2, t5, t3, t4 := c[16]+c[40], c[16]-c[40], c[24]+c[32], c[24]-c[32]

	e0, e3, e1, e2 := t0+t3, t0-t3, t1+t2, t1-t2
	c[0] = (e0 + e1) << fdctBits
	c[32] = (e0 - e1) << fdctBits
	z1 := (e2 + e3) * fdct2c6
	c[16] = z1 + e3*fdct2c2Minus2c6
	c[48] = z1 - e2*fdct2c2Plus2c6

	z1, z2, z3, z4 := (t4+t7)*-fdctZ1, (t5+t6)*-fdctZ2, t4+t6, t5+t7
	z5 := (z3 + z4) * fdctZ5
	z3, z4 = z5-z3*fdctZ3, z5-z4*fdctZ4
	c[56] = t4*fdctT4 + z1 + z3
	c[40] = t5*fdctT5 + z2 + z4
	c[24] = t6*fdctT6 + z2 + z3
	c[8] = t7*fdctT7 + z1 + z4
}
