package jpeg

import (
	"bytes"
	"errors"
	"math"
)

const (
	sourceWindow = 32 << 10
	scanWindow   = 64 << 10
	// blockBytes is more than any block takes: 64 times a code of 16 bits and 16 extra bits,
	// the corrections of a refinement, and the eight bytes that fill looks ahead.
	blockBytes = 512
)

// scanReader holds a window of the data of one scan, without the zero bytes that are stuffed
// behind each 0xff (T.81, B.1.1.5). Behind the last byte of an interval there are zeros.
type scanReader struct {
	cursor
	src     *source
	buf     []byte // of scanWindow+2*blockBytes
	end     int    // of the data in buf
	limit   int    // beyond this pos, the next block may need more than there is
	stopped bool   // the interval has ended: by marker, or by the end of the file if that is 0
	marker  byte
	ff      bool // the byte before the source's window was 0xff

	interval int  // MCUs from one restart to the next
	left     int  // MCUs until the next
	expected byte // its marker
}

// start begins with the first interval of a scan.
func (r *scanReader) start(interval int) error {
	r.interval, r.expected = interval, mRST0
	if interval == 0 {
		r.interval = math.MaxInt
	}
	return r.begin()
}

// begin forgets what is left of an interval and starts with the next.
func (r *scanReader) begin() error {
	if r.buf == nil {
		r.buf = make([]byte, scanWindow+2*blockBytes)
	}
	r.cursor, r.end, r.stopped, r.ff, r.left = cursor{}, 0, false, false, r.interval
	return r.refill()
}

// refill is called when pos is beyond limit. It is an error when the data have ended and more
// was read than there was.
func (r *scanReader) refill() error {
	if r.stopped {
		return r.finished()
	}
	rest := copy(r.buf, r.buf[min(r.pos, r.end):r.end])
	r.pos -= r.end - rest
	r.end = rest
	for r.end < scanWindow && !r.stopped {
		if len(r.src.win) == 0 {
			if err := r.src.more(); errors.Is(err, ErrTruncated) {
				r.stopped, r.marker = true, 0
				break
			} else if err != nil {
				return err
			}
		}
		r.unstuff()
	}
	r.limit = r.end - blockBytes
	if r.stopped {
		r.limit = r.end + 8 // read to here at most, if all that was used is in the data
		clear(r.buf[r.end : r.end+2*blockBytes])
	}
	return nil
}

// unstuff moves data from the source's window up to the next 0xff, and what that means.
func (r *scanReader) unstuff() {
	win := r.src.win
	if r.ff {
		r.ff = false
		switch b := win[0]; b {
		case 0:
			r.buf[r.end] = 0xff
			r.end++
		case 0xff:
			r.ff = true // a fill byte (B.1.1.2)
		default:
			r.stopped, r.marker = true, b
		}
		r.src.win = win[1:]
		return
	}
	win = win[:min(len(win), scanWindow-r.end)]
	n := bytes.IndexByte(win, 0xff)
	if r.ff = n >= 0; r.ff {
		r.src.win = r.src.win[n+1:]
	} else {
		n = len(win)
		r.src.win = r.src.win[n:]
	}
	r.end += copy(r.buf[r.end:], win[:n])
}

// finished tells whether no more bits were used than the data had.
func (r *scanReader) finished() error {
	if r.pos*8-int(r.n) > r.end*8 {
		return ErrTruncated
	}
	return nil
}

// restart goes to the next interval, whose marker must be the next of the eight (T.81, E.2.4).
func (r *scanReader) restart() error {
	if err := r.stop(); err != nil {
		return err
	}
	if r.marker != r.expected {
		return malformed("marker 0x%02x instead of restart 0x%02x", r.marker, r.expected)
	}
	r.expected = mRST0 | (r.expected+1)&7
	return r.begin()
}

// stop passes what is left up to the marker that ends the interval.
func (r *scanReader) stop() error {
	if err := r.finished(); err != nil {
		return err
	}
	for !r.stopped {
		r.cursor, r.end = cursor{}, 0
		if err := r.refill(); err != nil {
			return err
		}
	}
	if r.marker == 0 {
		return ErrTruncated
	}
	return nil
}
