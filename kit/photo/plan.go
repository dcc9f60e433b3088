package photo

// fit returns s made smaller to fit into a square of the given side, never larger.
func fit(s size, side int) size {
	long := max(s.w, s.h)
	if long <= side {
		return s
	}
	scale := func(v int) int { return max(1, (v*side+long/2)/long) }
	return size{scale(s.w), scale(s.h)}
}

// shrink is the largest of 1, 2, 4 and 8 by which a picture may be decoded smaller and still
// have margin times the samples that the display and the largest square need.
func shrink(s size, crop Crop, margin int) int {
	long, side := max(s.w, s.h), crop.pixels(s)
	n := 1
	for n < 8 && long >= 2*n*margin*displaySide && side >= 2*n*margin*squareSides[0] {
		n *= 2
	}
	return n
}

const (
	// Decoding a JPEG smaller keeps the lowest frequencies, which is a good filter: no margin.
	jpegMargin = 1
	// Averaging squares of pixels is a poor one: what Lanczos takes out afterwards has to be twice as large.
	boxMargin = 2
)
