package jpeg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
)

// source reads the file through a window, so that its size never shows in memory.
type source struct {
	ctx      context.Context
	r        io.ReaderAt
	size     int64
	next     int64  // where in the file the window will be filled from
	buf      []byte // room of the window
	win      []byte // what of it is not read yet
	body     []byte // room of segment
	progress func(int64)
}

func newSource(ctx context.Context, r io.ReaderAt, size int64, window int, progress func(int64)) *source {
	return &source{ctx: ctx, r: r, size: size, buf: make([]byte, window), progress: progress}
}

// more fills the empty window. The end of the file is ErrTruncated, for whoever wants more has
// not seen the end of the picture.
func (s *source) more() error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	if s.progress != nil {
		s.progress(min(s.next, s.size))
	}
	if s.next >= s.size {
		return ErrTruncated
	}
	n, err := s.r.ReadAt(s.buf[:min(int64(len(s.buf)), s.size-s.next)], s.next)
	if n == 0 && (err == nil || errors.Is(err, io.EOF)) {
		return ErrTruncated
	}
	if n == 0 {
		return fmt.Errorf("jpeg: read: %w", err)
	}
	s.win, s.next = s.buf[:n], s.next+int64(n)
	return nil
}

func (s *source) byte() (byte, error) {
	if len(s.win) == 0 {
		if err := s.more(); err != nil {
			return 0, err
		}
	}
	b := s.win[0]
	s.win = s.win[1:]
	return b, nil
}

// skip passes n bytes without reading those beyond the window.
func (s *source) skip(n int) {
	k := min(n, len(s.win))
	s.win = s.win[k:]
	s.next += int64(n - k)
}

// marker passes everything up to the next marker but restarts, and the marker too.
func (s *source) marker() (byte, error) {
	for {
		for n := -1; n < 0; {
			if len(s.win) == 0 {
				if err := s.more(); err != nil {
					return 0, err
				}
			}
			if n = bytes.IndexByte(s.win, 0xff); n < 0 {
				s.win = nil
			} else {
				s.win = s.win[n+1:]
			}
		}
		b, err := s.byte()
		for b == 0xff && err == nil { // fill bytes (B.1.1.2)
			b, err = s.byte()
		}
		if err != nil || b != 0 && !isRestart(b) {
			return b, err
		}
	}
}

func isRestart(marker byte) bool { return marker >= mRST0 && marker <= mRST7 }

// length reads how many bytes of a segment follow (T.81, B.1.1.4).
func (s *source) length() (int, error) {
	hi, err := s.byte()
	if err != nil {
		return 0, err
	}
	lo, err := s.byte()
	n := int(hi)<<8 | int(lo)
	if err == nil && n < 2 {
		err = malformed("a segment of length %d", n)
	}
	return n - 2, err
}

// segment reads the next n bytes, which are good until the next call.
func (s *source) segment(n int) ([]byte, error) {
	if s.body == nil {
		s.body = make([]byte, 1<<16)
	}
	b := s.body[:n]
	for got := 0; got < n; {
		if len(s.win) == 0 {
			if err := s.more(); err != nil {
				return nil, err
			}
		}
		k := copy(b[got:], s.win)
		s.win, got = s.win[k:], got+k
	}
	return b, nil
}

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrFormat, fmt.Sprintf(format, args...))
}

func unsupported(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrUnsupported, fmt.Sprintf(format, args...))
}
