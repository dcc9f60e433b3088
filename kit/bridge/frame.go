package bridge

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxFrame bounds a frame, in bytes of JSON: what is larger is not carried, and what
// comes may unpack to no more.
const maxFrame = 1 << 20

var errTooLarge = errors.New("a live frame is too large to be carried")

// frame is what was published. Without a topic it says: you have missed something.
type frame struct{ From, Topic, Event, Data string }

// encode packs a frame: a fragment of 20 kB usually becomes one of 3 kB.
func (f frame) encode() (string, error) {
	plain, err := json.Marshal(f)
	if err == nil && len(plain) > maxFrame {
		err = errTooLarge
	}
	var b strings.Builder
	if err == nil {
		text := base64.NewEncoder(base64.RawStdEncoding, &b)
		var packed *flate.Writer
		if packed, err = flate.NewWriter(text, flate.BestSpeed); err == nil {
			_, err = packed.Write(plain)
			err = errors.Join(err, packed.Close(), text.Close())
		}
	}
	if err != nil {
		return "", fmt.Errorf("encode a live frame: %w", err)
	}
	return b.String(), nil
}

func decode(text string) (f frame, err error) {
	packed, err := base64.RawStdEncoding.DecodeString(text)
	if err == nil {
		err = json.NewDecoder(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), maxFrame)).Decode(&f)
	}
	if err != nil {
		return f, fmt.Errorf("decode a live frame: %w", err)
	}
	return f, nil
}
