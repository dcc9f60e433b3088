package jpeg

import "errors"

// The errors of Decode, for errors.Is. Anything else is the context's or the reader's.
var (
	ErrFormat      = errors.New("jpeg: malformed")
	ErrTruncated   = errors.New("jpeg: the end is missing")
	ErrUnsupported = errors.New("jpeg: a kind that this decoder leaves to others")
	ErrLimit       = errors.New("jpeg: beyond a limit")
)

// DecodeOptions say how Decode works. The zero value decodes at full size without limits.
type DecodeOptions struct {
	Scale    int              // 1, 2, 4 or 8: sides become 1/Scale; 0 means 1
	MaxScans int              // more are ErrLimit; 0 means any number
	MaxBytes int64            // that Decode may allocate, see Bytes; more are ErrLimit; 0 means any
	Progress func(read int64) // now and then, how far in the file decoding is; may be nil
}

// zigzag[k] is where the coefficient that comes k-th in the file stands in its block, row by
// row (T.81, figure A.6).
var zigzag = [64]uint8{
	0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5,
	12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
	35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
	58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
}
