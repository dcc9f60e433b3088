package sitetest

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// Event is one event of a stream, as a browser understands it.
type Event struct{ Name, Data, ID string }

// Stream is a live stream that a visitor has opened.
type Stream struct {
	// First is what came first: a beat, a missed event, or a reset.
	First Event

	t    testing.TB
	in   *bufio.Reader
	body io.Closer

	again bool // First is still to be given out by Next
}

// Follow opens the stream at an address of the server, after the event with
// the id last if it is not "".
func (b *Browser) Follow(srv *httptest.Server, address, last string) *Stream {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.t.Context(), time.Minute) // a stream that says nothing fails the test
	b.t.Cleanup(stop)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, srv.URL+address, nil)
	must(b.t, err)
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	resp, err := srv.Client().Do(r)
	must(b.t, err)
	b.t.Cleanup(func() { resp.Body.Close() })
	if kind := resp.Header.Get("Content-Type"); resp.StatusCode != http.StatusOK || kind != "text/event-stream" {
		b.t.Fatalf("%s answers %s, %s", address, resp.Status, kind)
	}
	s := &Stream{t: b.t, in: bufio.NewReader(resp.Body), body: resp.Body}
	s.First = s.read() // from here on nothing is missed
	s.again = s.First.Name != "beat"
	return s
}

// Close leaves the stream.
func (s *Stream) Close() { s.body.Close() }

// Ends waits until the server has ended the stream in good order.
func (s *Stream) Ends() {
	s.t.Helper()
	if _, err := io.Copy(io.Discard, s.in); err != nil {
		s.t.Fatalf("the stream broke: %v", err)
	}
}

// Next waits for the next event that is not a mere sign of life.
func (s *Stream) Next() Event {
	s.t.Helper()
	if s.again {
		s.again = false
		return s.First
	}
	for {
		if e := s.read(); e.Name != "beat" {
			return e
		}
	}
}

// Until reads events up to the first whose data has these words.
func (s *Stream) Until(words string) (events []Event) {
	s.t.Helper()
	for {
		e := s.Next()
		events = append(events, e)
		if strings.Contains(e.Data, words) {
			return events
		}
	}
}

// read reads one event; what has no id is none, such as the hint when to retry.
func (s *Stream) read() (e Event) {
	s.t.Helper()
	var data []string
	for {
		line, err := s.in.ReadString('\n')
		if err != nil {
			s.t.Fatalf("the stream ended: %v", err)
		}
		switch name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": "); {
		case name == "event":
			e.Name = value
		case name == "data":
			data = append(data, value)
		case name == "id":
			e.ID = value
		case name == "" && e.ID != "":
			e.Data = strings.Join(data, "\n")
			return e
		}
	}
}
