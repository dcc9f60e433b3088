package photo

import (
	"encoding/binary"
	"image"
	"testing"
)

// upright[o] says where the stored pixel x,y is seen in a picture of w by h, word for
// word from the EXIF standard's table of "0th row" and "0th column".
var upright = [9]func(x, y, w, h int) (int, int){
	1: func(x, y, w, h int) (int, int) { return x, y },
	2: func(x, y, w, h int) (int, int) { return w - 1 - x, y },
	3: func(x, y, w, h int) (int, int) { return w - 1 - x, h - 1 - y },
	4: func(x, y, w, h int) (int, int) { return x, h - 1 - y },
	5: func(x, y, w, h int) (int, int) { return y, x },
	6: func(x, y, w, h int) (int, int) { return w - 1 - y, x },
	7: func(x, y, w, h int) (int, int) { return w - 1 - y, h - 1 - x },
	8: func(x, y, w, h int) (int, int) { return y, h - 1 - x },
}

func storedAs(m *image.NRGBA, orientation int) *image.NRGBA {
	w, h := m.Rect.Dx(), m.Rect.Dy()
	sw, sh := w, h
	if orientation >= 5 {
		sw, sh = h, w
	}
	out := image.NewNRGBA(image.Rect(0, 0, sw, sh))
	for y := range sh {
		for x := range sw {
			ux, uy := upright[orientation](x, y, w, h)
			out.SetNRGBA(x, y, m.NRGBAAt(ux, uy))
		}
	}
	return out
}

// meanDifference is per channel, of 255.
func meanDifference(a, b image.Image) float64 {
	var sum, n float64
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			r, g, bl, _ := a.At(x, y).RGBA()
			r2, g2, bl2, _ := b.At(x, y).RGBA()
			for _, d := range []float64{float64(r) - float64(r2), float64(g) - float64(g2), float64(bl) - float64(bl2)} {
				sum += max(d, -d) / 257
				n++
			}
		}
	}
	return sum / n
}

func TestOrientationsAgree(t *testing.T) {
	t.Parallel()
	// The first takes its squares from the display size, the second from a pass of its own.
	for _, s := range []size{{640, 480}, {1600, 560}} {
		original := scene(s.w, s.h)
		want := mustProcess(t, asJPEG(t, original, 95))
		for o := 1; o <= 8; o++ {
			stored := storedAs(original, o)
			tiff := exif(binary.LittleEndian, o)
			for kind, file := range map[string][]byte{
				"jpeg": withSegments(asJPEG(t, stored, 95), segment(app1, "Exif\x00\x00"+tiff)),
				"png":  withChunk(asPNG(t, stored), "eXIf", tiff),
			} {
				got := mustProcess(t, file)
				if got.Width != s.w || got.Height != s.h {
					t.Fatalf("%s %d: original %dx%d", kind, o, got.Width, got.Height)
				}
				for _, i := range []int{0, 3, 4} {
					a, b := decoded(t, want.Variants[i]), decoded(t, got.Variants[i])
					if a.Bounds() != b.Bounds() {
						t.Fatalf("%s %d %s: %v, want %v", kind, o, got.Variants[i].Name, b.Bounds(), a.Bounds())
					}
					if d := meanDifference(a, b); d > 1.5 {
						t.Errorf("%s %d %s: differs by %.2f", kind, o, got.Variants[i].Name, d)
					}
				}
			}
		}
	}
}
