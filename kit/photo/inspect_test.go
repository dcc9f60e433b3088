package photo

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestInspectTellsWhatMoves(t *testing.T) {
	t.Parallel()
	moving := testdata(t, "animated.gif")
	in, err := inspect(moving, "")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file  []byte
		moves bool
	}{
		"many frames":           {moving, true},
		"one frame":             {append(bytes.Clone(moving[:in.end]), 0x3b), false},
		"one frame, no end":     {moving[:in.end], false},
		"one frame and garbage": {append(bytes.Clone(moving[:in.end]), "<script>"...), false},
		"a comment without end": {append(bytes.Clone(moving[:in.end]), 0x21, 0xfe, 200, 'x'), false},
	} {
		if in, err := inspect(c.file, ""); err != nil || in.Moving != c.moves {
			t.Errorf("%s: moves %v, %v", name, in.Moving, err)
		}
	}
}

func TestInspectTakes(t *testing.T) {
	t.Parallel()
	small := asJPEG(t, scene(96, 64), 80)
	for name, c := range map[string]struct {
		file        []byte
		format      string
		w, h        int
		orientation int
	}{
		"jpeg":               {small, "jpeg", 96, 64, 1},
		"jpeg 444":           {testdata(t, "444.jpg"), "jpeg", 96, 64, 1},
		"progressive":        {testdata(t, "progressive.jpg"), "jpeg", 96, 64, 1},
		"cmyk":               {testdata(t, "cmyk.jpg"), "jpeg", 96, 64, 1},
		"grey":               {testdata(t, "grey.jpg"), "jpeg", 96, 64, 1},
		"motion photo":       {append(bytes.Clone(small), "a film follows \xff\xda\xff\xd8"...), "jpeg", 96, 64, 1},
		"restart at the end": {append(bytes.Clone(small[:len(small)-2]), 0xff, rst0+3, 0xff, 0xff, eoi), "jpeg", 96, 64, 1},
		"64 scans":           {progressiveJPEG(16, 16, 64, 0x22), "jpeg", 16, 16, 1},
		"exif big endian":    {withSegments(small, segment(app1, "Exif\x00\x00"+exif(binary.BigEndian, 3))), "jpeg", 96, 64, 3},
		"exif turned":        {withSegments(small, segment(app1, "Exif\x00\x00"+exif(binary.LittleEndian, 8))), "jpeg", 64, 96, 8},
		"exif out of range":  {withSegments(small, segment(app1, "Exif\x00\x00"+exif(binary.LittleEndian, 9))), "jpeg", 96, 64, 1},
		"exif garbage":       {withSegments(small, segment(app1, "Exif\x00\x00II*\x00\xff\xff\xff\xff")), "jpeg", 96, 64, 1},
		"png":                {asPNG(t, scene(7, 5)), "png", 7, 5, 1},
		"png eXIf":           {withChunk(asPNG(t, scene(7, 5)), "eXIf", exif(binary.BigEndian, 6)), "png", 5, 7, 6},
		"interlaced":         {testdata(t, "interlaced.png"), "png", 96, 64, 1},
		"gif":                {testdata(t, "animated.gif"), "gif", 96, 64, 1},
		"webp":               {testdata(t, "lossy.webp"), "webp", 96, 64, 1},
		"webp alpha":         {testdata(t, "lossy_alpha.webp"), "webp", 96, 64, 1},
		"webp lossless":      {testdata(t, "lossless.webp"), "webp", 96, 64, 1},
		"webp exif":          {testdata(t, "oriented6.webp"), "webp", 64, 96, 6},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in, err := inspect(c.file, "application/octet-stream")
			if err != nil {
				t.Fatal(err)
			}
			if in.Format != c.format || in.Width != c.w || in.Height != c.h || in.Orientation != c.orientation || in.libraryBytes <= 0 {
				t.Errorf("got %+v, want %s %dx%d orientation %d", in, c.format, c.w, c.h, c.orientation)
			}
		})
	}
}

