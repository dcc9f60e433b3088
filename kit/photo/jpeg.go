package photo

import (
	"bytes"
	"encoding/binary"
)

// Marker codes of JPEG, the byte after 0xff.
const (
	sof0, sof2, sof15 = 0xc0, 0xc2, 0xcf
	dht, jpg, dac     = 0xc4, 0xc8, 0xcc
	rst0, rst7        = 0xd0, 0xd7
	soi, eoi, sos     = 0xd8, 0xd9, 0xda
	app1, app2, app14 = 0xe1, 0xe2, 0xee
)

// jpegWalk goes from marker to marker exactly as Go's decoder does, so that what is
// counted here is what would be decoded there.
type jpegWalk struct {
	c          *cursor
	lim        Limits
	in         *Info
	frame      bool
	scans      int
	components int   // 1 for grey, 3 for colours, 4 for CMYK
	samples    int64 // one for each coefficient of each component
	gotExif    bool
	profile    jpegProfile
}

// jpegFrame is what the headers of a JPEG say about how its samples are stored.
type jpegFrame struct {
	progressive bool
	rgb         bool // the three may be R, G and B, which the decoder copies into a new picture
}

func walkJPEG(c *cursor, lim Limits, in *Info) error {
	w := &jpegWalk{c: c, lim: lim, in: in}
	if err := c.skip(2); err != nil {
		return err
	}
	for {
		m, err := w.marker()
		if err != nil {
			return err
		}
		if m == eoi {
			return w.finish()
		}
		if err := w.segment(m); err != nil {
			return err
		}
	}
}

// marker skips entropy-coded data, restarts and fill bytes up to the next marker.
func (w *jpegWalk) marker() (byte, error) {
	for {
		if err := w.c.findMarker(); err != nil {
			return 0, err
		}
		b := []byte{0xff}
		for b[0] == 0xff {
			var err error
			if b, err = w.c.next(1); err != nil {
				return 0, err
			}
		}
		if m := b[0]; m != 0 && (m < rst0 || m > rst7) {
			return m, nil
		}
	}
}

func (w *jpegWalk) segment(m byte) error {
	if m < sof0 || m == soi {
		return refuse(Unreadable, "marker 0x%02x out of place", m)
	}
	b, err := w.c.next(2)
	if err != nil {
		return err
	}
	n := int(binary.BigEndian.Uint16(b)) - 2
	if n < 0 {
		return refuse(Unreadable, "marker 0x%02x is too short", m)
	}
	body, err := w.c.next(n)
	if err != nil {
		return err
	}
	return w.read(m, body)
}

func (w *jpegWalk) read(m byte, body []byte) error {
	switch {
	case m == sos:
		return w.scan()
	case m == app1 && !w.gotExif && bytes.HasPrefix(body, []byte("Exif\x00\x00")):
		w.gotExif = true
		w.in.Orientation = exifOrientation(body[6:])
	case m == app2 && w.scans == 0 && bytes.HasPrefix(body, []byte(jpegProfileMark)):
		w.profile.add(body[len(jpegProfileMark):])
	case m == app14 && len(body) >= 12 && bytes.HasPrefix(body, []byte("Adobe")):
		w.in.jpeg.rgb = w.in.jpeg.rgb || body[11] == 0
	case m >= sof0 && m <= sof15 && m != dht && m != jpg && m != dac:
		return w.sof(m, body)
	}
	return nil
}

func (w *jpegWalk) scan() error {
	if !w.frame {
		return refuse(Unreadable, "scan before the frame")
	}
	if w.scans++; w.scans > w.lim.Scans {
		return refuse(TooManyScans, "more than %d scans", w.lim.Scans)
	}
	return nil
}

// sof reads the frame header; only baseline, extended and progressive Huffman are taken.
func (w *jpegWalk) sof(m byte, b []byte) error {
	if w.frame || len(b) < 6 {
		return refuse(Unreadable, "frame header")
	}
	f, n := &w.in.jpeg, int(b[5])
	w.frame, w.components, f.progressive = true, n, m == sof2
	if m > sof2 || b[0] != 8 || n != 1 && n != 3 && n != 4 {
		return refuse(Unsupported, "marker 0x%02x, %d bits, %d components", m, b[0], n)
	}
	if len(b) != 6+3*n {
		return refuse(Unreadable, "frame header of %d bytes", len(b))
	}
	height, width := int(binary.BigEndian.Uint16(b[1:])), int(binary.BigEndian.Uint16(b[3:]))
	if err := w.in.setSize(width, height, w.lim); err != nil {
		return err
	}
	return w.sampling(b[6:], width, height)
}

// sampling counts the samples of all components. The decoder rounds the picture up to
// whole units of the *first* component's sampling, and so does this.
func (w *jpegWalk) sampling(comps []byte, width, height int) error {
	if w.components == 1 {
		w.samples = 64 * ceilDiv(width, 8) * ceilDiv(height, 8)
		return nil
	}
	h0, v0 := int(comps[1]>>4), int(comps[1]&15)
	if h0 < 1 || h0 > 4 || v0 < 1 || v0 > 4 {
		return refuse(Unreadable, "sampling %dx%d", h0, v0)
	}
	f := &w.in.jpeg
	f.rgb = f.rgb || w.components == 3 && comps[0] == 'R' && comps[3] == 'G' && comps[6] == 'B'
	units := ceilDiv(width, 8*h0) * ceilDiv(height, 8*v0)
	for i := range w.components {
		s := int64(comps[3*i+1])
		w.samples += 64 * units * (s >> 4) * (s & 15)
	}
	return nil
}

func (w *jpegWalk) finish() error {
	if w.scans == 0 {
		return refuse(Truncated, "no scan before the end")
	}
	w.in.end, w.in.profile = w.c.off, w.profile.join()
	f := &w.in.jpeg
	f.rgb = f.rgb && w.components == 3
	w.in.libraryBytes = jpegBytes(w.samples, w.in.raw.pixels(), f.progressive, f.rgb || w.components == 4)
	return nil
}

func ceilDiv(a, b int) int64 { return int64((a + b - 1) / b) }
