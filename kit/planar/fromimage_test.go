package planar

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"runtime"
	"testing"
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

// slowFromImage is the mean of the flattened pixels of each block, in float64 from end to end.
func slowFromImage(m image.Image, background color.NRGBA, n int) (y, cb, cr [][]float64) {
	b := m.Bounds()
	mean := func(bx, by, size int) (r, g, b2 float64) {
		count := 0.0
		for v := by * size; v < min(by*size+size, b.Dy()); v++ {
			for u := bx * size; u < min(bx*size+size, b.Dx()); u++ {
				pr, pg, pb, pa := m.At(b.Min.X+u, b.Min.Y+v).RGBA()
				rest := (65535 - float64(pa)) / 65535
				r += float64(pr)/257 + rest*float64(background.R)
				g += float64(pg)/257 + rest*float64(background.G)
				b2 += float64(pb)/257 + rest*float64(background.B)
				count++
			}
		}
		return r / count, g / count, b2 / count
	}
	blocks := func(size int, sample func(r, g, b float64) float64) (out [][]float64) {
		for by := 0; by*size < b.Dy(); by++ {
			var row []float64
			for bx := 0; bx*size < b.Dx(); bx++ {
				row = append(row, sample(mean(bx, by, size)))
			}
			out = append(out, row)
		}
		return out
	}
	y = blocks(n, func(r, g, b float64) float64 { return 0.299*r + 0.587*g + 0.114*b })
	cb = blocks(2*n, func(r, g, b float64) float64 { return 128 + (b-0.299*r-0.587*g-0.114*b)/1.772 })
	cr = blocks(2*n, func(r, g, b float64) float64 { return 128 + (r-0.299*r-0.587*g-0.114*b)/1.402 })
	return y, cb, cr
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

func fromPlanes(m *image.YCbCr) bool {
	_, ok := asPlanes(m)
	return ok
}

// in420 is the picture with the ratio of 4:2:0.
func in420(t *testing.T, m *Image) *Image {
	if m.Grey() || m.SubX == 2 && m.SubY == 2 {
		return m
	}
	w, h := int(m.W), int(m.H)
	out := New420(w, h)
	copy(out.Planes[0].Pix, mustResize(t, m, m.Bounds(), w, h).Planes[0].Pix)
	for i, p := range out.Planes[1:] {
		for y := range p.H {
			for x := range p.W {
				sum, n := 0, 0
				for v := 2 * y; v < min(2*y+2, h); v++ {
					for u := 2 * x; u < min(2*x+2, w); u++ {
						sum += int(m.Planes[1+i].Row(v / int(m.SubY))[u/int(m.SubX)])
						n++
					}
				}
				p.Row(y)[x] = uint8((sum + n/2) / n)
			}
		}
	}
	return out
}

func TestFromImage(t *testing.T) {
	t.Parallel()
	background := color.NRGBA{250, 120, 10, 255}
	for name, m := range kinds() {
		for _, n := range []int{1, 2, 4, 8} {
			got, err := FromImage(t.Context(), m, background, n)
			if err != nil {
				t.Fatalf("%s by %d: %v", name, n, err)
			}
			b := m.Bounds()
			if got.W != float64(b.Dx())/float64(n) || got.H != float64(b.Dy())/float64(n) {
				t.Errorf("%s by %d: %gx%g", name, n, got.W, got.H)
			}
			y, cb, cr := slowFromImage(m, background, n)
			got = in420(t, got)
			most := 1.0
			switch m.(type) {
			case *image.NYCbCrA:
				most = 1.5 // its pixels become RGB of eight bits, which rounds once more
			case *image.RGBA64, *image.NRGBA64, *image.Gray16, *image.CMYK, *image.Alpha, *image.YCbCr:
				most = 2 // image/draw cuts instead of rounding
			}
			if planes, ok := m.(*image.YCbCr); ok && fromPlanes(planes) {
				most = 1
			}
			near(t, fmt.Sprintf("%s by %d, Y", name, n), most, got.Planes[0], y)
			if _, grey := m.(*image.Gray); got.Grey() != (grey || name[:4] == "grey" || name[:4] == "Gray") {
				t.Errorf("%s by %d: grey is %v", name, n, got.Grey())
			}
			if !got.Grey() {
				near(t, fmt.Sprintf("%s by %d, Cb", name, n), most, got.Planes[1], cb)
				near(t, fmt.Sprintf("%s by %d, Cr", name, n), most, got.Planes[2], cr)
				if got.Planes[1].W != len(cb[0]) || got.Planes[1].H != len(cb) {
					t.Errorf("%s by %d: Cb of %dx%d", name, n, got.Planes[1].W, got.Planes[1].H)
				}
			}
		}
	}
}

func TestFromImageGreyIsExact(t *testing.T) {
	t.Parallel()
	m := image.NewRGBA(image.Rect(0, 0, 256, 3))
	for i := range m.Pix {
		m.Pix[i] = uint8(i / 4)
		if i%4 == 3 {
			m.Pix[i] = 255
		}
	}
	got, err := FromImage(t.Context(), m, color.White, 1)
	if err != nil {
		t.Fatal(err)
	}
	for x, v := range got.Planes[0].Row(2) {
		if int(v) != x || got.Planes[1].Row(1)[x/2] != 128 || got.Planes[2].Row(0)[x/2] != 128 {
			t.Fatalf("grey %d became %d, %d, %d", x, v, got.Planes[1].Row(1)[x/2], got.Planes[2].Row(0)[x/2])
		}
	}
}

func TestFromImageSharesPlanes(t *testing.T) {
	t.Parallel()
	m := haze(image.Rect(0, 0, 16, 16), image.YCbCrSubsampleRatio422)
	got, err := FromImage(t.Context(), &m.YCbCr, color.White, 1)
	if err != nil {
		t.Fatal(err)
	}
	if &got.Planes[0].Pix[0] != &m.Y[0] || got.SubX != 2 || got.SubY != 1 {
		t.Errorf("copied, or %g/%g", got.SubX, got.SubY)
	}
}

// Not parallel: what other tests allocate would count.
func TestFromImageMemory(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 1000, 1000))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := FromImage(t.Context(), m, color.White, 2); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 500_000 {
		t.Errorf("%d bytes for a result of 375,000", got)
	}
}

