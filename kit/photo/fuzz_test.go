package photo

import (
	"bytes"
	"context"
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
