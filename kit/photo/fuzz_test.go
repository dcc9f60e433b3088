package photo

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func addSeeds(f *testing.F) {
	f.Helper()
	err := filepath.WalkDir("testdata", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if d != nil && d.Name() == "fuzz" {
				return fs.SkipDir
			}
			return err
		}
		b, err := os.ReadFile(path)
		f.Add(b)
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
}

func FuzzInspect(f *testing.F) {
	addSeeds(f)
	profile := profileBytes(600)
	f.Add(withSegments(asJPEG(f, scene(9, 7), 80), part(2, 2, profile[300:]), part(1, 2, profile[:300])))
	f.Add(withChunk(asPNG(f, scene(9, 7)), "iCCP", "P3\x00\x00"+deflated(f, profile)))
	f.Add(withICCP(testdata(f, "lossy.webp"), profile))
	f.Fuzz(func(t *testing.T, file []byte) {
		in, err := inspect(file, "")
		var r *Refusal
		if err != nil {
			if !errors.As(err, &r) || r.Words() == "" {
				t.Fatalf("error without words: %v", err)
			}
			return
		}
		lim := DefaultLimits()
		if in.Width < 1 || in.Height < 1 || max(in.Width, in.Height) > lim.Side || in.raw.pixels() > lim.Pixels {
			t.Fatalf("let in %+v", in)
		}
		if in.Orientation < 1 || in.Orientation > 8 || in.libraryBytes < in.raw.pixels() && in.Format != "gif" || in.end > int64(len(file)) {
			t.Fatalf("odd %+v", in)
		}
		if len(in.profile) > maxProfile {
			t.Fatalf("a profile of %d bytes", len(in.profile))
		}
	})
}

func FuzzExif(f *testing.F) {
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		for _, orientation := range []int{0, 1, 6, 8, 9} {
			whole := exif(order, orientation)
			for _, n := range []int{0, 4, 8, 10, 21, 22, len(whole)} {
				f.Add([]byte(whole[:n]))
			}
		}
	}
	f.Add([]byte("II*\x00\xff\xff\xff\xff"))
	f.Add([]byte("MM\x00*\x00\x00\x00\x08\xff\xff\x01\x12\x00\x03"))
	f.Add([]byte("MM\x00*\x00\x00\x00\x00\x00\x01"))
	f.Fuzz(func(t *testing.T, tiff []byte) {
		o := exifOrientation(tiff)
		if o < 1 || o > 8 {
			t.Fatalf("orientation %d", o)
		}
		// Anything but 1 must have been written there, in one byte order or the other.
		if o != 1 && !bytes.Contains(tiff, []byte{0, byte(o)}) && !bytes.Contains(tiff, []byte{byte(o), 0}) {
			t.Fatalf("orientation %d out of nowhere", o)
		}
	})
}

func FuzzProcess(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, file []byte) {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		// Small limits keep the fuzzer quick; what is large is tested elsewhere.
		out, err := Process(ctx, bytes.NewReader(file), int64(len(file)), Options{Limits: Limits{Pixels: 1 << 16, Scans: 8}})
		if err != nil {
			var r *Refusal
			if !errors.As(err, &r) {
				t.Fatalf("neither picture nor refusal: %v", err)
			}
			return
		}
		if len(out.Variants) != 5 || out.Placeholder == "" {
			t.Fatalf("incomplete: %+v", out)
		}
		for _, v := range out.Variants {
			decoded(t, v)
		}
	})
}
