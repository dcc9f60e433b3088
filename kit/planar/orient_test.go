package planar

import (
	"fmt"
	"testing"
)

// seen[o] says where the stored sample x,y is to be seen in a plane of w by h upright, word for
// word from the EXIF standard's "0th row" and "0th column".
var seen = [9]func(x, y, w, h int) (int, int){
	1: func(x, y, w, h int) (int, int) { return x, y },                 // row top, column left
	2: func(x, y, w, h int) (int, int) { return w - 1 - x, y },         // top, right
	3: func(x, y, w, h int) (int, int) { return w - 1 - x, h - 1 - y }, // bottom, right
	4: func(x, y, w, h int) (int, int) { return x, h - 1 - y },         // bottom, left
	5: func(x, y, w, h int) (int, int) { return y, x },                 // left, top
	6: func(x, y, w, h int) (int, int) { return w - 1 - y, x },         // right, top
	7: func(x, y, w, h int) (int, int) { return w - 1 - y, h - 1 - x }, // right, bottom
	8: func(x, y, w, h int) (int, int) { return y, h - 1 - x },         // left, bottom
}

func TestOrient(t *testing.T) {
	t.Parallel()
	wide := noisy(New420(150, 100), 1)
	wide.Planes[0].W = 147 // rows do not touch
	wide.W = 146.5
	for i, m := range []*Image{
		noisy(New420(7, 5), 1), noisy(New420(64, 1), 2), noisy(New420(1, 65), 3), noisy(New420(131, 70), 4), noisy(NewGrey(20, 30), 5), wide,
		noisy(&Image{Planes: []Plane{NewPlane(80, 20), NewPlane(20, 20), NewPlane(20, 20)}, W: 80, H: 20, SubX: 4, SubY: 1}, 6),
	} {
		for o := 1; o <= 8; o++ {
			got := m.Orient(o)
			w, h, x, y := m.W, m.H, m.SubX, m.SubY
			if o >= 5 {
				w, h, x, y = h, w, y, x
			}
			if got.W != w || got.H != h || got.SubX != x || got.SubY != y || len(got.Planes) != len(m.Planes) {
				t.Fatalf("%d by %d: %gx%g by %g/%g", i, o, got.W, got.H, got.SubX, got.SubY)
			}
			for j, p := range m.Planes {
				oriented(t, fmt.Sprintf("%d by %d, plane %d", i, o, j), p, got.Planes[j], o)
			}
		}
	}
}

func oriented(t *testing.T, what string, p, got Plane, o int) {
	t.Helper()
	w, h := p.W, p.H
	if o >= 5 {
		w, h = h, w
	}
	if got.W != w || got.H != h {
		t.Fatalf("%s: %dx%d", what, got.W, got.H)
	}
	for y := range p.H {
		for x, v := range p.Row(y) {
			u, w := seen[o](x, y, w, h)
			if got.Row(w)[u] != v {
				t.Fatalf("%s: %d,%d is not at %d,%d", what, x, y, u, w)
			}
		}
	}
}

func TestOrientKnowsNoOthers(t *testing.T) {
	t.Parallel()
	m := noisy(New420(4, 4), 1)
	for _, o := range []int{-1, 0, 1, 9, 1 << 40} {
		if m.Orient(o) != m {
			t.Errorf("%d turned the picture", o)
		}
	}
}

func BenchmarkOrient(b *testing.B) {
	m := noisy(New420(1280, 960), 1)
	for o := 2; o <= 8; o++ {
		b.Run(fmt.Sprint(o), func(b *testing.B) {
			for b.Loop() {
				m.Orient(o)
			}
		})
	}
}