func TestDeclaredType(t *testing.T) {
	t.Parallel()
	jpg, png := asJPEG(t, scene(9, 9), 80), asPNG(t, scene(9, 9))
	for _, c := range []struct {
		file     []byte
		declared string
		reason   Reason
	}{
		{jpg, "", ""}, {jpg, "application/octet-stream", ""}, {jpg, "image/*", ""},
		{jpg, "image/jpeg", ""}, {jpg, "image/jpg", ""}, {jpg, "IMAGE/PJPEG; q=1", ""},
		{png, "image/png", ""}, {png, "image/x-png", ""},
		{jpg, "image/png", WrongType}, {png, "image/jpeg", WrongType}, {png, "text/html", WrongType},
		{jpg, "image/heic", WrongType}, {png, "nonsense", WrongType},
		{[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), "image/jpeg", HEIC},
	} {
		_, err := inspect(c.file, c.declared)
		if c.reason == "" {
			if err != nil {
				t.Errorf("declared %q: %v", c.declared, err)
			}
			continue
		}
		wantReason(t, err, c.reason)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	file := asJPEG(t, scene(40, 30), 80)
	for _, c := range []struct {
		lim    Limits
		reason Reason
		words  string
	}{
		{Limits{Bytes: int64(len(file)) - 1}, TooLarge, "bytes"},
		{Limits{Pixels: 1199}, TooManyPixels, "1,199 pixels"},
		{Limits{Side: 39}, SideTooLong, "39 pixels"},
	} {
		_, err := Inspect(bytes.NewReader(file), int64(len(file)), "", c.lim)
		wantReason(t, err, c.reason)
		var r *Refusal
		if errors.As(err, &r) && !strings.Contains(r.Words(), c.words) {
			t.Errorf("%q does not say %q", r.Words(), c.words)
		}
	}
	_, err := Inspect(bytes.NewReader(nil), 25<<20+1, "", DefaultLimits())
	wantReason(t, err, TooLarge)
	if r := err.(*Refusal); !strings.Contains(r.Words(), "25 MB") {
		t.Errorf("words %q", r.Words())
	}
}

func TestEveryReasonHasWords(t *testing.T) {
	t.Parallel()
	for reason, w := range words {
		if !strings.HasSuffix(w, ".") || !strings.Contains(w, ". ") {
			t.Errorf("%s: %q does not say what to do next", reason, w)
		}
	}
}

// counting counts the bytes that are read.
type counting struct {
	io.ReaderAt
	n int64
}

func (c *counting) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.ReaderAt.ReadAt(p, off)
	c.n += int64(n)
	return n, err
}

func TestInspectReadsNoMoreThanNeeded(t *testing.T) {
	t.Parallel()
	scans := progressiveJPEG(1600, 1200, 1000, 0x22)
	r := &counting{ReaderAt: bytes.NewReader(scans)}
	_, err := Inspect(r, int64(len(scans)), "", Limits{})
	wantReason(t, err, TooManyScans)
	if r.n > int64(len(scans))/10 {
		t.Errorf("read %d of %d bytes before refusing", r.n, len(scans))
	}
	big := withChunk(asPNG(t, scene(9, 9)), "teXt", strings.Repeat("x", 20<<20))
	r = &counting{ReaderAt: bytes.NewReader(big)}
	if _, err := Inspect(r, int64(len(big)), "", Limits{}); err != nil {
		t.Fatal(err)
	}
	if r.n > 3*cursorWindow {
		t.Errorf("read %d bytes of a PNG that is one long chunk", r.n)
	}
}

type broken struct{}

var errDisk = errors.New("disk on fire")

func (broken) ReadAt([]byte, int64) (int, error) { return 0, errDisk }

func TestDiskErrorIsNoRefusal(t *testing.T) {
	t.Parallel()
	_, err := Inspect(broken{}, 1000, "", Limits{})
	var r *Refusal
	if !errors.Is(err, errDisk) || errors.As(err, &r) {
		t.Errorf("got %v, want the error of the disk", err)
	}
	_, err = Inspect(bytes.NewReader([]byte("\xff\xd8")), 1000, "", Limits{})
	wantReason(t, err, Truncated)
}

// BenchmarkInspect25MB walks a JPEG with stuffed bytes as dense as a photo has them.
func BenchmarkInspect25MB(b *testing.B) {
	head := progressiveJPEG(4000, 3000, 1, 0x22)
	data := bytes.Repeat(append(bytes.Repeat([]byte{0x5a}, 198), 0xff, 0), 24<<20/200)
	file := append(append(head[:len(head)-2], data...), 0xff, eoi)
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		if _, err := inspect(file, "image/jpeg"); err != nil {
			b.Fatal(err)
		}
	}
}
