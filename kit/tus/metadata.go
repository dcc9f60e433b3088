package tus

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// maxMetadata bounds the header, in bytes: names and types are short.
const maxMetadata = 4 << 10

// ErrMetadata says that an Upload-Metadata header is malformed or too long.
var ErrMetadata = errors.New("tus: malformed metadata")

// ParseMetadata reads an Upload-Metadata header: pairs with commas between, each
// a key, a space and a value in base64. Keys are not empty, printable ASCII, and
// come once; a value may be empty, and its space may then be missing. Values are
// any bytes that somebody likes to send. The error is ErrMetadata.
func ParseMetadata(header string) (map[string]string, error) {
	values := map[string]string{}
	if len(header) > maxMetadata {
		return nil, fmt.Errorf("%w: longer than %d bytes", ErrMetadata, maxMetadata)
	}
	if strings.TrimSpace(header) == "" {
		return values, nil
	}
	for pair := range strings.SplitSeq(header, ",") {
		key, encoded, _ := strings.Cut(strings.TrimSpace(pair), " ")
		value, err := base64.StdEncoding.Strict().DecodeString(encoded)
		if err != nil {
			return nil, fmt.Errorf("%w: the value of %q: %w", ErrMetadata, key, err)
		}
		if _, twice := values[key]; twice || !validKey(key) {
			return nil, fmt.Errorf("%w: the key %q", ErrMetadata, key)
		}
		values[key] = string(value)
	}
	return values, nil
}

func validKey(key string) bool {
	for i := range len(key) {
		if key[i] <= ' ' || key[i] > '~' {
			return false
		}
	}
	return key != ""
}
