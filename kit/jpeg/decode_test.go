package jpeg

import (
	"bytes"
	"context"
	"fmt"
	"image"
	stdjpeg "image/jpeg"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"superbook/kit/planar"
)

// sizes are all that there are, and two with colour of its own.
var sizes = []Eighths{{}, {Y: 1}, {Y: 2}, {Y: 3}, {Y: 4}, {Y: 8}, {Y: 4, C: 3}, {Y: 2, C: 8}}

// samples are the pictures of testdata whose names begin so.
func samples(t testing.TB, prefixes ...string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for _, prefix := range prefixes {
		names, err := filepath.Glob("testdata/" + prefix + "*.jpg")
		if err != nil || len(names) == 0 {
			t.Fatalf("no testdata/%s*.jpg: %v", prefix, err)
		}
		for _, name := range names {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files[strings.TrimSuffix(filepath.Base(name), ".jpg")] = b
		}
	}
	return files
}

func decode(file []byte, opt DecodeOptions) (*planar.Image, error) {
	return Decode(context.Background(), bytes.NewReader(file), int64(len(file)), opt)
}

// reference is the picture as Go's decoder makes it. For one with restarts it is its twin
// without: Go 1.26 counts restarts in scans of one component otherwise than T.81 says.
func reference(t testing.TB, files map[string][]byte, name string) []planar.Plane {
	t.Helper()
	file, ok := files[strings.TrimSuffix(name, "-restart")]
	if !ok {
		t.Fatalf("%s has no twin", name)
	}
	m, err := stdjpeg.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatalf("%s: Go's decoder: %v", name, err)
	}
	plane := func(pix []uint8, stride, subX, subY int) planar.Plane {
		return planar.Plane{Pix: pix, Stride: stride, W: ceilDiv(m.Bounds().Dx(), subX), H: ceilDiv(m.Bounds().Dy(), subY)}
	}
	switch m := m.(type) {
	case *image.Gray:
		return []planar.Plane{plane(m.Pix, m.Stride, 1, 1)}
	case *image.YCbCr:
		sub := map[image.YCbCrSubsampleRatio][2]int{
			image.YCbCrSubsampleRatio444: {1, 1}, image.YCbCrSubsampleRatio422: {2, 1}, image.YCbCrSubsampleRatio440: {1, 2},
			image.YCbCrSubsampleRatio420: {2, 2}, image.YCbCrSubsampleRatio411: {4, 1}, image.YCbCrSubsampleRatio410: {4, 2},
		}[m.SubsampleRatio]
		return []planar.Plane{plane(m.Y, m.YStride, 1, 1), plane(m.Cb, m.CStride, sub[0], sub[1]), plane(m.Cr, m.CStride, sub[0], sub[1])}
	}
	t.Fatalf("%s: Go's decoder made a %T", name, m)
	return nil
}

func TestFullSizeIsWithinOneOfGo(t *testing.T) {
	t.Parallel()
	files := samples(t, "base-", "prog-")
	for name, file := range files {
		m, err := decode(file, DecodeOptions{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for i, want := range reference(t, files, name) {
			got := m.Planes[i]
			if got.W != want.W || got.H != want.H {
				t.Errorf("%s: plane %d is %dx%d, not %dx%d", name, i, got.W, got.H, want.W, want.H)
				continue
			}
			if worst := maxDifference(got, want); worst > 1 {
				t.Errorf("%s: plane %d is off by %d", name, i, worst)
			}
		}
	}
}

func maxDifference(a, b planar.Plane) (worst int) {
	for y := range a.H {
		row := b.Row(y)
		for x, v := range a.Row(y) {
			d := int(v) - int(row[x])
			worst = max(worst, d, -d)
		}
	}
	return worst
}

func TestBytesIsABound(t *testing.T) {
	for name, file := range samples(t, "base-2x2", "prog-2x2", "base-large", "prog-large", "prog-grey") {
		h, err := ReadHeader(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range sizes {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			if _, err := decode(file, DecodeOptions{Eighths: e, MaxBytes: h.Bytes(e)}); err != nil {
				t.Errorf("%s/%v: %v", name, e, err)
			}
			runtime.ReadMemStats(&after)
			if got := int64(after.TotalAlloc - before.TotalAlloc); got > h.Bytes(e) {
				t.Errorf("%s/%v: %d bytes, announced %d", name, e, got, h.Bytes(e))
			}
			if _, err := decode(file, DecodeOptions{Eighths: e, MaxBytes: h.Bytes(e) - 1}); err == nil {
				t.Errorf("%s/%v: took more than it may", name, e)
			}
		}
	}
}

func TestProgressRisesAndNothingBehindTheEndIsRead(t *testing.T) {
	t.Parallel()
	for name, file := range samples(t, "base-fine", "prog-fine") {
		long := append(bytes.Clone(file), make([]byte, 1<<20)...)
		r := &farthest{r: bytes.NewReader(long)}
		var last int64 = -1
		_, err := Decode(context.Background(), r, int64(len(long)), DecodeOptions{Progress: func(n int64) {
			if n < last {
				t.Errorf("%s: progress fell from %d to %d", name, last, n)
			}
			last = n
		}})
		if err != nil || last < 0 || r.end > int64(len(file))+sourceWindow {
			t.Errorf("%s: read to %d of %d, progress %d, %v", name, r.end, len(file), last, err)
		}
	}
}

// farthest remembers how far was read.
type farthest struct {
	r   *bytes.Reader
	end int64
}

func (f *farthest) ReadAt(b []byte, off int64) (int, error) {
	f.end = max(f.end, off+int64(len(b)))
	return f.r.ReadAt(b, off)
}

// BenchmarkDecode decodes the file that the variable PHOTO names at each size.
func BenchmarkDecode(b *testing.B) {
	file, err := os.ReadFile(os.Getenv("PHOTO"))
	if err != nil {
		b.Skip("set PHOTO to a JPEG file")
	}
	for _, e := range sizes {
		b.Run(fmt.Sprint(e), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := decode(file, DecodeOptions{Eighths: e}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
