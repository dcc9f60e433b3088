package photo

import (
	"context"
	"image"
	"image/color"
	"image/draw"
	"math"

	"github.com/disintegration/imaging"
)

// fit returns s made smaller to fit into a square of the given side, never larger.
func fit(s size, side int) size {
	long := max(s.w, s.h)
	if long <= side {
		return s
	}
	scale := func(v int) int { return max(1, int(math.Round(float64(v)*float64(side)/float64(long)))) }
	return size{scale(s.w), scale(s.h)}
}

func centre(r image.Rectangle) image.Rectangle {
	side := min(r.Dx(), r.Dy())
	at := r.Min.Add(image.Pt((r.Dx()-side)/2, (r.Dy()-side)/2))
	return image.Rectangle{at, at.Add(image.Pt(side, side))}
}

// bandRows is how many rows make about a megapixel.
func bandRows(width int) int { return max(1, (1<<20)/width) }

// source is a decoded picture as it came: any colour model, perhaps smaller than its canvas.
type source struct {
	img        image.Image
	background color.Color
}

// reduce returns the part r of the picture in the size to, flattened onto the background.
// It works through bands of rows: no second picture of full size ever exists, and a
// cancelled context is noticed between two bands.
func (s source) reduce(ctx context.Context, r image.Rectangle, to size) (*image.RGBA, error) {
	narrow := image.NewRGBA(image.Rect(0, 0, to.w, r.Dy()))
	rows := bandRows(r.Dx())
	band := image.NewRGBA(image.Rect(0, 0, r.Dx(), min(rows, r.Dy())))
	for y := 0; y < r.Dy(); y += rows {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		part := band.SubImage(image.Rect(0, 0, r.Dx(), min(rows, r.Dy()-y))).(*image.RGBA)
		draw.Draw(part, part.Rect, image.NewUniform(s.background), image.Point{}, draw.Src)
		draw.Draw(part, part.Rect, s.img, r.Min.Add(image.Pt(0, y)), draw.Over)
		copy(narrow.Pix[y*narrow.Stride:], resize(part, size{to.w, part.Rect.Dy()}).Pix)
	}
	return resize(narrow, to), ctx.Err()
}

// resize makes an opaque picture smaller; one that has the size already is returned as it is.
func resize(m *image.RGBA, to size) *image.RGBA {
	if m.Rect.Dx() == to.w && m.Rect.Dy() == to.h {
		return m
	}
	return opaque(imaging.Resize(plain(m), to.w, to.h, imaging.Lanczos))
}

// plain and opaque swap between two names for the same bytes: without transparency NRGBA
// and RGBA agree. imaging is fast on the one, draw and the JPEG encoder on the other.
func plain(m *image.RGBA) *image.NRGBA {
	return &image.NRGBA{Pix: m.Pix, Stride: m.Stride, Rect: m.Rect}
}

func opaque(m *image.NRGBA) *image.RGBA {
	return &image.RGBA{Pix: m.Pix, Stride: m.Stride, Rect: m.Rect}
}

// orient turns and mirrors a picture as EXIF says; imaging turns against the clock.
func orient(m *image.RGBA, orientation int) *image.RGBA {
	turns := [...]func(image.Image) *image.NRGBA{
		2: imaging.FlipH, 3: imaging.Rotate180, 4: imaging.FlipV, 5: imaging.Transpose,
		6: imaging.Rotate270, 7: imaging.Transverse, 8: imaging.Rotate90,
	}
	if orientation < 2 || orientation >= len(turns) {
		return m
	}
	return opaque(turns[orientation](plain(m)))
}
