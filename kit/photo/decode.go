package photo

import (
	"context"
	"errors"
	"fmt"

	"superbook/kit/colour"
	"superbook/kit/jpeg"
	"superbook/kit/planar"
)

// mostDecoded bounds what decoding a JPEG may take, in bytes: a large picture under strong zoom gets a
// square that is a little soft, rather than the memory of many others.
const mostDecoded = 64 << 20

// decode returns the picture in planes: as it is stored, perhaps smaller, its colours more so. What
// package jpeg leaves to others, as CMYK, the libraries decode.
func (j *job) decode(ctx context.Context) (*planar.Image, error) {
	if j.in.Format != "jpeg" {
		return j.decodeByLibrary(ctx)
	}
	h, err := jpeg.ReadHeader(j.r, j.in.end)
	if errors.Is(err, jpeg.ErrUnsupported) {
		return j.decodeByLibrary(ctx)
	} else if err != nil {
		return nil, blameJPEG(err)
	}
	if (size{h.Width, h.Height}) != j.in.raw {
		return nil, refuse(Unreadable, "inspected %v, decoder sees %dx%d", j.in.raw, h.Width, h.Height)
	}
	return j.decodeJPEG(ctx, h)
}

func (j *job) decodeJPEG(ctx context.Context, h jpeg.Header) (*planar.Image, error) {
	e := eighths(h, j.opt.Crop)
	bytes := h.Bytes(e)
	if err := j.borrow(ctx, bytes+workingBytes(j.in)); err != nil {
		return nil, err
	}
	m, err := recovered(func() (*planar.Image, error) {
		return jpeg.Decode(ctx, j.r, j.in.end, jpeg.DecodeOptions{Eighths: e, MaxBytes: bytes, Progress: j.read})
	})
	return m, blameJPEG(err)
}

// read is told how far in the file a decoder is.
func (j *job) read(n int64) { j.progress.to(5 + int(45*n/max(j.in.end, 1))) }

// blameJPEG turns what is the picture's own fault into a refusal.
func blameJPEG(err error) error {
	switch {
	case errors.Is(err, jpeg.ErrTruncated):
		return &Refusal{Reason: Truncated, Err: err}
	case errors.Is(err, jpeg.ErrFormat), errors.Is(err, jpeg.ErrLimit), errors.Is(err, errPanic):
		return &Refusal{Reason: Unreadable, Err: err}
	case errors.Is(err, jpeg.ErrUnsupported): // in the middle of the file: nobody else reads that either
		return &Refusal{Reason: Unsupported, Err: err}
	case err != nil:
		return fmt.Errorf("read picture: %w", err)
	}
	return err
}

var errPanic = errors.New("decoder panicked")

func recovered[T any](f func() (T, error)) (v T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", errPanic, p)
		}
	}()
	return f()
}

// convert makes the colours of a finished picture those of sRGB. A profile that cannot be used is
// no reason to refuse a picture: its colours are then taken as they are.
func (j *job) convert(ctx context.Context, m *planar.Image) error {
	if j.in.profile == nil {
		return nil
	}
	p, err := colour.Parse(j.in.profile)
	if err != nil || p.SRGB() {
		return nil
	}
	if err := p.ToSRGB(ctx, m); err != nil && !errors.Is(err, colour.ErrUnsupported) {
		return fmt.Errorf("convert colours: %w", err)
	}
	return nil
}
