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

// maxPayload is what PostgreSQL lets a notification carry, in bytes: "less than
// 8000" (its manual, NOTIFY). A fragment of 20 kB usually fits when compressed.
const maxPayload = 7999

// maxFrame bounds what a notification may unpack to, in bytes.
const maxFrame = 1 << 20

// frame is what was published. Without a topic it says: you have missed something.
type frame struct{ From, Topic, Event, Data string }

func (f frame) encode() (string, error) {
	var b strings.Builder
	text := base64.NewEncoder(base64.RawStdEncoding, &b)
	packed, err := flate.NewWriter(text, flate.BestSpeed)
	if err == nil {
		err = errors.Join(json.NewEncoder(packed).Encode(f), packed.Close(), text.Close())
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
