package photo

import (
	"encoding/binary"
	"math"
	"slices"
)

const pngSignature = "\x89PNG\r\n\x1a\n"

// PNG's colour types.
const (
	pngGrey, pngRGB, pngPalette, pngGreyAlpha, pngRGBA = 0, 2, 3, 4, 6
)

type pngWalk struct {
	c           *cursor
	lim         Limits
	in          *Info
	depth, kind byte
	interlaced  bool
	transparent bool
	data        bool
	srgb        bool // said by a chunk of its own, which goes before a profile
}

func walkPNG(c *cursor, lim Limits, in *Info) error {
	b, err := c.next(len(pngSignature))
	if err != nil {
		return err
	}
	if string(b) != pngSignature {
		return refuse(Unreadable, "signature %q", b)
	}
	w := &pngWalk{c: c, lim: lim, in: in}
	for {
		more, err := w.chunk()
		if err != nil || !more {
			return err
		}
	}
}

// chunk reads one chunk and tells whether more follow.
func (w *pngWalk) chunk() (more bool, err error) {
	b, err := w.c.next(8)
	if err != nil {
		return false, err
	}
	n, name := int64(binary.BigEndian.Uint32(b)), string(b[4:])
	const crc = 4
	if n > math.MaxInt32 {
		return false, refuse(Unreadable, "chunk %q of %d bytes", name, n)
	}
	if n+crc > w.c.size-w.c.off {
		return false, refuse(Truncated, "chunk %q of %d bytes", name, n)
	}
	if err := w.read(name, int(n)); err != nil {
		return false, err
	}
	if name == "IEND" {
		return false, w.finish()
	}
	return true, w.c.skip(n + crc)
}

func (w *pngWalk) read(name string, n int) error {
	if w.in.raw.w == 0 && name != "IHDR" {
		return refuse(Unreadable, "%q before IHDR", name)
	}
	switch name {
	case "IHDR":
		return w.header(n)
	case "IDAT":
		w.data = true
	case "tRNS":
		w.transparent = true
	case "sRGB":
		w.srgb = true
	case "iCCP":
		return w.profile(n)
	case "eXIf":
		b, err := w.c.peek(n)
		if err != nil {
			return err
		}
		w.in.Orientation = exifOrientation(b)
	}
	return nil
}

func (w *pngWalk) header(n int) error {
	if n != 13 || w.in.raw.w != 0 {
		return refuse(Unreadable, "IHDR of %d bytes, or a second one", n)
	}
	b, err := w.c.peek(n)
	if err != nil {
		return err
	}
	w.depth, w.kind, w.interlaced = b[8], b[9], b[12] == 1
	if !slices.Contains([]byte{pngGrey, pngRGB, pngPalette, pngGreyAlpha, pngRGBA}, w.kind) {
		return refuse(Unreadable, "colour type %d", w.kind)
	}
	width, height := binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])
	if max(width, height) > math.MaxInt32 {
		return refuse(Unreadable, "size %dx%d", width, height)
	}
	return w.in.setSize(int(width), int(height), w.lim)
}

// profile takes the first profile before the picture's data, which is where it belongs.
func (w *pngWalk) profile(n int) error {
	if w.in.profile != nil || w.data || n > maxProfile {
		return nil
	}
	b, err := w.c.copyOf(n)
	if err != nil {
		return err
	}
	w.in.profile = pngProfile(b)
	return nil
}

func (w *pngWalk) finish() error {
	if !w.data {
		return refuse(Truncated, "no picture data")
	}
	if w.srgb {
		w.in.profile = nil
	}
	w.in.libraryBytes = pngBytes(w.in.raw, w.depth, w.kind, w.transparent, w.interlaced)
	return nil
}
