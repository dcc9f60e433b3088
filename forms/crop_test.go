package forms_test

import (
	"strings"
	"testing"

	"superbook/forms"
	"superbook/kit/photo"
)

func TestCropIsReadInPercent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		x, y, side string
		w, h       int
		want       photo.Crop
		wrong      string // the fields that have words, in order
	}{
		"nothing":                    {"", "", "", 300, 200, photo.Crop{}, ""},
		"a part":                     {"12.5", "0", "80", 300, 200, photo.Crop{X: 1250, Side: 8000}, ""},
		"two decimals":               {"1.25", "2.05", "50.5", 300, 200, photo.Crop{X: 125, Y: 205, Side: 5050}, ""},
		"a comma, and space":         {" 12,5 ", "0", "80", 300, 200, photo.Crop{X: 1250, Side: 8000}, ""},
		"the right edge":             {"33.33", "0", "100", 300, 200, photo.Crop{X: 3333, Side: 10000}, ""},
		"the middle in numbers":      {"16.66", "0", "100", 300, 200, photo.Crop{}, ""},
		"the middle of a tall one":   {"0", "16.66", "100", 200, 300, photo.Crop{}, ""},
		"all of a square":            {"0", "0", "100", 200, 200, photo.Crop{}, ""},
		"the least side":             {"0", "0", "12.5", 300, 200, photo.Crop{Side: 1250}, ""},
		"too small":                  {"0", "0", "12.49", 300, 200, photo.Crop{}, "crop_side"},
		"only zeros":                 {"0", "0", "0", 300, 200, photo.Crop{}, "crop_side"},
		"past the right edge":        {"40", "0", "100", 300, 200, photo.Crop{}, "crop_x"},
		"past the bottom":            {"0", "20.1", "80", 300, 200, photo.Crop{}, "crop_y"},
		"past both":                  {"60", "60", "80", 300, 200, photo.Crop{}, "crop_x crop_y"},
		"one is missing":             {"10", "", "80", 300, 200, photo.Crop{}, "crop_y"},
		"two are missing":            {"10", "", "", 300, 200, photo.Crop{}, "crop_y crop_side"},
		"words":                      {"left", "top", "all", 300, 200, photo.Crop{}, "crop_x crop_y crop_side"},
		"less than nothing":          {"-1", "0", "80", 300, 200, photo.Crop{}, "crop_x"},
		"more than all":              {"0", "0", "100.01", 300, 200, photo.Crop{}, "crop_side"},
		"three decimals":             {"0.125", "0", "80", 300, 200, photo.Crop{}, "crop_x"},
		"an exponent":                {"1e1", "0", "80", 300, 200, photo.Crop{}, "crop_x"},
		"no number, and very long":   {strings.Repeat("9", 70000), "NaN", "Inf", 300, 200, photo.Crop{}, "crop_x crop_y crop_side"},
		"digits of another script":   {"١٢", "0", "80", 300, 200, photo.Crop{}, "crop_x"},
		"of a picture of one pixel":  {"0", "0", "50", 1, 1, photo.Crop{Side: 5000}, ""},
		"of a strip, far to the end": {"99", "0", "100", 10000, 100, photo.Crop{X: 9900, Side: 10000}, ""},
	} {
		f := forms.PhotoCrop{Crop: forms.Crop{CropX: c.x, CropY: c.y, CropSide: c.side}}
		f.Check()
		f.Fit(c.w, c.h)
		if got := strings.Join(f.Fields(), " "); got != c.wrong {
			t.Errorf("%s: wrong are %q, want %q: %v", name, got, c.wrong, f.All())
		}
		if f.OK() && f.Square() != c.want {
			t.Errorf("%s: is %+v, want %+v", name, f.Square(), c.want)
		}
	}
}

func TestCropIsReset(t *testing.T) {
	t.Parallel()
	f := forms.PhotoCrop{Crop: forms.Crop{CropX: "40", CropY: "no", CropSide: "1"}, Reset: "middle"}
	f.Check()
	f.Fit(300, 200)
	if !f.OK() || f.Square() != (photo.Crop{}) || f.Chosen() {
		t.Errorf("is %+v, %v", f.Square(), f.All())
	}
}

// What the form shows for a crop is read as that crop again.
func FuzzCrop(f *testing.F) {
	f.Add("12.5", "0", "80", uint16(300), uint16(200))
	f.Add("99.99", "0,01", "100", uint16(1), uint16(65535))
	f.Add("", "\x00", "1e9", uint16(0), uint16(7))
	f.Fuzz(func(t *testing.T, x, y, side string, w, h uint16) {
		form := forms.PhotoCrop{Crop: forms.Crop{CropX: x, CropY: y, CropSide: side}}
		form.Check()
		form.Fit(int(w), int(h))
		if !form.OK() {
			return
		}
		c := form.Square()
		if w > 0 && h > 0 && !c.Valid(int(w), int(h)) {
			t.Fatalf("%q %q %q of %dx%d: %+v is not valid", x, y, side, w, h, c)
		}
		again := forms.PhotoCrop{Crop: forms.CropOf(c, int(w), int(h))}
		again.Check()
		again.Fit(int(w), int(h))
		if w > 0 && h > 0 && (!again.OK() || again.Square() != c) {
			t.Fatalf("%+v of %dx%d is shown as %+v and read as %+v, %v", c, w, h, again.Crop, again.Square(), again.All())
		}
	})
}
