package jpeg

import (
	"bytes"
	"math"
	"testing"

	"superbook/kit/planar"
)

// A scaled picture is about the mean of the areas that its samples cover: how nearly, depends on the
// detail, of which the mean keeps more above the new resolution than the transform does. The floors are
// a decibel below what was measured for the worst of the samples.
func TestSizesAreNearTheMeanOfTheirAreas(t *testing.T) {
	t.Parallel()
	floor := map[int]float64{4: 28.8, 3: 29.7, 2: 28.7, 1: 47}
	files := samples(t, "base-", "prog-")
	for name, file := range files {
		full := reference(t, files, name)
		for _, e := range []Eighths{{Y: 4}, {Y: 3}, {Y: 2}, {Y: 1}, {Y: 4, C: 3}, {Y: 1, C: 2}} {
			m, err := decode(file, DecodeOptions{Eighths: e})
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			h, err := ReadHeader(bytes.NewReader(file), int64(len(file)))
			if err != nil || m.W != float64(h.Width)*float64(e.Y)/8 || m.H != float64(h.Height)*float64(e.Y)/8 {
				t.Errorf("%s/%v: extent %g, %g; header %+v, %v", name, e, m.W, m.H, h, err)
			}
			if x, y := h.Subsampling(); len(m.Planes) == 3 && (m.SubX != float64(x*e.of(0))/float64(e.of(1)) || m.SubY != float64(y*e.of(0))/float64(e.of(1))) {
				t.Errorf("%s/%v: colour spans %g by %g", name, e, m.SubX, m.SubY)
			}
			for i, p := range m.Planes {
				n := e.of(i)
				if p.W != ceilDiv(full[i].W*n, 8) || p.H != ceilDiv(full[i].H*n, 8) {
					t.Errorf("%s/%v: plane %d is %dx%d", name, e, i, p.W, p.H)
				} else if db := psnr(p, areas(full[i], n)); db < floor[n] {
					t.Errorf("%s/%v: plane %d: %.1f dB", name, e, i, db)
				}
			}
		}
	}
}

// areas is the mean of each whole area of 8/n by 8/n samples, which need not be whole ones.
func areas(p planar.Plane, n int) planar.Plane {
	out := planar.NewPlane(p.W*n/8, p.H*n/8)
	for y := range out.H {
		for x := range out.W {
			sum := 0
			for v := 8 * y / n; v*n < 8*(y+1); v++ {
				for u := 8 * x / n; u*n < 8*(x+1); u++ {
					sum += int(p.Row(v)[u]) * shared(u, x, n) * shared(v, y, n)
				}
			}
			out.Row(y)[x] = uint8((sum + 32) / 64)
		}
	}
	return out
}

// shared is how much the sample u of the full size has in common with x of n eighths; both
// measured so that u is n wide and x 8.
func shared(u, x, n int) int { return min(n*(u+1), 8*(x+1)) - max(n*u, 8*x) }

func psnr(a, want planar.Plane) float64 {
	sum, n := 0.0, 0
	for y := range want.H {
		row := a.Row(y)
		for x, v := range want.Row(y) {
			d := float64(v) - float64(row[x])
			sum += d * d
			n++
		}
	}
	if sum == 0 {
		return math.Inf(1)
	}
	return 10 * math.Log10(255*255*float64(n)/sum)
}
