package planar

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// noisy fills a picture with everything from smooth to harsh; the seed makes it the same again.
func noisy(m *Image, seed uint64) *Image {
	r := rand.New(rand.NewPCG(seed, 1))
	for _, p := range m.Planes {
		for y := range p.H {
			for x := range p.W {
				v := 128 + 100*math.Sin(float64(x)/3)*math.Cos(float64(y)/5)
				if (x/7+y/5)%3 == 0 {
					v = float64(255 * r.IntN(2))
				}
				p.Row(y)[x] = uint8(v)
			}
		}
	}
	return m
}

// slowLine is one new sample of a line, centred at c of the old one, whose samples at gives.
func slowLine(n int, c, step float64, at func(int) float64) float64 {
	widen := max(step, 1)
	c = min(max(c, 0), float64(n))
	var sum, weight float64
	for i := range n {
		x := math.Pi * (float64(i) + 0.5 - c) / widen
		k := 0.0
		switch {
		case math.Abs(x) < 1e-9:
			k = 1
		case math.Abs(x) < 3*math.Pi:
			k = math.Sin(x) / x * math.Sin(x/3) / (x / 3)
		}
		sum += k * at(i)
		weight += k
	}
	return sum / weight
}

// slowResize is Lanczos3 in float64 from end to end. x0 and y0 are in the samples of the plane,
// stepX and stepY from a new sample to the next.
func slowResize(p Plane, x0, y0, stepX, stepY float64, w, h int) [][]float64 {
	down := make([][]float64, h)
	for y := range down {
		down[y] = make([]float64, p.W)
		for x := range p.W {
			down[y][x] = slowLine(p.H, y0+(float64(y)+0.5)*stepY, stepY, func(i int) float64 { return float64(p.Row(i)[x]) })
		}
	}
	out := make([][]float64, h)
	for y := range out {
		out[y] = make([]float64, w)
		for x := range w {
			out[y][x] = slowLine(p.W, x0+(float64(x)+0.5)*stepX, stepX, func(i int) float64 { return down[y][i] })
		}
	}
	return out
}

func near(t *testing.T, what string, most float64, p Plane, want [][]float64) {
	t.Helper()
	for y := range want {
		for x, v := range want[y] {
			v = min(max(v, 0), 255)
			if got := p.Row(y)[x]; math.Abs(float64(got)-v) > most {
				t.Fatalf("%s at %d,%d: %d, want %.2f", what, x, y, got, v)
			}
		}
	}
}

func mustResize(t testing.TB, m *Image, part Rect, w, h int) *Image {
	t.Helper()
	out, err := m.Resize(context.Background(), part, w, h)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestResizeIsLanczos(t *testing.T) {
	t.Parallel()
	for i, c := range []struct {
		w, h   int // of the picture
		part   Rect
		tw, th int
	}{
		{101, 75, Rect{0, 0, 101, 75}, 64, 48},
		{101, 75, Rect{0, 0, 100.5, 74.75}, 33, 47}, // the last samples are parts
		{64, 64, Rect{0, 0, 64, 64}, 64, 64},
		{40, 30, Rect{0, 0, 40, 30}, 97, 81},
		{90, 90, Rect{13.25, 60.5, 31, 29.5}, 20, 21}, // to the lower edge
		{90, 90, Rect{59, 0, 31, 31}, 15, 15},
		{200, 3, Rect{0, 0, 200, 3}, 1, 1},
		{3, 200, Rect{0, 0, 3, 200}, 7, 1},
		{1, 1, Rect{0, 0, 1, 1}, 9, 5},
		{2, 1, Rect{0, 0, 2, 1}, 1, 4},
		{256, 128, Rect{0, 0, 256, 128}, 16, 8},
	} {
		m := noisy(New420(c.w, c.h), uint64(i))
		got := mustResize(t, m, c.part, c.tw, c.th)
		if got.W != float64(c.tw) || got.H != float64(c.th) || got.SubX != 2 || got.SubY != 2 {
			t.Fatalf("case %d: %gx%g by %g/%g", i, got.W, got.H, got.SubX, got.SubY)
		}
		stepX, stepY := c.part.W/float64(c.tw), c.part.H/float64(c.th)
		for j, p := range m.Planes {
			sub := min(1+float64(j), 2)
			want := slowResize(p, c.part.X/sub, c.part.Y/sub, stepX, stepY, got.Planes[j].W, got.Planes[j].H)
			near(t, fmt.Sprintf("case %d plane %d", i, j), 1, got.Planes[j], want)
		}
	}
}

// Nothing but black and white: what overshoots must neither wrap around nor be lost halfway.
func TestResizeOfTinyAndHarsh(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(8, 8))
	for i := range 3000 {
		w, h, tw, th := 1+r.IntN(14), 1+r.IntN(14), 1+r.IntN(14), 1+r.IntN(14)
		m := New420(w, h)
		for _, p := range m.Planes {
			for j := range p.Pix {
				p.Pix[j] = uint8(255 * r.IntN(2))
			}
		}
		part := Rect{X: r.Float64() * float64(w) / 2, Y: r.Float64() * float64(h) / 2}
		part.W, part.H = (float64(w)-part.X)*(1-r.Float64()/2), (float64(h)-part.Y)*(1-r.Float64()/2)
		got := mustResize(t, m, part, tw, th)
		for j, p := range got.Planes {
			sub := min(1+float64(j), 2)
			want := slowResize(m.Planes[j], part.X/sub, part.Y/sub, part.W/float64(tw), part.H/float64(th), p.W, p.H)
			near(t, fmt.Sprintf("%d: plane %d of %dx%d, %v, to %dx%d", i, j, w, h, part, tw, th), 1, p, want)
		}
	}
}

