package jpeg

import (
	"math"
	"math/rand/v2"
	"testing"
)

// slowIDCT is the formula of doc.go for n samples a side, word for word.
func slowIDCT(coef []int32, n, x, y int) float64 {
	c := func(i int) float64 {
		if i == 0 {
			return math.Sqrt(0.5)
		}
		return 1
	}
	sum := 0.0
	for v := range n {
		for u := range n {
			sum += c(u) * c(v) * float64(coef[v*n+u]) *
				math.Cos(float64((2*x+1)*u)*math.Pi/float64(2*n)) * math.Cos(float64((2*y+1)*v)*math.Pi/float64(2*n))
		}
	}
	return sum/4 + 128
}

// Every kernel is the formula, but for rounding; and it leaves the block empty for the next one.
func TestIDCT(t *testing.T) {
	t.Parallel()
	const rounding = 0.5 + 0.1
	r := rand.New(rand.NewPCG(3, 4))
	for _, n := range []int{1, 2, 3, 4, 8} {
		k, err := newKernel(n)
		if err != nil {
			t.Fatal(err)
		}
		out := make([]uint8, n*(n+5))
		for round := range 2000 {
			var b block
			b[0] = int32(r.IntN(2048) - 1024)
			reach := 1 + r.IntN(1+1200/n)
			last := r.IntN(n * n)
			for i := 1; i <= last; i++ {
				b[i] = int32(r.IntN(2*reach) - reach)
			}
			want := b
			k.put(&b, last > 0, out, n+5)
			for y := range n {
				for x := range n {
					exact := min(max(slowIDCT(want[:], n, x, y), 0), 255)
					if got := float64(out[y*(n+5)+x]); math.Abs(got-exact) > rounding {
						t.Fatalf("%d samples a side, round %d: %v is %g at %d, %d, not %g", n, round, want[:n*n], got, x, y, exact)
					}
				}
			}
			if b[0] = 0; b != (block{}) {
				t.Fatalf("%d samples a side: of %v, %v was left", n, want[:n*n], b)
			}
		}
	}
}

func TestOtherSizesAreRefused(t *testing.T) {
	t.Parallel()
	for _, e := range []Eighths{{Y: -1}, {Y: 5}, {Y: 7}, {Y: 9}, {C: 6}, {Y: 4, C: 16}} {
		if m, err := decode(samples(t, "base-dot")["base-dot"], DecodeOptions{Eighths: e}); err == nil {
			t.Errorf("%v: %gx%g", e, m.W, m.H)
		}
	}
}