func TestFromImageRefuses(t *testing.T) {
	t.Parallel()
	m := image.NewGray(image.Rect(0, 0, 4, 4))
	for _, n := range []int{-1, 0, 3, 16} {
		if _, err := FromImage(t.Context(), m, color.White, n); err == nil {
			t.Errorf("shrunk by %d", n)
		}
	}
	if _, err := FromImage(t.Context(), image.NewRGBA(image.Rect(3, 3, 3, 9)), color.White, 1); err == nil {
		t.Error("took an empty image")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, m := range []image.Image{m, image.NewRGBA(m.Rect), image.NewYCbCr(m.Rect, 0)} {
		if _, err := FromImage(ctx, m, color.White, 2); !errors.Is(err, context.Canceled) {
			t.Errorf("%T, cancelled: %v", m, err)
		}
	}
}

func TestRGBA(t *testing.T) {
	t.Parallel()
	for ratio := image.YCbCrSubsampleRatio444; ratio <= image.YCbCrSubsampleRatio410; ratio++ {
		m := haze(image.Rect(0, 0, 21, 13), ratio)
		p, err := FromImage(t.Context(), &m.YCbCr, color.White, 1)
		if err != nil {
			t.Fatal(err)
		}
		got := p.RGBA()
		for y := range 13 {
			for x := range 21 {
				if want := color.RGBAModel.Convert(m.YCbCr.At(x, y)); got.At(x, y) != want {
					t.Fatalf("%v at %d,%d: %v, want %v", ratio, x, y, got.At(x, y), want)
				}
			}
		}
	}
	grey := NewGrey(1, 1)
	grey.Planes[0].Pix[0] = 77
	if got := grey.RGBA().RGBAAt(0, 0); got != (color.RGBA{77, 77, 77, 255}) {
		t.Errorf("grey is %v", got)
	}
}

func BenchmarkFromImage(b *testing.B) {
	r := image.Rect(0, 0, 4000, 3000)
	for _, m := range []image.Image{image.NewNRGBA(r), image.NewRGBA(r), image.NewRGBA64(r), haze(r, image.YCbCrSubsampleRatio420), &haze(r, image.YCbCrSubsampleRatio420).YCbCr} {
		for _, n := range []int{1, 2} {
			b.Run(fmt.Sprintf("%T/%d", m, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := FromImage(b.Context(), m, color.White, n); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
