package forms

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"superbook/kit/form"
	"superbook/kit/photo"
)

// minCropSide is the least side of a crop in percent: a zoom of eight.
const minCropSide = 12.5

// Crop is the square of a picture that is to show, in percent with up to two
// decimals: X of the width, Y of the height, the side of the shorter side of the
// upright picture. All empty is the middle. It is a part of forms, which check
// it with check and, as soon as the picture's size is known, with fit.
type Crop struct {
	CropX    string `form:"crop_x" json:"crop_x"`
	CropY    string `form:"crop_y" json:"crop_y"`
	CropSide string `form:"crop_side" json:"crop_side"`

	square photo.Crop
}

// Square is the crop in ten-thousandths, after the checks.
func (f Crop) Square() photo.Crop { return f.square }

// Chosen says whether a part was chosen at all.
func (f Crop) Chosen() bool { return f.CropX != "" || f.CropY != "" || f.CropSide != "" }

// CropOf is what the fields hold for a crop of a picture of w by h pixels. The
// middle is told in numbers too.
func CropOf(c photo.Crop, w, h int) Crop {
	if c == (photo.Crop{}) {
		c = middle(w, h)
	}
	return Crop{CropX: percent(c.X), CropY: percent(c.Y), CropSide: percent(c.Side), square: c}
}

// middle is the largest square in the middle, in numbers.
func middle(w, h int) photo.Crop {
	left := func(side int) int { return (side - min(w, h)) * photo.Whole / (2 * max(side, 1)) }
	return photo.Crop{X: left(w), Y: left(h), Side: photo.Whole}
}

// percent writes ten-thousandths as a number field does: 1250 as 12.5.
func percent(tenThousandths int) string {
	return strconv.FormatFloat(float64(tenThousandths)/100, 'f', -1, 64)
}

// check reads the numbers and notes those that no picture could have.
func (f *Crop) check(e *form.Errors) {
	f.square = photo.Crop{}
	f.CropX, f.CropY, f.CropSide = form.Line(f.CropX), form.Line(f.CropY), form.Line(f.CropSide)
	if !f.Chosen() {
		return
	}
	for _, field := range []struct {
		name, typed string
		into        *int
	}{{"crop_x", f.CropX, &f.square.X}, {"crop_y", f.CropY, &f.square.Y}, {"crop_side", f.CropSide, &f.square.Side}} {
		var ok bool
		*field.into, ok = tenThousandths(field.typed)
		e.Need(field.name, field.typed != "", "Fill in all three numbers, or leave all empty for the middle.")
		e.Need(field.name, ok, "Write a number from 0 to 100 with up to two decimals, like 12.5.")
	}
	if side, ok := tenThousandths(f.CropSide); ok {
		e.Need("crop_side", side >= minCropSide*100, "A square that small would be a blur. Use at least 12.5.")
	}
}

// fit notes what of the square lies outside of a picture of w by h pixels. The
// middle becomes the crop that says so without numbers.
func (f *Crop) fit(e *form.Errors, w, h int) {
	if !e.OK() || f.square.Valid(w, h) {
		if f.square == middle(w, h) {
			f.square = photo.Crop{}
		}
		return
	}
	rest := func(side int) int { return max(0, photo.Whole-f.square.Side*min(w, h)/max(side, 1)) }
	e.Need("crop_x", f.square.X <= rest(w), fmt.Sprintf("The square passes the right edge. Use at most %s, or make the square smaller.", percent(rest(w))))
	e.Need("crop_y", f.square.Y <= rest(h), fmt.Sprintf("The square passes the bottom edge. Use at most %s, or make the square smaller.", percent(rest(h))))
	e.Need("crop_side", !e.OK(), "This square does not lie inside the picture. Choose another.")
}

// typedPercent is what a number field sends; some people write a comma.
var typedPercent = regexp.MustCompile(`^[0-9]{1,3}(?:[.,][0-9]{1,2})?$`)

func tenThousandths(typed string) (n int, ok bool) {
	if !typedPercent.MatchString(typed) {
		return 0, false
	}
	whole, decimals, _ := strings.Cut(strings.ReplaceAll(typed, ",", "."), ".")
	n, err := strconv.Atoi(whole + (decimals + "00")[:2])
	return n, err == nil && n <= photo.Whole
}
