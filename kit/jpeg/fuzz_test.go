package jpeg

import (
	"bytes"
	"errors"
	"image"
	stdjpeg "image/jpeg"
	"testing"
)

func FuzzDecode(f *testing.F) {
	for _, file := range samples(f, "base-", "prog-", "other-") {
		for which := range sizes {
			f.Add(append([]byte{byte(which)}, file...))
		}
	}
	f.Add(append([]byte{2}, bomb(3)...))
	f.Fuzz(func(t *testing.T, input []byte) {
		if len(input) == 0 {
			return
		}
		e, file := sizes[int(input[0])%len(sizes)], input[1:]
		m, err := decode(file, DecodeOptions{Eighths: e, MaxScans: 16, MaxBytes: 2 << 20})
		if err != nil {
			for _, known := range []error{ErrFormat, ErrTruncated, ErrUnsupported, ErrLimit} {
				if errors.Is(err, known) {
					return
				}
			}
			t.Fatal(err)
		}
		for _, p := range m.Planes {
			if p.W < 1 || p.H < 1 || p.Stride < p.W || len(p.Pix) < p.Stride*(p.H-1)+p.W {
				t.Fatalf("plane %dx%d, stride %d, %d samples", p.W, p.H, p.Stride, len(p.Pix))
			}
		}
		if e != (Eighths{}) {
			return
		}
		other, err := stdjpeg.Decode(bytes.NewReader(file))
		if err != nil {
			return
		}
		if other.Bounds() != image.Rect(0, 0, int(m.W), int(m.H)) {
			t.Fatalf("%v here, %v there", m.Bounds(), other.Bounds())
		}
	})
}
