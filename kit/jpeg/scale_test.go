package jpeg

import (
	"bytes"
	"math"
	"testing"

	"superbook/kit/planar"
)

// A scaled picture is about the mean of the pixels: how nearly, depends on the detail, of which
// the mean of a box keeps more above the new resolution than the transform does. The floors are
// a decibel below what was measured for the worst of the samples.
func TestScalesAreNearTheMeanOfTheirPixels(t *testing.T) {
	t.Parallel()
	floor := map[int]float64{2: 28.8, 4: 28.7, 8: 47}
	files := samples(t, "base-", "prog-")
	for name, file := range files {
		full := reference(t, files, name)
		for scale, floor := range floor {
			m, err := decode(file, DecodeOptions{Scale: scale})
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			h, err := ReadHeader(bytes.NewReader(file), int64(len(file)))
			if err != nil || m.W != float64(h.Width)/float64(scale) || m.H != float64(h.Height)/float64(scale) {
				t.Errorf("%s/%d: extent %g, %g; header %+v, %v", name, scale, m.W, m.H, h, err)
			}
			for i, p := range m.Planes {
				want := boxed(full[i], scale)
				if p.W != ceilDiv(full[i].W, scale) || p.H != ceilDiv(full[i].H, scale) {
					t.Errorf("%s/%d: plane %d is %dx%d", name, scale, i, p.W, p.H)
				} else if db := psnr(p, want); db < floor {
					t.Errorf("%s/%d: plane %d: %.1f dB", name, scale, i, db)
				}
			}
		}
	}
}

// boxed is the mean of each whole box of side n.
func boxed(p planar.Plane, n int) planar.Plane {
	out := planar.NewPlane(p.W/n, p.H/n)
	for y := range out.H {
		for x := range out.W {
			sum := 0
			for j := range n {
				for _, v := range p.Row(y*n + j)[x*n:][:n] {
					sum += int(v)
				}
			}
			out.Row(y)[x] = uint8((sum + n*n/2) / (n * n))
		}
	}
	return out
}

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
