package photo

import (
	"bytes"
	"errors"
	"flag"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/hostile anew")

// hostileCase is a file that must be refused, by Inspect unless it says late.
type hostileCase struct {
	name   string
	reason Reason
	late   bool
	make   func(testing.TB) []byte
}

func literal(s string) func(testing.TB) []byte {
	return func(testing.TB) []byte { return []byte(s) }
}

// cut leaves away the last n bytes of a file made by one of the encoders.
func cut(n int, make func(testing.TB, image.Image) []byte) func(testing.TB) []byte {
	return func(tb testing.TB) []byte {
		b := make(tb, scene(40, 30))
		return b[:len(b)-n]
	}
}

func jpeg80(tb testing.TB, m image.Image) []byte { return asJPEG(tb, m, 80) }

// edit changes one byte of a file from testdata, counted from the first place of a mark.
func edit(file, mark string, at int, to byte) func(testing.TB) []byte {
	return func(tb testing.TB) []byte {
		b := testdata(tb, file)
		i := bytes.Index(b, []byte(mark))
		if i < 0 {
			tb.Fatalf("no %q in %s", mark, file)
		}
		b[i+at] = to
		return b
	}
}

var hostileCases = []hostileCase{
	{"empty.jpg", Empty, false, literal("")},
	{"text.jpg", NotImage, false, literal("Dear diary, today I flew.")},
	{"html.png", NotImage, false, literal("<html><script>alert(1)</script></html>")},
	{"one-byte.jpg", NotImage, false, literal("\xff")},
	{"soi-only.jpg", Truncated, false, literal("\xff\xd8")},
	{"soi-eoi.jpg", Truncated, false, literal("\xff\xd8\xff\xd9")},
	{"iphone.heic", HEIC, false, literal("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic")},
	{"generic.heif", HEIC, false, literal("\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1miaf")},
	{"still.avif", AVIF, false, literal("\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avifmiaf")},
	{"movie.mp4", OtherFormat, false, literal("\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp42")},
	{"drawing.svg", OtherFormat, false, literal("\xef\xbb\xbf <svg xmlns='http://www.w3.org/2000/svg'/>")},
	{"paper.pdf", OtherFormat, false, literal("%PDF-1.7\n")},
	{"picture.bmp", OtherFormat, false, literal("BM\x00\x00\x00\x00")},
	{"scan.tiff", OtherFormat, false, literal("II*\x00\x08\x00\x00\x00")},
	{"animated.webp", Animated, false, nil},
	{"pixels.png", TooManyPixels, false, func(testing.TB) []byte { return emptyPNG(10000, 5001) }},
	{"long.png", SideTooLong, false, func(testing.TB) []byte { return emptyPNG(16385, 1) }},
	{"huge.png", Unreadable, false, func(testing.TB) []byte { return emptyPNG(0xffff_ffff, 1) }},
	{"zero.png", Unreadable, false, func(testing.TB) []byte { return emptyPNG(0, 5) }},
	{"garbage-data.png", Unreadable, true, func(testing.TB) []byte { return emptyPNG(50, 50) }},
	{"scans65.jpg", TooManyScans, false, func(testing.TB) []byte { return progressiveJPEG(16, 16, 65, 0x22) }},
	{"zero.jpg", Unreadable, false, func(testing.TB) []byte { return progressiveJPEG(16, 0, 1, 0x22) }},
	{"arithmetic.jpg", Unsupported, false, edit("444.jpg", "\xff\xc0", 1, 0xc9)},
	{"twelve-bit.jpg", Unsupported, false, edit("444.jpg", "\xff\xc0", 4, 12)},
	{"bad-sampling.jpg", Unreadable, true, edit("444.jpg", "\xff\xc0", 14, 0x33)},
	{"cut.jpg", Truncated, false, cut(2, jpeg80)},
	{"cut-long.jpg", Truncated, false, cut(300, jpeg80)},
	{"cut.png", Truncated, false, cut(5, asPNG)},
	{"cut-long.png", Truncated, false, cut(60, asPNG)},
	{"cut.gif", Truncated, false, cut(2, asGIF)},
	{"cut.webp", Truncated, false, func(tb testing.TB) []byte { b := testdata(tb, "lossy.webp"); return b[:len(b)-9] }},
	{"no-frame.gif", Unreadable, false, literal("GIF89a\x05\x00\x05\x00\x00\x00\x00;")},
	{"outside.gif", Unreadable, false, literal("GIF89a\x05\x00\x05\x00\x00\x00\x00,\x01\x00\x00\x00\x05\x00\x05\x00\x00\x02\x00;")},
	{"no-colours.gif", Unreadable, true, literal("GIF89a\x05\x00\x05\x00\x00\x00\x00,\x00\x00\x00\x00\x05\x00\x05\x00\x00\x02\x00;")},
	{"two-sizes.webp", Unreadable, false, edit("lossy_alpha.webp", "VP8X", 12, 200)},
	{"chunk-too-long.webp", Truncated, false, edit("lossy.webp", "VP8 ", 6, 0x7f)},
}

// TestUpdateHostile writes testdata/hostile with -update, and otherwise checks that the
// files there are those that this table makes.
func TestUpdateHostile(t *testing.T) {
	for _, c := range hostileCases {
		if c.make == nil {
			continue
		}
		want, path := c.make(t), filepath.Join("testdata", "hostile", c.name)
		if *update {
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if len(want) > 10<<10 {
			t.Errorf("%s has %d bytes", c.name, len(want))
		}
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%v; run go test with -update", err)
		}
	}
}

func TestHostileFilesAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range hostileCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			file := testdata(t, filepath.Join("hostile", c.name))
			_, err := inspect(file, "")
			if c.late {
				if err != nil {
					t.Fatalf("Inspect: %v, but only decoding should find it", err)
				}
				_, err = process(file, Options{})
			}
			wantReason(t, err, c.reason)
		})
	}
}

func wantReason(t *testing.T, err error, reason Reason) {
	t.Helper()
	var r *Refusal
	if !errors.As(err, &r) {
		t.Fatalf("got %v, want a refusal %s", err, reason)
	}
	if r.Reason != reason {
		t.Fatalf("got %v, want %s", err, reason)
	}
	if w := r.Words(); len(w) < 20 || strings.ContainsAny(w, "{}%") || strings.Contains(w, "  ") {
		t.Errorf("words %q", w)
	}
}
