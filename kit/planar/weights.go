package planar

import "math"

// weightBits is the precision of a weight: one whole is 1<<weightBits.
const weightBits = 14

// lanczosLobes is how many samples the kernel reaches to either side.
const lanczosLobes = 3

// weights say how one line of samples becomes another: sample i of the new line is the sum of
// taps samples of the old one from start[i] on, each times its weight.
type weights struct {
	start []int32
	taps  int
	w     []int16 // taps for each sample of the new line, adding up to 1<<weightBits
}

// of returns where the samples of the new sample i begin and what they weigh.
func (w *weights) of(i int) (start int, taps []int16) {
	return int(w.start[i]), w.w[i*w.taps:][:w.taps]
}

// newWeights scales a line of n samples. The first sample of the new line of m is centred step/2
// behind from, the others follow step apart; both are in samples of the old line. Centres beyond
// the line are moved to its end: the last sample of colour in a picture of odd width has one there.
func newWeights(n int, from, step float64, m int) weights {
	widen := max(step, 1) // a smaller picture takes a wider kernel, or it would show patterns that are not there
	reach := min(lanczosLobes*widen, float64(2*n)+lanczosLobes)
	taps := min(int(math.Ceil(2*reach))+1, n)
	all := weights{start: make([]int32, m), taps: taps, w: make([]int16, m*taps)}
	line := make([]float64, taps)
	used := 1
	for i := range m {
		centre := min(max(from+(float64(i)+0.5)*step, 0), float64(n))
		lo := min(max(int(math.Floor(centre-reach+0.5)), 0), n-taps)
		lanczosLine(line, float64(lo)+0.5-centre, widen)
		_, w := all.of(i)
		zeros, count := roundWeights(w, line)
		all.start[i] = int32(lo + zeros)
		used = max(used, count)
	}
	all.trim(n, used)
	return all
}

// lanczosLine fills in the kernel from x on, in samples of the old line. What lies beyond the
// line is left out, and what remains is weighed as if it were the whole.
func lanczosLine(line []float64, x, widen float64) {
	sum := 0.0
	for j := range line {
		line[j] = lanczos((x + float64(j)) / widen)
		sum += line[j]
	}
	for j := range line {
		line[j] /= sum
	}
}

// lanczos is sinc(x) sinc(x/3), which ends at 3. With a = πx/3 and sin 3a = 3 sin a - 4 sin³ a,
// one sine is enough.
func lanczos(x float64) float64 {
	x = math.Abs(x)
	if x < 1e-9 {
		return 1
	}
	if x >= lanczosLobes {
		return 0
	}
	a := math.Pi / 3 * x
	sin := math.Sin(a)
	return sin / a * sin / a * (1 - 4*sin*sin/3)
}

// roundWeights rounds line to whole weights without the zeros at its ends, and tells how many
// were at the front and how many weights there are now. What rounding adds or takes goes to the
// largest weight: a plain area must keep its brightness.
func roundWeights(w []int16, line []float64) (zeros, count int) {
	sum, largest, first, last := 0, 0, -1, 0
	for j, v := range line {
		w[j] = int16(math.Round(v * (1 << weightBits)))
		sum += int(w[j])
		if w[j] > w[largest] {
			largest = j
		}
		if w[j] != 0 {
			last = j
			if first < 0 {
				first = j
			}
		}
	}
	w[largest] += int16(1<<weightBits - sum)
	copy(w, w[first:last+1])
	clear(w[last+1-first:])
	return first, last + 1 - first
}

// trim keeps the given number of taps and moves starts so that no window leaves the line.
func (w *weights) trim(n, taps int) {
	for i := range w.start {
		from, to := w.w[i*w.taps:][:taps], w.w[i*taps:][:taps]
		copy(to, from)
		over := int(w.start[i]) + taps - n
		if over <= 0 {
			continue
		}
		copy(to[over:], to)
		clear(to[:over])
		w.start[i] -= int32(over)
	}
	w.taps, w.w = taps, w.w[:len(w.start)*taps]
}
