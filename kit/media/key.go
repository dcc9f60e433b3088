package media

import (
	"errors"
	"fmt"
	"strings"
)

// ErrKey says that a string cannot be a key.
var ErrKey = errors.New("media: not a key")

const (
	maxKey     = 512 // bytes
	maxSegment = 200 // bytes; file systems end at 255
)

// pathOf checks a key and returns its path in the store. A key is one or more
// segments with slashes between; a segment has letters a-z, digits and . _ -
// and neither begins nor ends with a dot.
func pathOf(key string) (string, error) {
	if len(key) > maxKey {
		return "", fmt.Errorf("%w: longer than %d bytes", ErrKey, maxKey)
	}
	for segment := range strings.SplitSeq(key, "/") {
		if !validSegment(segment) {
			return "", fmt.Errorf("%w: %q", ErrKey, key)
		}
	}
	return keepDir + "/" + key, nil
}

// validSegment refuses a dot at either end: that covers "." and "..", hidden
// files, and names that Windows would shorten to another key's.
func validSegment(s string) bool {
	if s == "" || len(s) > maxSegment || s[0] == '.' || s[len(s)-1] == '.' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' && c != '_' && c != '-' {
			return false
		}
	}
	return true
}
