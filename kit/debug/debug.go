// Package debug explains a failed request to whoever develops the site: the
// errors, and the lines of template or code that they point to.
package debug

import (
	"errors"
	"io/fs"
	"reflect"
	"strings"
)

// Report is everything that is known of a failure.
type Report struct {
	Message string
	Chain   []string // the error and what it wraps, outermost first
	Frames  []Frame
	Request Seen
}

// Frame is a place in a template or in the code, with the lines around it.
type Frame struct {
	Title string // what the place is
	File  string
	Line  int
	Lines []Line
}

// Line is one line of source; Hot is the one that the error names.
type Line struct {
	Number int
	Text   string
	Hot    bool
}

// Reader finds source text. Templates are files of the site; Root is the folder
// of the program's own code, where it still is.
type Reader struct {
	Templates fs.FS
	Root      string
	Module    string // import path of the program, to tell its frames from others
}

// Explain makes the report.
func (r Reader) Explain(err error, req Request) Report {
	rep := Report{Message: err.Error(), Chain: chain(err), Request: seen(req)}
	rep.Message, _, _ = strings.Cut(rep.Message, "\n")
	if f, ok := r.templateFrame(err); ok {
		rep.Frames = append(rep.Frames, f)
	}
	rep.Frames = append(rep.Frames, r.panicFrames(err)...)
	if f, ok := r.viewFrame(req.View); ok {
		rep.Frames = append(rep.Frames, f)
	}
	return rep
}

func chain(err error) (all []string) {
	for err != nil {
		text, _, _ := strings.Cut(err.Error(), "\ngoroutine ") // a panic's stack has frames of its own
		all = append(all, reflect.TypeOf(err).String()+": "+text)
		err = errors.Unwrap(err)
	}
	return all
}
