package planar

import (
	"context"
	"fmt"
)

// Resize returns a part of the picture, in samples of Y, as w by h pixels in 4:2:0; a grey
// picture stays grey. It scales with Lanczos3, both ways. The part may reach beyond the picture
// by the sample that rounding makes. The error is the context's, or says that there is nothing
// to scale or nothing to scale to.
//
// Samples of colour stand in the middle between those of Y (JFIF, ITU-T T.871 section 6), so
// that the same share of every plane shows the same part of the picture.
func (m *Image) Resize(ctx context.Context, part Rect, w, h int) (*Image, error) {
	if err := m.holds(part); err != nil {
		return nil, err
	}
	if w < 1 || h < 1 {
		return nil, fmt.Errorf("planar: resize to %dx%d", w, h)
	}
	out := New420(w, h)
	if m.Grey() {
		out = NewGrey(w, h)
	}
	// From one new sample of Y to the next. That it is part.W/w and twice that for colour, not the
	// width of a plane by that of another, matters when w is odd: the last sample of colour is
	// wider than what it shows.
	step := Rect{part.X, part.Y, part.W / float64(w), part.H / float64(h)}
	s := newScaler(m.Planes[0], out.Planes[0], step)
	for i, to := range out.Planes {
		if i == 1 { // Cr has the weights of Cb
			s = newScaler(m.Planes[1], to, Rect{part.X / m.SubX, part.Y / m.SubY, step.W * out.SubX / m.SubX, step.H * out.SubY / m.SubY})
		}
		if err := s.run(ctx, m.Planes[i], to); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// holds returns an error when the part is empty or not in the picture.
func (m *Image) holds(part Rect) error {
	const slack = 1
	inside := part.X >= -slack && part.Y >= -slack && part.X+part.W <= m.W+slack && part.Y+part.H <= m.H+slack
	if !inside || !(part.W > 0 && part.H > 0) {
		return fmt.Errorf("planar: part %+v of %gx%g", part, m.W, m.H)
	}
	return nil
}

// scaler scales a plane, two new rows at a time: down into a pair of rows as wide as the old
// plane, then across. So no picture is ever half scaled in memory, and as a pair of rows lives
// in the two halves of a word (row 2n in the low one), one multiplication serves both.
//
// A pair is low + high<<32, both signed; so sums and products of pairs are right in both halves
// as long as the results fit into 32 bits.
type scaler struct {
	across, down weights
	lo, hi       int // the columns that the new rows need
	pair         []int64
	taps         []int64
}

// newScaler scales planes like from to planes like to: from step's corner on, one new
// sample for each step of its size.
func newScaler(from, to Plane, step Rect) *scaler {
	s := &scaler{across: newWeights(from.W, step.X, step.W, to.W), down: newWeights(from.H, step.Y, step.H, to.H)}
	s.lo = from.W
	for _, start := range s.across.start {
		s.lo, s.hi = min(s.lo, int(start)), max(s.hi, int(start)+s.across.taps)
	}
	s.pair = make([]int64, from.W)
	return s
}

// pairBits is how far the pair of rows is finer than a sample: no rounding is seen, and what
// Lanczos overshoots is kept until the end. 255 times 1.6 (the largest sum of the weights
// without their signs, at an edge), both ways, stays below 1<<31 with them.
const pairBits = 6

// rowsPerCheck is how many rows are scaled between two looks at the context.
const rowsPerCheck = 64

func (s *scaler) run(ctx context.Context, from, to Plane) error {
	for y := 0; y < to.H; y += 2 {
		if y%rowsPerCheck == 0 && ctx.Err() != nil {
			return fmt.Errorf("planar: resize: %w", ctx.Err())
		}
		second := min(y+1, to.H-1)
		first := s.pairTaps(y, second)
		scaleDown(s.pair[s.lo:s.hi], from.Pix[first*from.Stride+s.lo:], from.Stride, s.taps)
		scaleAcross(to.Row(y), to.Row(second), s.pair, &s.across)
	}
	return nil
}

// pairTaps sets taps to the weights of two rows and returns the first row that they weigh.
func (s *scaler) pairTaps(a, b int) (first int) {
	startA, wa := s.down.of(a)
	startB, wb := s.down.of(b)
	first = min(startA, startB)
	n := max(startA, startB) + s.down.taps - first
	s.taps = append(s.taps[:0], make([]int64, n)...)
	for i := range wa {
		s.taps[startA-first+i] += int64(wa[i])
		s.taps[startB-first+i] += int64(wb[i]) << 32
	}
	for len(s.taps) > 1 && s.taps[len(s.taps)-1] == 0 {
		s.taps = s.taps[:len(s.taps)-1]
	}
	return first
}

// scaleDown fills a pair of rows with the sums of the weighed rows below from's start. Four rows go at
// once: their weights stay in registers all the way across, and the sum is loaded and stored once for four.
func scaleDown(pair []int64, from []uint8, stride int, taps []int64) {
	clear(pair)
	for i := 0; i < len(taps); i += rowsAtOnce {
		var rows [rowsAtOnce][]uint8
		var w [rowsAtOnce]int64
		copy(w[:], taps[i:]) // what is missing weighs nothing
		for k := range rows {
			rows[k] = from[min(i+k, len(taps)-1)*stride:][:len(pair)]
		}
		addRows(pair, &rows, &w)
	}
	for x, v := range pair {
		pair[x] = roundPair(v)
	}
}

const rowsAtOnce = 4

func addRows(pair []int64, rows *[rowsAtOnce][]uint8, w *[rowsAtOnce]int64) {
	n := len(pair)
	r0, r1, r2, r3 := rows[0][:n], rows[1][:n], rows[2][:n], rows[3][:n]
	w0, w1, w2, w3 := w[0], w[1], w[2], w[3]
	for x := range pair {
		pair[x] += int64(r0[x])*w0 + int64(r1[x])*w1 + int64(r2[x])*w2 + int64(r3[x])*w3
	}
}

// roundPair takes both halves from weightBits to pairBits.
func roundPair(v int64) int64 {
	const drop = weightBits - pairBits
	const half = 1 << (drop - 1)
	low := int64(int32(v))
	high := (v - low) >> 32
	return (high+half)>>drop<<32 + (low+half)>>drop
}

// scaleAcross makes two rows of a pair.
func scaleAcross(a, b []uint8, pair []int64, across *weights) {
	b = b[:len(a)]
	w, n := across.w, across.taps
	for x, start := range across.start[:len(a)] {
		s, t := pair[start:][:n], w[:n]
		w = w[n:]
		var sum int64
		for len(s) >= 4 && len(t) >= 4 {
			sum += s[0]*int64(t[0]) + s[1]*int64(t[1]) + s[2]*int64(t[2]) + s[3]*int64(t[3])
			s, t = s[4:], t[4:]
		}
		for i := range min(len(s), len(t)) {
			sum += s[i] * int64(t[i])
		}
		low := int64(int32(sum))
		a[x], b[x] = sample(low), sample((sum-low)>>32)
	}
}

// sample rounds a sum of weightBits and pairBits.
func sample(v int64) uint8 {
	const drop = weightBits + pairBits
	v = (v + 1<<(drop-1)) >> drop
	if uint64(v) > 255 {
		return uint8(^v >> 63) // below 0 is 0, above 255 is 255
	}
	return uint8(v)
}
