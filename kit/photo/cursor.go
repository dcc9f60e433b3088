package photo

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// cursorWindow holds the longest segment of a JPEG (65,535 bytes), so that any can be seen whole.
const cursorWindow = 64 << 10

// cursor walks a file through one window of memory; skipping reads nothing.
type cursor struct {
	r         io.ReaderAt
	size, off int64
	buf       []byte
	base      int64 // where buf begins in the file
}

func newCursor(r io.ReaderAt, size int64) *cursor {
	return &cursor{r: r, size: size, buf: make([]byte, 0, min(size, cursorWindow))}
}

// peek returns the next n bytes, or fewer at the end; they hold until the next call.
func (c *cursor) peek(n int) ([]byte, error) {
	n = int(min(int64(n), c.size-c.off, cursorWindow))
	if c.off < c.base || c.off+int64(n) > c.base+int64(len(c.buf)) {
		if err := c.fill(); err != nil {
			return nil, err
		}
	}
	at := c.off - c.base
	return c.buf[at : at+int64(n)], nil
}

func (c *cursor) fill() error {
	b := c.buf[:min(int64(cap(c.buf)), c.size-c.off)]
	if err := c.readAll(b); err != nil {
		c.buf = c.buf[:0]
		return err
	}
	c.buf, c.base = b, c.off
	return nil
}

// readAll fills b from where the cursor stands.
func (c *cursor) readAll(b []byte) error {
	n, err := c.r.ReadAt(b, c.off)
	if n == len(b) {
		return nil
	}
	if errors.Is(err, io.EOF) {
		return refuse(Truncated, "file ends at %d of %d bytes", c.off+int64(n), c.size)
	}
	return fmt.Errorf("read picture at %d: %w", c.off, err)
}

// copyOf returns the next n bytes, which may be more than the window holds, without moving; they
// are the caller's.
func (c *cursor) copyOf(n int) ([]byte, error) {
	b := make([]byte, min(int64(n), c.size-c.off))
	return b, c.readAll(b)
}

// next returns the next n bytes and moves past them; when they are not all there, Truncated.
func (c *cursor) next(n int) ([]byte, error) {
	b, err := c.peek(n)
	if err != nil {
		return nil, err
	}
	if len(b) < n {
		return nil, refuse(Truncated, "need %d bytes at %d of %d", n, c.off, c.size)
	}
	c.off += int64(n)
	return b, nil
}

func (c *cursor) skip(n int64) error {
	if n < 0 || n > c.size-c.off {
		return refuse(Truncated, "need %d bytes at %d of %d", n, c.off, c.size)
	}
	c.off += n
	return nil
}

// findMarker moves to the next 0xff that no stuffed zero or restart follows, as far as the
// window shows: at its last byte it stops at any 0xff.
func (c *cursor) findMarker() error {
	for c.off < c.size {
		// What the window still holds is searched first; only then is it filled anew.
		n := int(c.base + int64(len(c.buf)) - c.off)
		if c.off < c.base || n <= 0 {
			n = cursorWindow
		}
		w, err := c.peek(n)
		if err != nil {
			return err
		}
		i := indexMarker(w)
		c.off += int64(i)
		if i < len(w) {
			return nil
		}
	}
	return refuse(Truncated, "no more markers")
}

// indexMarker returns len(w) when there is none.
func indexMarker(w []byte) int {
	for i := 0; ; i += 2 {
		j := bytes.IndexByte(w[min(i, len(w)):], 0xff)
		if j < 0 {
			return len(w)
		}
		i += j
		if i+1 == len(w) || w[i+1] != 0 && (w[i+1] < rst0 || w[i+1] > rst7) {
			return i
		}
	}
}
