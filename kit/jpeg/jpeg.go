package jpeg

import (
	"cmp"
	"errors"
)

// The errors of Decode, for errors.Is. Anything else is the context's or the reader's.
var (
	ErrFormat      = errors.New("jpeg: malformed")
	ErrTruncated   = errors.New("jpeg: the end is missing")
	ErrUnsupported = errors.New("jpeg: a kind that this decoder leaves to others")
	ErrLimit       = errors.New("jpeg: beyond a limit")
)

// DecodeOptions say how Decode works. The zero value decodes at full size without limits.
type DecodeOptions struct {
	Eighths  Eighths
	MaxScans int              // more are ErrLimit; 0 means any number
	MaxBytes int64            // that Decode may allocate, see Bytes; more are ErrLimit; 0 means any
	Progress func(read int64) // now and then, how far in the file decoding is; may be nil
}

// Eighths is to how many eighths of its size a picture is decoded, in both directions: 1, 2, 3, 4 or 8.
// Colour has a number of its own, since it is often stored finer than the result needs it.
type Eighths struct {
	Y int // of the plane of brightness; 0 means 8
	C int // of each plane of colour, as it is stored; 0 means as many as Y
}

// of is the number for a component, the first of which is brightness.
func (e Eighths) of(component int) int {
	y := cmp.Or(e.Y, 8)
	if component == 0 {
		return y
	}
	return cmp.Or(e.C, y)
}

// zigzag[k] is where the coefficient that comes k-th in the file stands in its block, row by
// row (T.81, figure A.6).
var zigzag = [64]uint8{
	0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5,
	12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
	35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
	58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
}
