package planar

import (
	"image"
	"image/color"
	"image/draw"
)

// rgb is a pixel without transparency.
type rgb [3]uint8

// rows gives the rows of an image over its background.
type rows struct {
	w, h int
	grey bool
	row  func(y int) []rgb // from the top, each once; a row holds until the next one
}

// newRows chooses the reader for the type of m.
func newRows(m image.Image, background color.Color) *rows {
	b := m.Bounds()
	r := &rows{w: b.Dx(), h: b.Dy()}
	back := opaque(background)
	line := make([]rgb, r.w)
	switch m := m.(type) {
	case *image.RGBA:
		r.row = func(y int) []rgb {
			rowOfRGBA(line, m.Pix[m.PixOffset(b.Min.X, b.Min.Y+y):], back)
			return line
		}
	case *image.NRGBA:
		r.row = func(y int) []rgb {
			rowOfNRGBA(line, m.Pix[m.PixOffset(b.Min.X, b.Min.Y+y):], back)
			return line
		}
	case *image.NYCbCrA:
		r.row = func(y int) []rgb {
			rowOfNYCbCrA(line, m, b.Min.Y+y, back)
			return line
		}
	case *image.Paletted:
		table, grey := flatten(m.Palette, back)
		r.grey = grey
		r.row = func(y int) []rgb {
			for x, i := range m.Pix[m.PixOffset(b.Min.X, b.Min.Y+y):][:r.w] {
				line[x] = table[i]
			}
			return line
		}
	default:
		_, r.grey = m.(*image.Gray16)
		r.row = drawnRows(m, back, line)
	}
	return r
}

// opaque is a colour without its transparency.
func opaque(c color.Color) rgb {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	return rgb{n.R, n.G, n.B}
}

// over mixes a channel with that of the background; part is how much of it there is, of 255.
func over(c, back, part uint8) uint8 {
	return uint8((int(c)*int(part) + int(back)*(255-int(part)) + 127) / 255)
}

func rowOfRGBA(line []rgb, pix []uint8, back rgb) {
	for x := range line {
		p := pix[4*x:][:4:4]
		line[x] = rgb{p[0], p[1], p[2]}
		if p[3] == 255 {
			continue
		}
		for i := range line[x] { // the colours are multiplied by p[3] already
			line[x][i] = uint8(min(int(p[i])+(int(back[i])*(255-int(p[3]))+127)/255, 255))
		}
	}
}

func rowOfNRGBA(line []rgb, pix []uint8, back rgb) {
	for x := range line {
		p := pix[4*x:][:4:4]
		line[x] = rgb{p[0], p[1], p[2]}
		if p[3] < 255 {
			line[x] = rgb{over(p[0], back[0], p[3]), over(p[1], back[1], p[3]), over(p[2], back[2], p[3])}
		}
	}
}

func rowOfNYCbCrA(line []rgb, m *image.NYCbCrA, y int, back rgb) {
	luma := m.Y[m.YOffset(m.Rect.Min.X, y):]
	alpha := m.A[m.AOffset(m.Rect.Min.X, y):]
	for x := range line {
		at := m.COffset(m.Rect.Min.X+x, y)
		r, g, b := color.YCbCrToRGB(luma[x], m.Cb[at], m.Cr[at])
		line[x] = rgb{r, g, b}
		if a := alpha[x]; a < 255 {
			line[x] = rgb{over(r, back[0], a), over(g, back[1], a), over(b, back[2], a)}
		}
	}
}

// flatten puts a palette over the background and tells whether all of it is grey. What a palette
// lacks, an image that names it anyway sees black.
func flatten(p color.Palette, back rgb) (table [256]rgb, grey bool) {
	grey = true
	for i, c := range p[:min(len(p), len(table))] {
		n := color.NRGBAModel.Convert(c).(color.NRGBA)
		rowOfNRGBA(table[i:i+1], []uint8{n.R, n.G, n.B, n.A}, back)
		grey = grey && table[i][0] == table[i][1] && table[i][1] == table[i][2]
	}
	return table, grey
}

// drawnRows has image/draw convert whatever else there is, a band at a time.
func drawnRows(m image.Image, back rgb, line []rgb) func(y int) []rgb {
	const height = 16
	b := m.Bounds()
	band := image.NewRGBA(image.Rect(0, 0, b.Dx(), height))
	under := image.NewUniform(color.RGBA{back[0], back[1], back[2], 255})
	return func(y int) []rgb {
		if y%height == 0 {
			draw.Draw(band, band.Rect, under, image.Point{}, draw.Src)
			draw.Draw(band, band.Rect, m, b.Min.Add(image.Pt(0, y)), draw.Over)
		}
		rowOfRGBA(line, band.Pix[band.PixOffset(0, y%height):], back)
		return line
	}
}