func TestResizeOfOtherRatios(t *testing.T) {
	t.Parallel()
	m := noisy(&Image{Planes: []Plane{NewPlane(60, 40), NewPlane(60, 20), NewPlane(60, 20)}, W: 60, H: 40, SubX: 1, SubY: 2}, 5)
	got := mustResize(t, m, m.Bounds(), 31, 23)
	// A new sample of colour is two new pixels: 2·60/31 samples of Y, which are as many of 4:4:4.
	near(t, "Cb", 1, got.Planes[1], slowResize(m.Planes[1], 0, 0, 120./31, 40./23, 16, 12))
}

func TestResizeKeepsPlain(t *testing.T) {
	t.Parallel()
	for _, v := range []uint8{0, 1, 77, 128, 254, 255} {
		m := New420(53, 37)
		for _, p := range m.Planes {
			for i := range p.Pix {
				p.Pix[i] = v
			}
		}
		for _, s := range [][2]int{{1, 1}, {2, 1}, {17, 53}, {53, 37}, {52, 36}, {160, 111}} {
			for j, p := range mustResize(t, m, Rect{0.3, 0.2, 52.5, 36}, s[0], s[1]).Planes {
				for i := range p.Pix {
					if p.Pix[i] != v {
						t.Fatalf("%d became %d in plane %d of %v", v, p.Pix[i], j, s)
					}
				}
			}
		}
	}
}

func TestResizePartIsCropOfWhole(t *testing.T) {
	t.Parallel()
	m := noisy(New420(160, 128), 3)
	whole := mustResize(t, m, m.Bounds(), 40, 32)
	part := mustResize(t, m, Rect{64, 32, 64, 64}, 16, 16)
	for j, p := range part.Planes {
		sub := min(1+j, 2)
		for y := range p.H {
			if want := whole.Planes[j].Row(8/sub + y)[16/sub:][:p.W]; string(p.Row(y)) != string(want) {
				t.Fatalf("plane %d row %d: %v, want %v", j, y, p.Row(y), want)
			}
		}
	}
}

func TestResizeToTheSameSizeIsACopy(t *testing.T) {
	t.Parallel()
	m := noisy(New420(51, 33), 4)
	got := mustResize(t, m, m.Bounds(), 51, 33)
	for j := range m.Planes {
		if string(got.Planes[j].Pix) != string(m.Planes[j].Pix) {
			t.Errorf("plane %d differs", j)
		}
	}
}

func TestResizeKeepsGrey(t *testing.T) {
	t.Parallel()
	m := noisy(NewGrey(50, 50), 4)
	if got := mustResize(t, m, m.Bounds(), 20, 20); !got.Grey() || got.SubX != 1 {
		t.Errorf("%d planes", len(got.Planes))
	}
}

func TestResizeRefuses(t *testing.T) {
	t.Parallel()
	m := noisy(New420(50, 40), 4)
	nan := math.NaN()
	for _, part := range []Rect{{0, 0, 0, 40}, {0, 0, 50, -1}, {-9, 0, 50, 40}, {0, 9, 50, 40}, {nan, 0, 5, 5}, {0, 0, nan, 5}, {0, 0, math.Inf(1), 5}} {
		if _, err := m.Resize(t.Context(), part, 10, 10); err == nil {
			t.Errorf("%v was scaled", part)
		}
	}
	for _, s := range [][2]int{{0, 5}, {5, 0}, {-1, 5}} {
		if _, err := m.Resize(t.Context(), m.Bounds(), s[0], s[1]); err == nil {
			t.Errorf("scaled to %v", s)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := m.Resize(ctx, m.Bounds(), 10, 10); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func BenchmarkResize(b *testing.B) {
	m := noisy(New420(2016, 1512), 1)
	for b.Loop() {
		mustResize(b, m, m.Bounds(), 1280, 960)
	}
}

func BenchmarkResizeSmall(b *testing.B) {
	m := noisy(New420(512, 512), 1)
	for b.Loop() {
		mustResize(b, m, m.Bounds(), 256, 256)
	}
}
