package jpeg

// stdQuant are the tables of T.81, section K.1, for brightness and for colour, in zigzag order.
var stdQuant = [2][64]uint8{
	{
		16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40,
		26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61, 60, 57, 51,
		56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87,
		95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
	},
	{
		17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, 99, 99,
		99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
		99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
		99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
	},
}

// encQuant divides coefficients by the steps of one table. All is in zigzag order.
type encQuant struct {
	step    [64]uint8
	inverse [64]uint64 // a little more than 1<<32 / step: right for all that a coefficient can be
	// A coefficient whose size is below half a step becomes zero. edge is 1<<31 less that
	// half, in both halves of a word: see nonzero32.
	edge [64]uint64
}

// newEncQuant scales a table to the quality as libjpeg does: 50 is the table
// of the standard, 100 a step of one everywhere.
func newEncQuant(table *[64]uint8, quality int) (q encQuant) {
	scale := 200 - 2*quality
	if quality < 50 {
		scale = 5000 / quality
	}
	for k, step := range table {
		q.step[k] = uint8(min(max((int(step)*scale+50)/100, 1), 255))
		q.inverse[k] = 1<<32/uint64(q.step[k]) + 1
		q.edge[k] = (1<<31 - uint64(q.step[k])<<(fdctScaleBits-1)) * fdctBoth
	}
	return q
}

// nonzero tells which coefficients of two blocks do not become zero: bit k for the k-th in
// zigzag order. Most do, so that finding the others at once is what makes encoding quick.
func (q *encQuant) nonzero(coef *[64]int64) (a, b uint64) {
	first, second := q.nonzero32(coef, 0), q.nonzero32(coef, 32)
	return first&(1<<32-1) | second<<32, first>>32 | second>>32<<32
}

// nonzero32 is 32 coefficients of both blocks, from k on. In the positive half of a word,
// edge+c reaches the top bit when c is half a step or more, and edge-c when -c is.
func (q *encQuant) nonzero32(coef *[64]int64, k int) (mask uint64) {
	zz, edges := zigzag[k:][:32], q.edge[k:][:32]
	for i, edge := range edges {
		c := uint64(coef[zz[i]&63])
		mask = mask>>1 | ((edge+c)|(edge-c))&(1<<31*fdctBoth)
	}
	return mask
}

// divide rounds the coefficient c of the k-th step to whole steps, halves away from zero.
func (q *encQuant) divide(c int32, k int) int32 {
	sign := c >> 31
	size := uint32((c ^ sign) - sign)
	n := (size + uint32(q.step[k&63])<<(fdctScaleBits-1)) >> fdctScaleBits
	return (int32(uint64(n)*q.inverse[k&63]>>32) ^ sign) - sign
}

// encHalf returns one half of a coefficient of two blocks: shift is 0 or 32.
func encHalf(c int64, shift uint) int32 {
	return int32((c + int64(1)<<shift>>1) >> shift) // lifted, for a negative low half borrows from the high one
}
