package jpeg

import (
	"math"
	"math/rand/v2"
	"testing"
)

// slowFDCT is T.81, section A.3.3, word for word.
func slowFDCT(samples []uint8, u, v int) float64 {
	c := func(i int) float64 {
		if i == 0 {
			return math.Sqrt(0.5)
		}
		return 1
	}
	sum := 0.0
	for y := range 8 {
		for x := range 8 {
			sum += (float64(samples[8*y+x]) - 128) * math.Cos(float64((2*x+1)*u)*math.Pi/16) * math.Cos(float64((2*y+1)*v)*math.Pi/16)
		}
	}
	return c(u) * c(v) * sum / 4
}

func TestFDCT(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		a, b := make([]uint8, 64), make([]uint8, 64)
		amplitude := 1 + r.IntN(255)
		for i := range a {
			a[i], b[i] = uint8(r.IntN(2)*amplitude), uint8(r.IntN(amplitude+1))
		}
		var got [64]int64
		fdct(&got, a, 8, b, 8)
		for i, c := range got {
			for half, samples := range [][]uint8{a, b} {
				want := slowFDCT(samples, i%8, i/8)
				if d := float64(encHalf(c, uint(32*half)))/(1<<fdctScaleBits) - want; math.Abs(d) > 0.15 {
					t.Fatalf("coefficient %d is off by %.3f from %.3f", i, d, want)
				}
			}
		}
	}
}

func TestQuantisation(t *testing.T) {
	t.Parallel()
	for quality := 1; quality <= 100; quality++ {
		q := newEncQuant(&stdQuant[quality&1], quality)
		for k, step := range q.step {
			for _, exact := range []float64{0, 0.49999, 0.5, -0.49999, -0.5, 1.2, -7.6, 1020 / float64(step), -1024 / float64(step)} {
				c := int32(exact * float64(step) * (1 << fdctScaleBits))
				want := int32(math.Round(float64(c) / (1 << fdctScaleBits) / float64(step)))
				if got := q.divide(c, k); got != want {
					t.Fatalf("%d by %d: %d, want %d", c, step, got, want)
				}
				for shift := range uint(2) {
					var coef [64]int64
					coef[zigzag[k]] = int64(c) << (32 * shift)
					coef[zigzag[k]] -= int64(1-shift) << 40 // the neighbour must not matter
					masks := [2]uint64{}
					masks[0], masks[1] = q.nonzero(&coef)
					if got := masks[shift]>>k&1 == 1; got != (want != 0) || masks[shift]&^(1<<k) != 0 {
						t.Fatalf("%d by %d in half %d: %b, want %d", c, step, shift, masks[shift], want)
					}
				}
			}
		}
	}
}

func TestHuffman(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	var fibonacci, one, all, random [256]uint32
	a, b := uint32(1), uint32(1)
	for i := range 44 { // the worst there is: one word more long than all others
		fibonacci[5*i] = a
		a, b = b, a+b
	}
	one[7] = 1 << 30
	for i := range all {
		all[i] = 1
		random[i] = uint32(r.ExpFloat64() * math.Exp(20*r.Float64()))
	}
	for name, freq := range map[string]*[256]uint32{"fibonacci": &fibonacci, "one": &one, "all": &all, "random": &random, "none": {}} {
		code := newEncHuffman(freq)
		space, n := 0.0, 0
		for i, count := range code.counts {
			space += float64(count) * math.Pow(2, -float64(i+1))
			n += int(count)
		}
		if space >= 1 { // the word of ones only is left out
			t.Errorf("%s: words take %g", name, space)
		}
		if n != len(code.symbols) {
			t.Fatalf("%s: %d words for %d symbols", name, n, len(code.symbols))
		}
		var has [256]bool
		rest, shorter := code.symbols, uint32(math.MaxUint32)
		for _, count := range code.counts {
			rarest := shorter
			for _, s := range rest[:count] {
				has[s] = true
				rarest = min(rarest, freq[s])
				if freq[s] > shorter {
					t.Errorf("%s: symbol %d of %d has a longer word than one of %d", name, s, freq[s], shorter)
				}
			}
			rest, shorter = rest[count:], rarest
		}
		for s, f := range freq {
			if has[s] != (f > 0) {
				t.Errorf("%s: symbol %d of %d: %v", name, s, f, has[s])
			}
		}
	}
}

// An optimal code is within a bit of the entropy, and these cannot be better than that.
func TestHuffmanIsGood(t *testing.T) {
	t.Parallel()
	var freq [256]uint32
	total, entropy, bits := 0.0, 0.0, 0.0
	for i := range 160 {
		freq[i] = uint32(1e6 / float64(1+i*i))
		total += float64(freq[i])
	}
	var words encWords
	code := newEncHuffman(&freq)
	code.fill(&words, encColourAC)
	for i, f := range freq {
		if f > 0 {
			entropy -= float64(f) * math.Log2(float64(f)/total)
			bits += float64(f) * float64(words[encColourAC<<8|i]&0xff-uint64(i&15))
		}
	}
	if bits < entropy || bits > 1.04*entropy {
		t.Errorf("%.0f bits for %.0f", bits, entropy)
	}
}
