package colour

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"superbook/kit/planar"
)

func TestToSRGBAgreesWithFloats(t *testing.T) {
	t.Parallel()
	for _, s := range spaces {
		for _, sub := range [][2]int{{1, 1}, {2, 1}, {1, 2}, {2, 2}} {
			for _, size := range [][2]int{{256, 192}, {97, 61}, {1, 1}, {2, 1}, {1, 2}, {3, 3}} {
				m := filled(size[0], size[1], sub[0], sub[1])
				want := wanted(s, m)
				if err := parse(t, s.profile()).ToSRGB(t.Context(), m); err != nil {
					t.Fatal(err)
				}
				for i, p := range m.Planes {
					if off := furthest(p.Pix, want[i]); off > 1 {
						t.Errorf("%s, %v, %v: plane %d is off by %.2f", s.name, sub, size, i, off)
					}
				}
			}
		}
	}
}

func furthest(got []uint8, want []float64) (off float64) {
	for i, v := range got {
		off = max(off, math.Abs(float64(v)-want[i]))
	}
	return off
}

// convertRGB converts one colour as it would be, were pictures stored as R, G and B.
func convertRGB(p *Profile, c [3]int) (out [3]int) {
	r, g, b := p.convert(encode(), c[0]*steps+below, c[1]*steps+below, c[2]*steps+below)
	for i, v := range []int{r, g, b} {
		out[i] = (v + levelOne/2) / levelOne
	}
	return out
}

// The wanted colours are those of Little CMS 2.14, relative colorimetric, for these profiles.
func TestKnownColours(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		space    space
		from, to [3]int
	}{
		{displayP3, [3]int{255, 0, 0}, [3]int{255, 0, 0}},
		{displayP3, [3]int{0, 255, 0}, [3]int{0, 255, 0}},
		{displayP3, [3]int{200, 100, 50}, [3]int{215, 93, 31}},
		{displayP3, [3]int{30, 60, 90}, [3]int{17, 61, 93}},
		{displayP3, [3]int{255, 255, 255}, [3]int{255, 255, 255}},
		{adobeRGB, [3]int{200, 100, 50}, [3]int{227, 100, 42}},
		{adobeRGB, [3]int{90, 120, 140}, [3]int{72, 121, 142}},
		{proPhoto, [3]int{120, 100, 80}, [3]int{160, 114, 95}},
		{proPhoto, [3]int{60, 70, 80}, [3]int{57, 90, 100}},
	} {
		got := convertRGB(parse(t, c.space.profile()), c.from)
		for i := range got {
			if got[i] < c.to[i]-1 || got[i] > c.to[i]+1 {
				t.Errorf("%s %v: %v, want %v", c.space.name, c.from, got, c.to)
			}
		}
	}
}

func TestNeutralStaysNeutral(t *testing.T) {
	t.Parallel()
	for _, s := range spaces {
		p, reference := parse(t, s.profile()), s.reference()
		for v := range 256 {
			got := convertRGB(p, [3]int{v, v, v})
			want := reference(vector{float64(v), float64(v), float64(v)})
			if s.name == displayP3.name || s.name == srgb.name {
				want = vector{float64(v), float64(v), float64(v)}
			}
			for i := range got {
				if math.Abs(float64(got[i])-want[i]) > 1 || got[i]-got[0] > 1 || got[0]-got[i] > 1 {
					t.Errorf("%s, grey %d: %v, want %.1f", s.name, v, got, want)
				}
			}
		}
	}
}

func TestGreyPictures(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		profile []byte
		light   func(float64) float64
	}{
		"gamma 1.8":       {greyProfile(curv(461)), power(461.0 / 256)},
		"linear":          {greyProfile(curv()), power(1)},
		"of three curves": {adobeRGB.profile(), adobeRGB.light},
	} {
		reference := space{"", srgb.red, srgb.green, srgb.blue, srgb.white, c.light, nil}.reference()
		m := planar.NewGrey(256, 2)
		for i := range m.Planes[0].Pix {
			m.Planes[0].Pix[i] = uint8(i)
		}
		if err := parse(t, c.profile).ToSRGB(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		for i, v := range m.Planes[0].Pix {
			grey := float64(uint8(i))
			if want := reference(vector{grey, grey, grey})[0]; math.Abs(float64(v)-want) > 1 {
				t.Errorf("%s: %d became %d, want %.1f", name, uint8(i), v, want)
			}
		}
	}
}

func TestToSRGBRefuses(t *testing.T) {
	t.Parallel()
	p3, grey := parse(t, displayP3.profile()), parse(t, greyProfile(curv(461)))
	odd := filled(16, 16, 2, 2)
	odd.SubX = 1.5
	four := filled(16, 16, 4, 1)
	cut := filled(16, 16, 2, 2)
	cut.Planes[2].H = 7
	stopped, stop := context.WithCancel(t.Context())
	stop()
	for name, c := range map[string]struct {
		ctx  context.Context
		p    *Profile
		m    *planar.Image
		want error
	}{
		"greys for colours": {t.Context(), grey, filled(8, 8, 2, 2), ErrUnsupported},
		"sampled by 1.5":    {t.Context(), p3, odd, ErrUnsupported},
		"sampled by 4":      {t.Context(), p3, four, ErrUnsupported},
		"too little colour": {t.Context(), p3, cut, nil},
		"stopped":           {stopped, p3, filled(8, 8, 2, 2), context.Canceled},
		"stopped, and grey": {stopped, grey, planar.NewGrey(8, 8), context.Canceled},
	} {
		before := fmt.Sprint(c.m.Planes)
		err := c.p.ToSRGB(c.ctx, c.m)
		if err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if fmt.Sprint(c.m.Planes) != before {
			t.Errorf("%s: the picture is not as before", name)
		}
	}
}

func BenchmarkToSRGB(b *testing.B) {
	p, m := parse(b, displayP3.profile()), filled(1280, 960, 2, 2)
	work := clone(m)
	b.SetBytes(1280 * 960)
	for b.Loop() {
		for i, plane := range m.Planes {
			copy(work.Planes[i].Pix, plane.Pix)
		}
		if err := p.ToSRGB(b.Context(), work); err != nil {
			b.Fatal(err)
		}
	}
}
