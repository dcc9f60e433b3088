package jpeg

import (
	"context"
	"io"

	"superbook/kit/planar"
)

// decoder is one run over a file.
type decoder struct {
	Header
	opt        DecodeOptions
	src        *source
	headerOnly bool
	in         scanReader

	quant    [4][64]int32
	hasQuant [4]bool
	dc, ac   [4]huffman
	interval int // MCUs from one restart to the next; 0: none

	jfif, adobe    bool
	adobeTransform byte

	kernels [2]*kernel // of brightness and colour
	comps   []component
	scans   int
	ahead   byte // a marker that was read already; 0: none
}

// Decode reads the picture from the file of that size. Only a window of the file is in memory
// at any time; peak memory is that of the planes, and for a progressive picture that of its
// coefficients, as far as that size needs them. Nothing is read beyond the end of the first picture.
//
// It fails with ErrUnsupported for what ReadHeader would have said so, ErrTruncated, ErrFormat,
// ErrLimit, the error of ctx, or that of r.
func Decode(ctx context.Context, r io.ReaderAt, size int64, opt DecodeOptions) (*planar.Image, error) {
	d := &decoder{opt: opt, src: newSource(ctx, r, size, sourceWindow, opt.Progress)}
	for i := range d.kernels {
		var err error
		if d.kernels[i], err = newKernel(opt.Eighths.of(i)); err != nil {
			return nil, err
		}
	}
	if err := d.run(); err != nil {
		return nil, err
	}
	return d.image()
}

// run goes from marker to marker, to the end of the picture or to its first scan.
func (d *decoder) run() error {
	for _, want := range []byte{0xff, mSOI} {
		b, err := d.src.byte()
		if err != nil {
			return err
		}
		if b != want {
			return malformed("does not begin like a JPEG")
		}
	}
	for {
		marker, err := d.nextMarker()
		if err != nil {
			return err
		}
		if marker == mEOI {
			return d.complete()
		}
		if marker == mSOS && d.headerOnly {
			return d.ready()
		}
		if err := d.read(marker); err != nil {
			return err
		}
	}
}

func (d *decoder) nextMarker() (byte, error) {
	if m := d.ahead; m != 0 {
		d.ahead = 0
		return m, nil
	}
	return d.src.marker()
}

// read reads one segment, and the scan if the segment begins one.
func (d *decoder) read(marker byte) error {
	if marker == mTEM {
		return nil
	}
	n, err := d.src.length()
	if err != nil {
		return err
	}
	if marker == mCOM || marker > mAPP0 && marker <= mAPP15 && marker != mAPP14 {
		d.src.skip(n)
		return nil
	}
	b, err := d.src.segment(n)
	if err != nil {
		return err
	}
	switch {
	case marker == mAPP0 || marker == mAPP14:
		d.application(marker, b)
	case marker == mDQT:
		return d.quantTables(b)
	case marker == mDHT:
		return d.huffmanTables(b)
	case marker == mDRI:
		return d.restartInterval(b)
	case marker == mSOS:
		return d.scan(b)
	case marker >= mSOF0 && marker <= mSOF15 && marker != mJPG && marker != mDAC:
		return d.frame(marker, b)
	case marker == mDAC || marker == mJPG || marker >= mDNL && marker <= mEXP || marker > mAPP15 && marker <= mJPG13:
		return unsupported("marker 0x%02x", marker)
	default:
		return malformed("marker 0x%02x out of place", marker)
	}
	return nil
}

// ready is asked at each scan whether a frame came before, of a kind that is decoded here.
func (d *decoder) ready() error {
	if d.parts == nil {
		return malformed("a scan before the frame")
	}
	if d.rgb() {
		return unsupported("samples of red, green and blue")
	}
	return nil
}

// complete is asked at the end of the picture whether every component came.
func (d *decoder) complete() error {
	if d.headerOnly || d.comps == nil {
		return ErrTruncated
	}
	for i := range d.comps {
		if !d.comps[i].seen {
			return ErrTruncated
		}
	}
	return nil
}
