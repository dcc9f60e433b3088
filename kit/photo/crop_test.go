package photo

import (
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"testing"

	"superbook/kit/planar"
)

func TestCropValid(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		crop  Crop
		w, h  int
		valid bool
	}{
		{Crop{}, 10, 10, true},
		{Crop{0, 0, Whole}, 400, 400, true},
		{Crop{2500, 0, Whole}, 200, 100, true},
		{Crop{5000, 0, Whole}, 200, 100, true},
		{Crop{5003, 0, Whole}, 200, 100, false},
		{Crop{0, 5000, Whole}, 100, 200, true},
		{Crop{0, 1, Whole}, 200, 100, true}, // a ten-thousandth is rounding
		{Crop{0, 3, Whole}, 200, 100, false},
		{Crop{-1, 0, 5000}, 100, 100, false},
		{Crop{0, -1, 5000}, 100, 100, false},
		{Crop{8750, 8750, minCropSide}, 100, 100, true},
		{Crop{0, 0, minCropSide - 1}, 100, 100, false},
		{Crop{0, 0, Whole + 1}, 100, 100, false},
		{Crop{1, 1, 0}, 100, 100, false},
		{Crop{1 << 62, 0, 5000}, 100, 100, false},
	} {
		if got := c.crop.Valid(c.w, c.h); got != c.valid {
			t.Errorf("%+v in %dx%d: %v", c.crop, c.w, c.h, got)
		}
	}
}

func TestKeyTellsAllThatMatters(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, sha := range []string{"aa", "ab"} {
		for _, c := range []Crop{{}, {1, 0, 5000}, {0, 1, 5000}, {0, 0, 5000}, {0, 0, 5001}} {
			what := fmt.Sprint(sha, c)
			key := Key(sha, c)
			if len(key) != 16 || seen[key] != "" || Key(sha, c) != key {
				t.Errorf("%s has the key %s of %s", what, key, seen[key])
			}
			seen[key] = what
		}
	}
}

// The crop speaks of the upright picture, however it is stored and however small it is decoded.
func TestCropAgreesWithEveryOrientation(t *testing.T) {
	t.Parallel()
	for _, s := range []size{{640, 480}, {480, 640}, {2700, 900}} {
		original := scene(s.w, s.h)
		crop := Crop{X: 1000, Y: 500, Side: 3000}
		in := crop.in(float64(s.w), float64(s.h))
		want := original.SubImage(image.Rect(int(in.X), int(in.Y), int(in.X+in.W), int(in.Y+in.H)))
		plain := decoded(t, mustProcess(t, asPNG(t, want)).Variants[2])
		for o := 1; o <= 8; o++ {
			file := withSegments(asJPEG(t, storedAs(original, o), 95), segment(app1, "Exif\x00\x00"+exif(binary.LittleEndian, o)))
			out, err := process(file, Options{Crop: crop})
			if err != nil {
				t.Fatal(err)
			}
			got := decoded(t, out.Variants[2])
			if got.Bounds() != plain.Bounds() {
				t.Fatalf("%v turned %d: %v, want %v", s, o, got.Bounds(), plain.Bounds())
			}
			if d := meanDifference(plain, got); d > 3 {
				t.Errorf("%v turned %d: differs by %.2f", s, o, d)
			}
		}
	}
}

func TestCropShowsTheCornerItNames(t *testing.T) {
	t.Parallel()
	file := asPNG(t, scene(2000, 1000)) // white at the upper left, black at the lower right
	for name, c := range map[string]struct {
		crop Crop
		want color.RGBA
	}{
		"white": {Crop{0, 0, 2000}, color.RGBA{255, 255, 255, 255}},
		"black": {Crop{9000, 8000, 2000}, color.RGBA{A: 255}},
		"tiny":  {Crop{9375, 8750, minCropSide}, color.RGBA{A: 255}},
	} {
		out, err := process(file, Options{Crop: c.crop})
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range out.Variants[:4] {
			want := min([]int{64, 128, 256, 512}[i], c.crop.pixels(size{2000, 1000}))
			m := decoded(t, v)
			if v.Width != want || v.Height != want {
				t.Errorf("%s %s: %dx%d, want %d", name, v.Name, v.Width, v.Height, want)
			}
			for _, p := range []int{0, want - 1} {
				wantColour(t, m, p, p, c.want, 6)
			}
		}
		if d := out.Variants[4]; d.Width != 1280 || d.Height != 640 {
			t.Errorf("%s: the display is %dx%d", name, d.Width, d.Height)
		}
	}
}

func TestStoredIsTheInverseOfUpright(t *testing.T) {
	t.Parallel()
	const w, h = 60, 40 // as stored
	for o := 1; o <= 8; o++ {
		uw, uh := w, h
		if o >= 5 {
			uw, uh = h, w
		}
		r := planar.Rect{X: 3, Y: 7, W: 20, H: 20}
		got := stored(r, o, w, h)
		x0, y0 := upright[o](int(got.X), int(got.Y), uw, uh)
		x1, y1 := upright[o](int(got.X+got.W)-1, int(got.Y+got.H)-1, uw, uh)
		if min(x0, x1) != 3 || min(y0, y1) != 7 || max(x0, x1) != 22 || max(y0, y1) != 26 {
			t.Errorf("%d: %+v shows %d,%d to %d,%d", o, got, min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
		}
	}
}

// A strong zoom into a large progressive picture would need all its coefficients: it gets a softer square.
func TestZoomKeepsWithinTheMemory(t *testing.T) {
	t.Parallel()
	file := progressiveJPEG(8000, 6000, 2, 0x22)
	budget, lent := NewBudget(1<<40), int64(0)
	_, err := process(file, Options{Crop: Crop{0, 0, minCropSide}, Budget: budget, Progress: func(int) { lent = max(lent, budget.InUse()) }})
	if err != nil {
		t.Fatal(err)
	}
	if most := int64(mostDecoded + 20<<20); lent > most || lent == 0 {
		t.Errorf("borrowed %d bytes, not %d", lent, most)
	}
}
