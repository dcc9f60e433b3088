package photo

import (
	"io"
	"strconv"
)

// Info is what the headers of a picture say.
type Info struct {
	Format        string // "jpeg", "png", "webp" or "gif"
	Width, Height int    // in pixels, after the EXIF orientation
	Orientation   int    // EXIF orientation, 1 to 8; 1 when the file names none
	Moving        bool   // a GIF with more than one frame; only the first is ever decoded

	raw          size      // as stored, before the orientation
	end          int64     // where the picture ends in the file
	libraryBytes int64     // bounds what the library's decoder allocates, see memory.go
	jpeg         jpegFrame // zero for other formats
	profile      []byte    // ICC, for kit/colour; nil when there is none, or PNG says sRGB
}

type size struct{ w, h int }

func (s size) pixels() int64 { return int64(s.w) * int64(s.h) }

// Limits are what a picture may measure. A zero field means the default.
type Limits struct {
	Bytes  int64 // of the file
	Pixels int64 // width times height
	Side   int   // the longer side, in pixels
	Scans  int   // in a JPEG: each one walks the whole picture again
}

// DefaultLimits returns 25 MB, 50 megapixels, sides of 16,384 and 64 scans.
func DefaultLimits() Limits {
	return Limits{Bytes: 25 << 20, Pixels: 50_000_000, Side: 16384, Scans: 64}
}

func (l Limits) orDefault() Limits {
	d := DefaultLimits()
	if l.Bytes <= 0 {
		l.Bytes = d.Bytes
	}
	if l.Pixels <= 0 {
		l.Pixels = d.Pixels
	}
	if l.Side <= 0 {
		l.Side = d.Side
	}
	if l.Scans <= 0 {
		l.Scans = d.Scans
	}
	return l
}

// Inspect reads the headers and the structure of the size bytes in r, decodes nothing, and
// returns what they say. declared is the media type that the sender gave; "" and
// "application/octet-stream" declare nothing. A file that needs no decoding to be refused
// gives a *Refusal; any other error is one of reading r.
func Inspect(r io.ReaderAt, size int64, declared string, lim Limits) (Info, error) {
	lim = lim.orDefault()
	if size <= 0 {
		return Info{}, refuse(Empty, "no bytes")
	}
	if size > lim.Bytes {
		return Info{}, &Refusal{Reason: TooLarge, Limit: megabytes(lim.Bytes)}
	}
	c := newCursor(r, size)
	head, err := c.peek(64)
	if err != nil {
		return Info{}, err
	}
	f, err := sniff(head)
	if err != nil {
		return Info{}, err
	}
	if want := declaredFormat(declared); want != "" && want != f.name {
		return Info{}, &Refusal{Reason: WrongType, Format: f.label, Detail: "declared " + declared}
	}
	return measure(f, c, lim)
}

func measure(f format, c *cursor, lim Limits) (Info, error) {
	in := Info{Format: f.name, Orientation: 1, end: c.size}
	if err := f.walk(c, lim, &in); err != nil {
		return Info{}, err
	}
	in.Width, in.Height = in.raw.w, in.raw.h
	if in.Orientation >= 5 {
		in.Width, in.Height = in.raw.h, in.raw.w
	}
	return in, nil
}

// setSize is called by the walkers as soon as the size is known, so that nothing more is
// read of a picture that is too big.
func (in *Info) setSize(w, h int, lim Limits) error {
	if w <= 0 || h <= 0 {
		return refuse(Unreadable, "size %dx%d", w, h)
	}
	if max(w, h) > lim.Side {
		return &Refusal{Reason: SideTooLong, Limit: thousands(int64(lim.Side)) + " pixels"}
	}
	in.raw = size{w, h}
	if in.raw.pixels() > lim.Pixels {
		return &Refusal{Reason: TooManyPixels, Limit: megapixels(lim.Pixels)}
	}
	return nil
}

func megabytes(n int64) string {
	if n < 1<<20 {
		return thousands(n) + " bytes"
	}
	return strconv.FormatInt(n>>20, 10) + " MB"
}

func megapixels(n int64) string {
	if n < 1_000_000 {
		return thousands(n) + " pixels"
	}
	return strconv.FormatInt(n/1_000_000, 10) + " megapixels"
}

func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
