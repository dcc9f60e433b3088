package photo

import (
	"image"
	"image/color"
	"image/color/palette"
	"runtime"
	"testing"
)

// TestBytesAreHonest is not parallel: it measures what the whole process allocates.
func TestBytesAreHonest(t *testing.T) {
	rect := image.Rect(0, 0, 3000, 2000)
	pal := image.NewPaletted(rect, palette.WebSafe)
	for i := range pal.Pix {
		pal.Pix[i] = uint8(i % 216)
	}
	deep := image.NewNRGBA64(rect)
	deep.SetNRGBA64(5, 5, color.NRGBA64{1, 2, 3, 4})
	for _, c := range []struct {
		name string
		file []byte
	}{
		{"jpeg 420", asJPEG(t, scene(3000, 2000), 85)},
		{"jpeg progressive 420", progressiveJPEG(3000, 2000, 3, 0x22)},
		{"jpeg progressive 444", progressiveJPEG(3000, 2000, 3, 0x11)},
		{"jpeg panorama", asJPEG(t, scene(9000, 700), 85)},
		{"jpeg tower", asJPEG(t, scene(700, 9000), 85)},
		{"jpeg 420 48 MP", asJPEG(t, image.NewGray(image.Rect(0, 0, 8000, 6000)), 85)},
		{"png rgba", asPNG(t, scene(3000, 2000))},
		{"png rgba 16", asPNG(t, deep)},
		{"png palette", asPNG(t, pal)},
		{"gif", asGIF(t, pal)},
		{"jpeg cmyk", testdata(t, "cmyk.jpg")},
		{"png interlaced", testdata(t, "interlaced.png")},
		{"webp lossy", testdata(t, "lossy.webp")},
		{"webp alpha", testdata(t, "lossy_alpha.webp")},
		{"webp lossless", testdata(t, "lossless.webp")},
		{"jpeg cmyk, large", testdata(t, "large_cmyk.jpg")},
		{"webp lossless, large", testdata(t, "large_lossless.webp")},
		{"webp alpha, large", testdata(t, "large_alpha.webp")},
		{"png interlaced 16, large", testdata(t, "large_interlaced.png")},
	} {
		budget, lent := NewBudget(1<<40), int64(0)
		opt := Options{Budget: budget, Progress: func(int) { lent = max(lent, budget.InUse()) }}
		used := allocated(t, func() error {
			_, err := process(c.file, opt)
			return err
		})
		t.Logf("%-26s borrowed %4d MB, allocated %4d MB", c.name, lent>>20, used>>20)
		if used > lent {
			t.Errorf("%s: allocated %d bytes, borrowed %d", c.name, used, lent)
		}
	}
}

func allocated(t *testing.T, f func() error) int64 {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if err := f(); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	return int64(after.TotalAlloc - before.TotalAlloc)
}

func BenchmarkProcess12MP(b *testing.B) {
	file := asJPEG(b, detailed(4000, 3000), 85)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := process(file, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
