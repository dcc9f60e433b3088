package photo

import (
	"fmt"
	"strings"
)

// Reason says in one word why a file was refused.
type Reason string

// The reasons. All but Unreadable and Truncated are always found by Inspect.
const (
	Empty         Reason = "empty"           // zero bytes
	TooLarge      Reason = "too-large"       // more bytes than Limits.Bytes; HTTP would say 413
	NotImage      Reason = "not-image"       // no picture at all
	OtherFormat   Reason = "other-format"    // a picture or document of a format not taken
	HEIC          Reason = "heic"            // what iPhones write
	AVIF          Reason = "avif"            // AV1 still picture
	WrongType     Reason = "wrong-type"      // the declared type lies
	Animated      Reason = "animated"        // animated WebP
	TooManyPixels Reason = "too-many-pixels" // more than Limits.Pixels
	SideTooLong   Reason = "side-too-long"   // a side above Limits.Side
	TooManyScans  Reason = "too-many-scans"  // a JPEG with more than Limits.Scans
	Unsupported   Reason = "unsupported"     // a rare variety, such as arithmetic or 12-bit JPEG
	Truncated     Reason = "truncated"       // the end is missing
	Unreadable    Reason = "unreadable"      // damaged
)

const weTake = "We take JPEG, PNG, WebP and GIF."

var words = map[Reason]string{
	Empty:         "That file is empty. Choose another picture.",
	TooLarge:      "That file is larger than {limit}. Make the picture smaller, or choose another one.",
	NotImage:      "That file is not a picture. " + weTake,
	OtherFormat:   "That file is of the kind {format}, which we cannot use. " + weTake,
	HEIC:          "That is a HEIC picture, which many browsers cannot show. On an iPhone choose Settings, Camera, Formats, “Most Compatible”, or share the picture as JPEG; then send it again.",
	AVIF:          "That is an AVIF picture, which we cannot read. Save it as JPEG or PNG and send it again.",
	WrongType:     "The name of that file says one kind of picture, but {format} is inside. Give it the right ending, or save it again as JPEG or PNG.",
	Animated:      "That is an animated WebP, and we take only still ones. Save one picture of it as JPEG or PNG.",
	TooManyPixels: "That picture has more than {limit}. Make it smaller and send it again.",
	SideTooLong:   "That picture is longer than {limit} on one side. Cut it or make it smaller, and send it again.",
	TooManyScans:  "That JPEG is built in an unusual way that we do not open. Save it again as an ordinary JPEG.",
	Unsupported:   "That picture is of a rare variety that we cannot read. Save it again as an ordinary JPEG or PNG.",
	Truncated:     "The end of that picture is missing; perhaps a download broke off. Get the whole file, or choose another picture.",
	Unreadable:    "We could not read that picture; the file seems damaged. Save it again as JPEG or PNG, or choose another one.",
}

// Refusal is the error for a file that cannot become a picture. Trying again with the
// same bytes gives the same Refusal; errors of the disk or the context are never one.
type Refusal struct {
	Reason Reason
	Format string // what the file is, when that is known: "PDF", "JPEG"
	Limit  string // the limit that was passed, in words: "25 MB"
	Detail string // for logs only
	Err    error  // the decoder's own error, if there was one
}

// Error describes the refusal for logs.
func (r *Refusal) Error() string {
	s := "photo refused: " + string(r.Reason)
	if r.Detail != "" {
		s += ": " + r.Detail
	}
	if r.Err != nil {
		s += ": " + r.Err.Error()
	}
	return s
}

// Unwrap returns the decoder's own error, or nil.
func (r *Refusal) Unwrap() error { return r.Err }

// Words says to a visitor what is wrong and what to do next.
func (r *Refusal) Words() string {
	return strings.NewReplacer("{limit}", r.Limit, "{format}", r.Format).Replace(words[r.Reason])
}

func refuse(reason Reason, format string, args ...any) *Refusal {
	return &Refusal{Reason: reason, Detail: fmt.Sprintf(format, args...)}
}
