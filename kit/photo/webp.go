package photo

import (
	"bytes"
	"encoding/binary"
	"image"
	"io"

	"golang.org/x/image/webp"
)

type webpWalk struct {
	c        *cursor
	lim      Limits
	in       *Info
	canvas   size // from VP8X; zero without one
	alpha    bool
	picture  bool
	lossless bool
}

func walkWebP(c *cursor, lim Limits, in *Info) error {
	b, err := c.next(12)
	if err != nil {
		return err
	}
	end := int64(binary.LittleEndian.Uint32(b[4:])) + 8
	if end > c.size {
		return refuse(Truncated, "RIFF of %d bytes in %d", end, c.size)
	}
	w := &webpWalk{c: c, lim: lim, in: in}
	for c.off+8 <= end {
		if err := w.chunk(end); err != nil {
			return err
		}
	}
	if !w.picture {
		return refuse(Unreadable, "no picture in it")
	}
	in.end = end
	in.libraryBytes = webpBytes(in.raw, end, w.lossless, w.alpha)
	return nil
}

func (w *webpWalk) chunk(end int64) error {
	b, err := w.c.next(8)
	if err != nil {
		return err
	}
	name, n := string(b[:4]), int64(binary.LittleEndian.Uint32(b[4:]))
	if n > end-w.c.off {
		return refuse(Truncated, "chunk %q of %d bytes", name, n)
	}
	body, err := w.c.peek(int(n))
	if err != nil {
		return err
	}
	if name == "ICCP" {
		err = w.profile(n)
	} else {
		err = w.read(name, body)
	}
	if err != nil {
		return err
	}
	// A chunk of odd length is followed by a byte of padding, which the last may lack.
	return w.c.skip(min(n+n&1, end-w.c.off))
}

func (w *webpWalk) read(name string, b []byte) error {
	switch name {
	case "VP8X":
		return w.extended(b)
	case "VP8 ", "VP8L":
		if w.picture {
			return nil
		}
		w.picture = true
		return w.frame(name == "VP8L", b)
	case "ANIM", "ANMF":
		return refuse(Animated, "chunk %s", name)
	case "ALPH":
		w.alpha = true
	case "EXIF":
		w.in.Orientation = exifOrientation(bytes.TrimPrefix(b, []byte("Exif\x00\x00")))
	}
	return nil
}

// profile takes the first; it may be longer than the window of the cursor.
func (w *webpWalk) profile(n int64) (err error) {
	if w.in.profile == nil && n <= maxProfile {
		w.in.profile, err = w.c.copyOf(int(n))
	}
	return err
}

func (w *webpWalk) extended(b []byte) error {
	if len(b) < 10 {
		return refuse(Unreadable, "VP8X of %d bytes", len(b))
	}
	const animation = 1 << 1
	if b[0]&animation != 0 {
		return refuse(Animated, "animation flag")
	}
	u24 := func(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }
	w.canvas = size{u24(b[4:]) + 1, u24(b[7:]) + 1}
	return w.in.setSize(w.canvas.w, w.canvas.h, w.lim)
}

func (w *webpWalk) frame(lossless bool, b []byte) error {
	w.lossless = lossless
	header := 10
	if lossless {
		header = 5
	}
	if len(b) < header {
		return refuse(Truncated, "picture chunk of %d bytes", len(b))
	}
	var s size
	switch {
	case lossless && b[0] == 0x2f:
		bits := binary.LittleEndian.Uint32(b[1:])
		s = size{int(bits&0x3fff) + 1, int(bits>>14&0x3fff) + 1}
	case !lossless && b[0]&1 == 0 && string(b[3:6]) == "\x9d\x01\x2a":
		s = size{u16(b[6:]) & 0x3fff, u16(b[8:]) & 0x3fff}
	default:
		return refuse(Unreadable, "picture header % x", b[:header])
	}
	if w.canvas != (size{}) && w.canvas != s {
		return refuse(Unreadable, "canvas %v, picture %v", w.canvas, s)
	}
	return w.in.setSize(s.w, s.h, w.lim)
}

func decodeWebP(r io.Reader) (image.Image, error) {
	m, err := webp.Decode(r)
	if err != nil {
		return nil, err
	}
	switch m := m.(type) {
	case *image.YCbCr:
		expandRange(m)
	case *image.NYCbCrA:
		expandRange(&m.YCbCr)
	}
	return m, nil
}

// expandRange stretches VP8's limited range to the full range that image.YCbCr means:
// x/image hands out the values as they are stored, which looks washed out.
func expandRange(m *image.YCbCr) {
	var luma, chroma [256]uint8
	for v := range 256 {
		luma[v] = clamp8((float64(v) - 16) * 255 / 219)
		chroma[v] = clamp8((float64(v)-128)*255/224 + 128)
	}
	for i, v := range m.Y {
		m.Y[i] = luma[v]
	}
	for i, v := range m.Cb {
		m.Cb[i] = chroma[v]
	}
	for i, v := range m.Cr {
		m.Cr[i] = chroma[v]
	}
}

func clamp8(v float64) uint8 { return uint8(min(max(v+0.5, 0), 255)) }
