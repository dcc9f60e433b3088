package planar

import (
	"image"
	"image/color"
)

// RGBA returns the picture as Go's image/jpeg and image/draw would show it: each pixel has the
// colour of the sample that covers its middle. It is meant for small pictures, one pixel per
// sample of Y.
func (m *Image) RGBA() *image.RGBA {
	y := m.Planes[0]
	out := image.NewRGBA(image.Rect(0, 0, y.W, y.H))
	for v := range y.H {
		for u, luma := range y.Row(v) {
			cb, cr := m.colourAt(u, v)
			r, g, b := color.YCbCrToRGB(luma, cb, cr)
			out.SetRGBA(u, v, color.RGBA{r, g, b, 255})
		}
	}
	return out
}

func (m *Image) colourAt(u, v int) (cb, cr uint8) {
	if m.Grey() {
		return 128, 128
	}
	p := m.Planes[1]
	x := min(int((float64(u)+0.5)/m.SubX), p.W-1)
	y := min(int((float64(v)+0.5)/m.SubY), p.H-1)
	return p.Row(y)[x], m.Planes[2].Row(y)[x]
}
