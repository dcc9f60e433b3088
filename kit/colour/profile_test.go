package colour

import (
	"math"
	"testing"
)

func TestSRGBIsRecognized(t *testing.T) {
	t.Parallel()
	with := func(curve []byte) []byte {
		s := srgb
		s.curve = curve
		return s.profile()
	}
	for name, c := range map[string]struct {
		profile []byte
		want    bool
	}{
		"parametric":          {srgb.profile(), true},
		"1,024 entries":       {with(table(1024, srgbLight)), true},
		"4,096 entries":       {with(table(4096, srgbLight)), true},
		"and bytes behind it": {append(srgb.profile(), 0, 0, 0), true},
		"gamma 2.2":           {with(curv(563)), false},
		"linear":              {with(curv()), false},
		"Display P3":          {displayP3.profile(), false},
		"Adobe RGB":           {adobeRGB.profile(), false},
		"ProPhoto":            {proPhoto.profile(), false},
		"grey as in sRGB":     {greyProfile(srgbCurve), true},
		"grey, gamma 1.8":     {greyProfile(curv(461)), false},
	} {
		if got := parse(t, c.profile).SRGB(); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// What SRGB found on a lattice holds for all colours.
func TestSRGBChangesNoSampleByMoreThanOne(t *testing.T) {
	t.Parallel()
	s := srgb
	s.curve = table(1024, srgbLight)
	p := parse(t, s.profile())
	for r := range 256 {
		for g := range 256 {
			for b := 0; b < 256; b += 3 {
				c := [3]int{r, g, b}
				for i, v := range convertRGB(p, c) {
					if v < c[i]-1 || v > c[i]+1 {
						t.Fatalf("%v became %v", c, convertRGB(p, c))
					}
				}
			}
		}
	}
}

// The matrix in the code is what IEC 61966-2-1's primaries make of it.
func TestMatrixOfSRGB(t *testing.T) {
	t.Parallel()
	want := srgb.toXYZ().inverse()
	for i, row := range fromXYZ {
		for j, v := range row {
			if math.Abs(v-want[i][j]) > 1e-6 {
				t.Errorf("row %d: %v, want %v", i, row, want[i])
			}
		}
	}
}

func TestCurves(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		tag  []byte
		want func(x float64) float64
	}{
		"linear":  {curv(), func(x float64) float64 { return x }},
		"gamma":   {curv(461), func(x float64) float64 { return math.Pow(x, 461.0/256) }},
		"entries": {curv(0, 65535, 32768), func(x float64) float64 { return min(2*x, 1) - max(x-0.5, 0)*(65535-32768)/65535*2 }},
		"type 0":  {para(0, 2.2), func(x float64) float64 { return math.Pow(x, 2.2) }},
		"type 1": {para(1, 2, 1.25, -0.25), func(x float64) float64 {
			return math.Pow(max(1.25*x-0.25, 0), 2)
		}},
		"type 2": {para(2, 2, 1, -0.25, 0.125), func(x float64) float64 {
			return math.Pow(max(x-0.25, 0), 2) + 0.125
		}},
		"type 3": {srgbCurve, srgbLight},
		"type 4": {para(4, 2, 0.75, 0.125, 0.5, 0.25, 0.0625, 0.03125), func(x float64) float64 {
			if x < 0.25 {
				return 0.5*x + 0.03125
			}
			return math.Pow(0.75*x+0.125, 2) + 0.0625
		}},
		"above and below": {para(4, 1, 3, -1, 1, 0, 0, 0), func(x float64) float64 { return min(max(3*x-1, 0), 1) }},
	} {
		got, err := tags{named: map[string][]byte{"kTRC": c.tag}}.light("kTRC")
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range got {
			x := min(max(float64(i-below)/(255*steps), 0), 1)
			if want := c.want(x); math.Abs(float64(v)/lightOne-want) > 1e-4 {
				t.Fatalf("%s of %.4f: %.5f, want %.5f", name, x, float64(v)/lightOne, want)
			}
		}
	}
}

func BenchmarkParse(b *testing.B) {
	profile := displayP3.profile()
	for b.Loop() {
		if _, err := Parse(profile); err != nil {
			b.Fatal(err)
		}
	}
}
