package photo

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
)

var variantNames = []string{"64", "128", "256", "512", "1280"}

func mustProcess(t *testing.T, file []byte) Result {
	t.Helper()
	out, err := process(file, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func decoded(t *testing.T, v Variant) image.Image {
	t.Helper()
	m, err := jpeg.Decode(bytes.NewReader(v.JPEG))
	if err != nil {
		t.Fatalf("variant %s: %v", v.Name, err)
	}
	if m.Bounds().Dx() != v.Width || m.Bounds().Dy() != v.Height {
		t.Fatalf("variant %s says %dx%d and is %v", v.Name, v.Width, v.Height, m.Bounds())
	}
	return m
}

func wantColour(t *testing.T, m image.Image, x, y int, want color.RGBA, tolerance int) {
	t.Helper()
	r, g, b, _ := m.At(x, y).RGBA()
	for i, d := range []int{int(r>>8) - int(want.R), int(g>>8) - int(want.G), int(b>>8) - int(want.B)} {
		if d > tolerance || d < -tolerance {
			t.Errorf("at %d,%d channel %d: got %d,%d,%d, want %v", x, y, i, r>>8, g>>8, b>>8, want)
			return
		}
	}
}

func TestSizes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ w, h, square, dw, dh int }{
		{1, 1, 1, 1, 1}, {300, 200, 200, 300, 200}, {1280, 1280, 512, 1280, 1280},
		{2000, 1500, 512, 1280, 960}, {1500, 2000, 512, 960, 1280}, {3000, 600, 512, 1280, 256},
		{513, 513, 512, 513, 513}, {16384, 1, 1, 1280, 1}, {1, 16384, 1, 1, 1280}, {16384, 2, 2, 1280, 1},
	} {
		t.Run(fmt.Sprintf("%dx%d", c.w, c.h), func(t *testing.T) {
			t.Parallel()
			out := mustProcess(t, asPNG(t, scene(c.w, c.h)))
			if out.Width != c.w || out.Height != c.h {
				t.Errorf("original is %dx%d", out.Width, out.Height)
			}
			for i, v := range out.Variants {
				want := [][2]int{{64, 64}, {128, 128}, {256, 256}, {512, 512}, {c.dw, c.dh}}[i]
				if i < 4 {
					want[0], want[1] = min(want[0], c.square), min(want[1], c.square)
				}
				decoded(t, v)
				if v.Name != variantNames[i] || v.Width != want[0] || v.Height != want[1] {
					t.Errorf("variant %d: %s %dx%d, want %s %v", i, v.Name, v.Width, v.Height, variantNames[i], want)
				}
			}
		})
	}
}

// A square of a panorama comes from the full picture, as sharp as that of the middle alone.
func TestPanoramaSquareIsSharp(t *testing.T) {
	t.Parallel()
	wide := scene(3000, 600)
	for i := range wide.Pix {
		if i%4 != 3 && i/4%8 < 4 {
			wide.Pix[i] /= 3
		}
	}
	got := mustProcess(t, asPNG(t, wide)).Variants[3]
	want := mustProcess(t, asPNG(t, wide.SubImage(image.Rect(1200, 0, 1800, 600)))).Variants[3]
	if d := meanDifference(decoded(t, got), decoded(t, want)); d > 1 {
		t.Errorf("differs by %.2f", d)
	}
}

