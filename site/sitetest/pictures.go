package sitetest

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"slices"
	"testing"
)

// Colours of the four quarters of a Picture: top left, top right, bottom left,
// bottom right.
var Colours = [4]color.RGBA{{200, 40, 30, 255}, {30, 160, 60, 255}, {30, 60, 190, 255}, {230, 200, 40, 255}}

// Picture draws four quarters of plain colour, with a pattern in the middle
// that differs for each n.
func Picture(w, h, n int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.SetRGBA(x, y, Colours[2*(2*y/h)+2*x/w])
		}
	}
	for bit := range min(w, 32) {
		if n>>bit&1 == 1 {
			m.SetRGBA((w-min(w, 32))/2+bit, h/2, color.RGBA{255, 255, 255, 255})
		}
	}
	return m
}

// JPEG encodes a picture.
func JPEG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, m, &jpeg.Options{Quality: 100}))
	return b.Bytes()
}

// PNG encodes a picture.
func PNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, png.Encode(&b, m))
	return b.Bytes()
}

// GIF encodes pictures of the same size, one frame each.
func GIF(t testing.TB, frames ...image.Image) []byte {
	t.Helper()
	all := &gif.GIF{}
	for _, m := range frames {
		palette := color.Palette{color.White, color.Black}
		for _, c := range Colours {
			palette = append(palette, c)
		}
		p := image.NewPaletted(m.Bounds(), palette)
		for y := range m.Bounds().Dy() {
			for x := range m.Bounds().Dx() {
				p.Set(x, y, m.At(x, y))
			}
		}
		all.Image, all.Delay = append(all.Image, p), append(all.Delay, 10)
	}
	var b bytes.Buffer
	must(t, gif.EncodeAll(&b, all))
	return b.Bytes()
}

// Segment is a marker segment of a JPEG.
func Segment(marker byte, body string) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(body)+2)), body...)
}

// WithSegments puts marker segments at the beginning of a JPEG.
func WithSegments(file []byte, segments ...[]byte) []byte {
	return slices.Concat(file[:2], slices.Concat(segments...), file[2:])
}

// Exif is a marker segment that says how to turn the picture, followed by
// words that a camera could have left.
func Exif(orientation byte, words string) []byte {
	return Segment(0xe1, "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00"+
		string(orientation)+"\x00\x00\x00\x00\x00\x00"+words)
}
