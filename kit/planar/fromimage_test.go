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
	soft := haze(r, image.YCbCrSubsampleRatio420)
	nrgba, rgba := image.NewNRGBA(r), image.NewRGBA(r)
	draw.Draw(nrgba, r, &soft.YCbCr, image.Point{}, draw.Src)
	draw.Draw(rgba, r, &soft.YCbCr, image.Point{}, draw.Src)
	for _, m := range []image.Image{nrgba, rgba, image.NewRGBA64(r), soft, &soft.YCbCr} {
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
