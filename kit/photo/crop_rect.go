package photo

import "superbook/kit/planar"

// pixels is the side of the crop in a picture of the given size.
func (c Crop) pixels(s size) int {
	short := min(s.w, s.h)
	if c == (Crop{}) {
		return short
	}
	return max(1, (c.Side*short+Whole/2)/Whole)
}

// in returns the square in an upright picture of w by h samples, wholly inside.
func (c Crop) in(w, h float64) planar.Rect {
	short := min(w, h)
	if c == (Crop{}) {
		return planar.Rect{X: (w - short) / 2, Y: (h - short) / 2, W: short, H: short}
	}
	side := min(float64(c.Side)/Whole, 1) * short
	x := min(max(float64(c.X)/Whole*w, 0), w-side)
	y := min(max(float64(c.Y)/Whole*h, 0), h-side)
	return planar.Rect{X: x, Y: y, W: side, H: side}
}

// stored finds a square of the upright picture in the picture of w by h samples as it is stored.
func stored(r planar.Rect, orientation int, w, h float64) planar.Rect {
	x, y, side := r.X, r.Y, r.W
	switch orientation {
	case 2:
		x = w - x - side
	case 3:
		x, y = w-x-side, h-y-side
	case 4:
		y = h - y - side
	case 5:
		x, y = y, x
	case 6:
		x, y = y, h-x-side
	case 7:
		x, y = w-y-side, h-x-side
	case 8:
		x, y = w-y-side, x
	}
	return planar.Rect{X: x, Y: y, W: side, H: side}
}
