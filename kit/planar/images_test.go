package planar

import (
	"image"
	"image/color"
	"image/draw"
)

// meadow is a picture with strong and soft colours and, if see is set, all degrees of transparency.
func meadow(r image.Rectangle, see bool) *image.NRGBA64 {
	m := image.NewNRGBA64(r)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			c := color.NRGBA64{uint16(x * 2777), uint16(y * 3331), uint16((x + y) * 997), 0xffff}
			if (x/3+y/4)%4 == 0 {
				c = color.NRGBA64{0xffff, uint16(x&1) * 0xffff, 0, 0xffff}
			}
			if see {
				c.A = []uint16{0, 0xffff, 0x8000, 0x1234, uint16(x * y * 531)}[(x+2*y)%5]
			}
			m.SetNRGBA64(x, y, c)
		}
	}
	return m
}

func drawnTo(to draw.Image, from image.Image) image.Image {
	for y := from.Bounds().Min.Y; y < from.Bounds().Max.Y; y++ {
		for x := from.Bounds().Min.X; x < from.Bounds().Max.X; x++ {
			to.Set(x, y, from.At(x, y))
		}
	}
	return to
}

// haze is a picture of the kind whose colours are in planes: soft, for what is stronger than RGB can
// be would be clipped on the way through it, and slow, for at an edge a sample may cover less than another.
func haze(r image.Rectangle, ratio image.YCbCrSubsampleRatio) *image.NYCbCrA {
	m := image.NewNYCbCrA(r, ratio)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			m.Y[m.YOffset(x, y)] = uint8(100 + (x*7+y*11)%50)
			m.A[m.AOffset(x, y)] = uint8(x*9 + y*y*5)
			m.Cb[m.COffset(x, y)] = uint8(120 + x/8 - y/9)
			m.Cr[m.COffset(x, y)] = uint8(130 - x/7 + y/9)
		}
	}
	return m
}

// kinds are pictures of all types, each also as a part of a larger one that begins anywhere.
func kinds() map[string]image.Image {
	r := image.Rect(0, 0, 45, 39)
	clear, solid := meadow(r, true), meadow(r, false)
	grey := drawnTo(image.NewGray(r), solid)
	all := map[string]image.Image{
		"RGBA": drawnTo(image.NewRGBA(r), clear), "opaque RGBA": drawnTo(image.NewRGBA(r), solid),
		"NRGBA": drawnTo(image.NewNRGBA(r), clear), "opaque NRGBA": drawnTo(image.NewNRGBA(r), solid),
		"RGBA64": drawnTo(image.NewRGBA64(r), clear), "NRGBA64": clear, "CMYK": drawnTo(image.NewCMYK(r), solid),
		"Alpha": drawnTo(image.NewAlpha(r), clear), "Gray": grey, "Gray16": drawnTo(image.NewGray16(r), solid),
		"Paletted":      drawnTo(image.NewPaletted(r, color.Palette{color.NRGBA{}, color.NRGBA{200, 10, 30, 90}, color.White, color.NRGBA{0, 0, 200, 255}}), clear),
		"grey Paletted": drawnTo(image.NewPaletted(r, color.Palette{color.Black, color.Gray{90}, color.White}), grey),
	}
	for ratio := image.YCbCrSubsampleRatio444; ratio <= image.YCbCrSubsampleRatio410; ratio++ {
		m := haze(r, ratio)
		all["NYCbCrA "+ratio.String()] = m
		all[ratio.String()] = &m.YCbCr
	}
	type part interface {
		SubImage(image.Rectangle) image.Image
	}
	for name, m := range all {
		all[name+", odd part"] = m.(part).SubImage(image.Rect(5, 3, 40, 38))
		all[name+", even part"] = m.(part).SubImage(image.Rect(8, 4, 39, 37))
	}
	return all
}
