package bridge

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

const (
	// maxPayload is what PostgreSQL lets a notification carry, in bytes: "less than
	// 8000" (its manual, NOTIFY).
	maxPayload = 7999
	maxPart    = maxPayload - len("999/999:")
	maxParts   = 2 * maxFrame / maxPart // base64 makes 4 bytes of 3
)

// cut makes the notifications of an encoded frame: one that fits goes as it is, others
// as "1/3:…", "2/3:…", "3/3:…". No encoded frame has a colon.
func cut(text string) (parts []string) {
	if len(text) <= maxPayload {
		return []string{text}
	}
	of := (len(text) + maxPart - 1) / maxPart
	for n := 1; n <= of; n++ {
		end := min(maxPart, len(text))
		parts = append(parts, fmt.Sprintf("%d/%d:%s", n, of, text[:end]))
		text = text[end:]
	}
	return parts
}

var errTorn = errors.New("part of a live frame is missing")

// joiner puts frames together. The parts of one are sent in one transaction, and
// PostgreSQL delivers transactions one after the other, each whole and in order: so
// no two frames are ever mixed, and a torn one is an error.
type joiner struct {
	text strings.Builder
	n    int // parts that are there
	of   int
}

// add takes a notification, and gives the encoded frame that it completes.
func (j *joiner) add(payload string) (text string, whole bool, err error) {
	number, part, isPart := strings.Cut(payload, ":")
	if !isPart {
		number, part = "1/1", payload
	}
	first, last, _ := strings.Cut(number, "/")
	n, err := strconv.Atoi(first)
	of, wrong := strconv.Atoi(last)
	if j.n == 0 {
		j.of = of
	}
	if err != nil || wrong != nil || n != j.n+1 || of != j.of || n > of || of > maxParts {
		*j = joiner{}
		return "", false, errTorn
	}
	j.n = n
	j.text.WriteString(part)
	if n < of {
		return "", false, nil
	}
	text = j.text.String()
	*j = joiner{}
	return text, true, nil
}
