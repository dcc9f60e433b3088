package jpeg

import (
	"bytes"
	"fmt"
	"image"
	stdjpeg "image/jpeg"
	"math"
	"math/rand/v2"
	"testing"

	"superbook/kit/planar"
)

// painted fills a picture by a function of the plane and of the place, the latter in samples of Y.
func painted(m *planar.Image, paint func(plane, x, y int) uint8) *planar.Image {
	for i, p := range m.Planes {
		sub := 1
		if i > 0 {
			sub = int(m.SubX)
		}
		for y := range p.H {
			for x := range p.W {
				p.Row(y)[x] = paint(i, sub*x, sub*y)
			}
		}
	}
	return m
}

// new444 returns a picture whose colours are as fine as its brightness.
func new444(w, h int) *planar.Image {
	planes := []planar.Plane{planar.NewPlane(w, h), planar.NewPlane(w, h), planar.NewPlane(w, h)}
	return &planar.Image{Planes: planes, W: float64(w), H: float64(h), SubX: 1, SubY: 1}
}

// landscape has a plain sky, smooth hills, edges and grass, as photos do.
func landscape(m *planar.Image) *planar.Image {
	r := rand.New(rand.NewPCG(7, 7))
	return painted(m, func(plane, x, y int) uint8 {
		fx, fy := float64(x), float64(y)
		hill := m.H*0.4 + m.H/9*math.Sin(fx/m.W*9+float64(plane)/4)
		switch {
		case fy < hill/2:
			return uint8(200 + 20*plane)
		case fy < hill:
			return uint8(120 + 80*fy/hill)
		}
		grass := 12 * (r.Float64() - 0.5) * (fy - hill) / m.H * 4
		return uint8(100 + 40*math.Sin(fx/17)*math.Cos(fy/23) + grass + 10*float64((x/40+y/30)%2))
	})
}

// inGo is the picture for Go's encoder, sharing the planes.
func inGo(m *planar.Image) image.Image {
	y := m.Planes[0]
	if m.Grey() {
		return &image.Gray{Pix: y.Pix, Stride: y.Stride, Rect: image.Rect(0, 0, y.W, y.H)}
	}
	ratio := image.YCbCrSubsampleRatio420
	if m.SubX == 1 {
		ratio = image.YCbCrSubsampleRatio444
	}
	return &image.YCbCr{Y: y.Pix, Cb: m.Planes[1].Pix, Cr: m.Planes[2].Pix, YStride: y.Stride,
		CStride: m.Planes[1].Stride, SubsampleRatio: ratio, Rect: image.Rect(0, 0, y.W, y.H)}
}

func mustEncode(t testing.TB, m *planar.Image, quality int) []byte {
	t.Helper()
	file, err := Encode(m, quality)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// decodedByGo returns the planes that Go's decoder sees.
func decodedByGo(t testing.TB, file []byte) (planes []planar.Plane, ratio image.YCbCrSubsampleRatio) {
	t.Helper()
	m, err := stdjpeg.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	w, h := m.Bounds().Dx(), m.Bounds().Dy()
	switch m := m.(type) {
	case *image.Gray:
		return []planar.Plane{{Pix: m.Pix, Stride: m.Stride, W: w, H: h}}, 0
	case *image.YCbCr:
		cw, ch := w, h
		if m.SubsampleRatio == image.YCbCrSubsampleRatio420 {
			cw, ch = (w+1)/2, (h+1)/2
		}
		return []planar.Plane{{Pix: m.Y, Stride: m.YStride, W: w, H: h}, {Pix: m.Cb, Stride: m.CStride, W: cw, H: ch},
			{Pix: m.Cr, Stride: m.CStride, W: cw, H: ch}}, m.SubsampleRatio
	}
	t.Fatalf("decoded to %T", m)
	return nil, 0
}

func TestEncodeIsAsGoodAsGos(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]*planar.Image{
		"landscape": landscape(planar.New420(203, 149)),
		"4:4:4":     landscape(new444(100, 90)),
		"grey":      landscape(planar.NewGrey(99, 77)),
		"noise":     painted(planar.New420(320, 320), func(p, x, y int) uint8 { return uint8(x*x*31+y*y*17+x*y*(7+p)) ^ uint8(x*97+y*57) }),
	} {
		for _, quality := range []int{1, 10, 50, 82, 95, 100} {
			file := mustEncode(t, m, quality)
			got, _ := decodedByGo(t, file)
			var theirs bytes.Buffer
			in := inGo(m)
			if m.SubX == 1 && !m.Grey() { // Go's encoder makes 4:2:0 of it
				in = inGo(&planar.Image{Planes: m.Planes[:1]})
			}
			if err := stdjpeg.Encode(&theirs, in, &stdjpeg.Options{Quality: quality}); err != nil {
				t.Fatal(err)
			}
			want, _ := decodedByGo(t, theirs.Bytes())
			for i := range want {
				a, b := psnr(m.Planes[i], got[i]), psnr(m.Planes[i], want[i])
				t.Logf("%s %d plane %d: %.2f dB, Go's %.2f; %d bytes, Go's %d", name, quality, i, a, b, len(file), theirs.Len())
				if a < b-0.1 {
					t.Errorf("%s at %d, plane %d: %.2f dB, Go's %.2f", name, quality, i, a, b)
				}
			}
		}
	}
}

func TestEncodeAllSizes(t *testing.T) {
	t.Parallel()
	for w := 1; w <= 40; w++ {
		for h := 1; h <= 40; h++ {
			for kind, m := range []*planar.Image{planar.New420(w, h), new444(w, h), planar.NewGrey(w, h)} {
				painted(m, func(plane, x, y int) uint8 { return uint8(90 + 3*x + y + 20*plane) })
				got, ratio := decodedByGo(t, mustEncode(t, m, 95))
				if len(got) != len(m.Planes) || kind == 1 && ratio != image.YCbCrSubsampleRatio444 {
					t.Fatalf("%dx%d %d: %d planes, %v", w, h, kind, len(got), ratio)
				}
				for i, p := range got {
					if want := m.Planes[i]; p.W != want.W || p.H != want.H || psnr(want, p) < 35 {
						t.Fatalf("%dx%d %d: plane %d is %dx%d, %.1f dB", w, h, kind, i, p.W, p.H, psnr(want, p))
					}
				}
			}
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	for _, size := range [][2]int{{1280, 960}, {512, 512}, {64, 64}} {
		m := landscape(planar.New420(size[0], size[1]))
		b.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(b *testing.B) {
			n := 0
			for b.Loop() {
				n = len(mustEncode(b, m, 82))
			}
			b.ReportMetric(float64(n), "bytes")
		})
		b.Run(fmt.Sprintf("Go's %dx%d", size[0], size[1]), func(b *testing.B) {
			var out bytes.Buffer
			for b.Loop() {
				out.Reset()
				if err := stdjpeg.Encode(&out, inGo(m), &stdjpeg.Options{Quality: 82}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(out.Len()), "bytes")
		})
	}
}
