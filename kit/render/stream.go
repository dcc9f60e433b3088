package render

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// partsHere is what {{parts}} writes: no template writes it otherwise, as
// html/template drops comments and escapes what visitors write.
const partsHere = "<!--parts-->"

func parts() template.HTML { return partsHere }

// writeLimit is how long one piece of a stream may take to be taken by the client.
const writeLimit = 10 * time.Second

// Stream is a page that is written in pieces: all of it up to {{parts}} at once,
// then parts as they are ready, then the rest. Each piece is rendered to memory
// first and written whole, so that a failing template never leaves half of one.
// A Stream belongs to one goroutine.
type Stream struct {
	set  *Set
	w    http.ResponseWriter
	rc   *http.ResponseController
	foot []byte
	err  error // of the first write that failed: the client is gone, or stuck
}

// Open begins the answer with everything that stands before {{parts}} in the
// page, and has it on its way to the client when it returns. On an error
// nothing has been written, so that the answer can still be an error page.
// From then on the status is 200, whatever comes.
func Open(c echo.Context, p Page) (*Stream, error) {
	set, ok := c.Echo().Renderer.(*Set)
	if !ok {
		return nil, fmt.Errorf("render: the site renders with %T", c.Echo().Renderer)
	}
	var page bytes.Buffer
	if err := set.Write(&page, p); err != nil {
		return nil, err
	}
	head, foot, ok := bytes.Cut(page.Bytes(), []byte(partsHere))
	if !ok || bytes.Contains(foot, []byte(partsHere)) {
		return nil, fmt.Errorf("render: the page %q has to say {{parts}} once", p.Template())
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, echo.MIMETextHTMLCharsetUTF8)
	h.Set(echo.HeaderCacheControl, "private, no-store") // no cache should keep half of it
	h.Set("X-Accel-Buffering", "no")                    // nginx would hold it back
	h.Add(echo.HeaderVary, echo.HeaderCookie)
	c.Response().WriteHeader(http.StatusOK)
	s := &Stream{set: set, w: c.Response(), rc: http.NewResponseController(c.Response().Unwrap()), foot: foot}
	s.write(head)
	return s, nil
}

// Part writes one partial. An error is that of the template, and nothing of the
// part has been written; see Gone for that of the client.
func (s *Stream) Part(partial string, data any) error {
	html, err := s.set.Fragment(partial, data)
	if err != nil {
		return err
	}
	s.write([]byte(html))
	return nil
}

// Gone says that the client does not take what is written any more: it has
// left, or is stuck.
func (s *Stream) Gone() bool { return s.err != nil }

// Close writes what stands behind {{parts}}.
func (s *Stream) Close() { s.write(s.foot) }

// write moves the deadline first: the server's WriteTimeout counts from the
// beginning of the request, and a stream may last longer.
func (s *Stream) write(piece []byte) {
	if s.err != nil {
		return
	}
	s.err = s.rc.SetWriteDeadline(time.Now().Add(writeLimit))
	if errors.Is(s.err, http.ErrNotSupported) {
		s.err = nil // a recorder of tests never hangs
	}
	if s.err == nil {
		_, s.err = s.w.Write(piece)
	}
	if s.err == nil {
		s.err = s.rc.Flush()
	}
}
