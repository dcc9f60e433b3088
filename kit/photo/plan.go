package photo

import "superbook/kit/jpeg"

// fit returns s made smaller to fit into a square of the given side, never larger.
func fit(s size, side int) size {
	long := max(s.w, s.h)
	if long <= side {
		return s
	}
	scale := func(v int) int { return max(1, (v*side+long/2)/long) }
	return size{scale(s.w), scale(s.h)}
}

// eighths is how large to decode a JPEG. It is the least that has the samples which the display and the
// largest square need, of colour half as many a side, or, where that would take more than mostDecoded
// bytes, the largest that does not.
func eighths(h jpeg.Header, crop Crop) jpeg.Eighths {
	s := size{h.Width, h.Height}
	long, side := float64(max(s.w, s.h)), float64(crop.pixels(s))
	enough := func(share float64) bool { return long*share >= displaySide && side*share >= float64(squareSides[0]) }
	e := jpeg.Eighths{Y: 1, C: 1}
	for e.Y < 8 && !enough(shareOfY(e.Y)) && h.Bytes(jpeg.Eighths{Y: finer(e.Y)}) <= mostDecoded {
		e.Y = finer(e.Y)
	}
	x, y := h.Subsampling()
	for e.C < e.Y && !enough(float64(e.C)/float64(4*max(x, y))) {
		e.C = finer(e.C)
	}
	return e
}

// shareOfY is how large a picture may be made of so many eighths. To keep the lowest frequencies is a
// good filter, but not near the highest of them: of three eighths a quarter is left to Lanczos, without
// which the display of a photo of 12 megapixels was 0.2 dB worse than from four. Colour showed no difference.
func shareOfY(eighths int) float64 {
	if eighths == 3 {
		return 0.75 * 3 / 8
	}
	return float64(eighths) / 8
}

// finer is the next size that package jpeg decodes to.
func finer(eighths int) int {
	if eighths < 4 {
		return eighths + 1
	}
	return 8
}

// shrink is the largest of 1, 2, 4 and 8 by which what a library decoded may be averaged and still have
// twice the samples a side that are needed: the mean of squares of pixels is a poor
// filter, and what it leaves for Lanczos to take out has to be there.
func shrink(s size, crop Crop) int {
	long, side := max(s.w, s.h), crop.pixels(s)
	n := 1
	for n < 8 && long >= 4*n*displaySide && side >= 4*n*squareSides[0] {
		n *= 2
	}
	return n
}