// The sample pictures in testdata all show one drawing: see testdata/README.md.
func TestEveryKindLooksRight(t *testing.T) {
	t.Parallel()
	paper := color.RGBA{0xf3, 0xec, 0xdd, 255}
	white, black, red := color.RGBA{255, 255, 255, 255}, color.RGBA{A: 255}, color.RGBA{220, 30, 20, 255}
	for name, clear := range map[string]bool{
		"444.jpg": false, "progressive.jpg": false, "cmyk.jpg": false, "interlaced.png": false, "paletted.png": false,
		"animated.gif": false, "lossy.webp": false,
		"rgba16.png": true, "lossy_alpha.webp": true, "lossless.webp": true,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tolerance := 14
			if name == "cmyk.jpg" || name == "paletted.png" || name == "animated.gif" {
				tolerance = 40 // few colours, or another space of colours
			}
			m := decoded(t, mustProcess(t, testdata(t, name)).Variants[4])
			corner := white
			if clear {
				corner = paper
			}
			wantColour(t, m, 8, 8, corner, 6)
			wantColour(t, m, 8, 28, white, 6)
			wantColour(t, m, 88, 56, black, 6)
			wantColour(t, m, 48, 34, red, tolerance)
		})
	}
	m := decoded(t, mustProcess(t, testdata(t, "grey.jpg")).Variants[4])
	wantColour(t, m, 8, 8, white, 4)
}

func TestBackground(t *testing.T) {
	t.Parallel()
	out, err := process(asPNG(t, image.NewNRGBA(image.Rect(0, 0, 20, 20))), Options{Background: color.NRGBA{200, 0, 0, 255}})
	if err != nil {
		t.Fatal(err)
	}
	wantColour(t, decoded(t, out.Variants[0]), 10, 10, color.RGBA{200, 0, 0, 255}, 3)
}

func TestNoMetadataLeft(t *testing.T) {
	t.Parallel()
	secret := "SECRET-"
	files := map[string][]byte{
		"jpeg": withSegments(asJPEG(t, scene(700, 600), 80),
			segment(app1, "Exif\x00\x00"+exif(binary.BigEndian, 1)),
			segment(app1, "http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>"+secret+"XMP</x:xmpmeta>"),
			segment(0xe2, "ICC_PROFILE\x00\x01\x01"+secret+"ICC"), segment(0xfe, secret+"comment")),
		"png": withChunk(withChunk(asPNG(t, scene(70, 60)), "tEXt", "Comment\x00"+secret), "eXIf", exif(binary.BigEndian, 1)),
	}
	for name, file := range files {
		if !bytes.Contains(file, []byte(secret)) {
			t.Fatalf("%s holds no secret to begin with", name)
		}
		for _, v := range mustProcess(t, file).Variants {
			if bytes.Contains(v.JPEG, []byte(secret)) {
				t.Errorf("%s, variant %s holds the secret", name, v.Name)
			}
			for _, m := range markers(t, v.JPEG) {
				if m > 0xe0 && m <= 0xef || m == 0xfe { // 0xe0 is JFIF's header, which we write
					t.Errorf("%s, variant %s has marker 0x%02x", name, v.Name, m)
				}
			}
		}
	}
}

// markers lists the markers of a JPEG before its one scan, and checks that nothing follows its end.
func markers(t *testing.T, b []byte) (found []byte) {
	t.Helper()
	if !bytes.HasSuffix(b, []byte{0xff, eoi}) || bytes.Count(b, []byte{0xff, eoi}) != 1 {
		t.Error("something follows the end")
	}
	for at := 2; b[at] == 0xff; at += 2 + int(binary.BigEndian.Uint16(b[at+2:])) {
		found = append(found, b[at+1])
		if b[at+1] == sos {
			break
		}
	}
	return found
}

func TestPlaceholder(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]image.Image{"scene": scene(1200, 900), "grain": detailed(900, 900), "dot": scene(1, 1), "line": scene(3000, 1)} {
		out := mustProcess(t, asPNG(t, m))
		data, ok := strings.CutPrefix(out.Placeholder, "data:image/png;base64,")
		file, err := base64.StdEncoding.DecodeString(data)
		if !ok || err != nil || len(file) > 600 {
			t.Fatalf("%s: %d bytes, %v: %.40s", name, len(file), err, out.Placeholder)
		}
		small, err := png.Decode(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		if name == "scene" {
			wantColour(t, small, 0, 0, color.RGBA{255, 255, 255, 255}, 12)
			wantColour(t, small, 9, small.Bounds().Dy()-1, color.RGBA{A: 255}, 12)
		}
	}
}
