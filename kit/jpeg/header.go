package jpeg

import (
	"bytes"
	"context"
	"io"
)

// Markers: the byte behind 0xff (T.81, table B.1).
const (
	mSOF0, mSOF1, mSOF2, mSOF15   = 0xc0, 0xc1, 0xc2, 0xcf
	mDHT, mJPG, mDAC              = 0xc4, 0xc8, 0xcc
	mRST0, mRST7                  = 0xd0, 0xd7
	mSOI, mEOI, mSOS, mDQT        = 0xd8, 0xd9, 0xda, 0xdb
	mDNL, mDRI, mDHP, mEXP        = 0xdc, 0xdd, 0xde, 0xdf
	mAPP0, mAPP14, mAPP15, mJPG13 = 0xe0, 0xee, 0xef, 0xfd
	mCOM, mTEM                    = 0xfe, 0x01
)

// Header is what is known of a picture before its first scan.
type Header struct {
	Width, Height int // of the full picture, in pixels
	Components    int // 1: grey; 3: Y'CbCr
	Progressive   bool

	parts  []part
	hm, vm int // the highest sampling factors
}

// part is a component as the frame header describes it (T.81, B.2.2).
type part struct{ id, h, v, tq uint8 }

// ReadHeader reads the header of the file up to its first scan. It is ErrUnsupported if Decode
// would not take the picture; the Header is as far filled as it was understood then.
func ReadHeader(r io.ReaderAt, size int64) (Header, error) {
	d := &decoder{src: newSource(context.Background(), r, size, 4<<10, nil), headerOnly: true}
	err := d.run()
	return d.Header, err
}

// frame reads the frame header (T.81, B.2.2).
func (d *decoder) frame(marker byte, b []byte) error {
	if d.parts != nil {
		return malformed("a second frame")
	}
	if len(b) < 6 || len(b) < 6+3*int(b[5]) {
		return malformed("frame header of %d bytes", len(b))
	}
	d.Progressive = marker == mSOF2
	d.Height, d.Width, d.Components = int(b[1])<<8|int(b[2]), int(b[3])<<8|int(b[4]), int(b[5])
	switch {
	case marker > mSOF2:
		return unsupported("the process of marker 0x%02x", marker)
	case b[0] != 8:
		return unsupported("%d bits a sample", b[0])
	case d.Components != 1 && d.Components != 3:
		return unsupported("%d components", d.Components)
	case d.Width == 0:
		return malformed("no width")
	case d.Height == 0:
		return unsupported("the height comes later")
	}
	for i := range d.Components {
		s := b[6+3*i:]
		d.parts = append(d.parts, part{id: s[0], h: s[1] >> 4, v: s[1] & 15, tq: s[2]})
	}
	return d.sampling()
}

// sampling checks the sampling factors. Colour may have a half or a quarter of the columns of
// brightness, and all or half of its rows.
func (h *Header) sampling() error {
	p := h.parts
	for i, c := range p {
		if c.h < 1 || c.h > 4 || c.v < 1 || c.v > 4 || c.tq > 3 {
			return malformed("component %d of %dx%d samples, table %d", i, c.h, c.v, c.tq)
		}
		for _, other := range p[:i] {
			if other.id == c.id {
				return malformed("two components have the id %d", c.id)
			}
		}
	}
	if len(p) == 1 {
		p[0].h, p[0].v = 1, 1 // there is nothing that it could be finer than (A.2.2)
	} else {
		y, cb, cr := p[0], p[1], p[2]
		x, down := y.h/cb.h, y.v/cb.v
		if cb.h != cr.h || cb.v != cr.v || x*cb.h != y.h || down*cb.v != y.v || x == 3 || x == 0 || down > 2 || down == 0 ||
			y.h*y.v+cb.h*cb.v+cr.h*cr.v > 10 { // what an MCU may hold (B.2.3)
			return unsupported("sampling %dx%d, %dx%d, %dx%d", y.h, y.v, cb.h, cb.v, cr.h, cr.v)
		}
	}
	h.hm, h.vm = int(p[0].h), int(p[0].v)
	return nil
}

// rgb tells whether the samples are red, green and blue, as far as that can be known: JFIF says
// that they are not, Adobe's segment says it, and so do the ids of components of some programs.
func (d *decoder) rgb() bool {
	if d.Components != 3 || d.jfif {
		return false
	}
	return d.adobe && d.adobeTransform == 0 || d.parts[0].id == 'R' && d.parts[1].id == 'G' && d.parts[2].id == 'B'
}

// application reads the segments that tell the colour space: APP0 and APP14.
func (d *decoder) application(marker byte, b []byte) {
	switch {
	case marker == mAPP0:
		d.jfif = d.jfif || bytes.HasPrefix(b, []byte("JFIF\x00"))
	case len(b) >= 12 && bytes.HasPrefix(b, []byte("Adobe")):
		d.adobe, d.adobeTransform = true, b[11]
	}
}

// Subsampling returns how many pixels a stored sample of colour spans, across and down: 2 and 2 in
// 4:2:0. It is 1 and 1 for grey.
func (h Header) Subsampling() (x, y int) {
	if len(h.parts) < 3 {
		return 1, 1
	}
	return h.hm / int(h.parts[1].h), h.vm / int(h.parts[1].v)
}

// fixedBytes is more than what Decode needs besides planes and coefficients: windows, tables.
const fixedBytes = 512 << 10

// Bytes is an upper bound of what Decode allocates at that size, which is not the
// peak alone but all. It is 0 for a Header of a picture that is not supported.
func (h Header) Bytes(e Eighths) int64 {
	if h.hm == 0 {
		return 0
	}
	mcus := int64(ceilDiv(h.Width, 8*h.hm)) * int64(ceilDiv(h.Height, 8*h.vm))
	bytes := int64(fixedBytes)
	for i, p := range h.parts {
		n := int64(e.of(i))
		perBlock := n * n
		if h.Progressive {
			perBlock += 2 * n * n // the coefficients
			if n > 1 {
				perBlock += 8 // and which of them are not zero
			}
		}
		// The allocator rounds large sizes up to pages of 8 KB.
		bytes += mcus*int64(p.h)*int64(p.v)*perBlock + 3<<13
	}
	return bytes
}

func ceilDiv(a, b int) int { return (a + b - 1) / b }
