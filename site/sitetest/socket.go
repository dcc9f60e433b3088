package sitetest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// Frame is what comes over the socket of a room.
type Frame struct {
	Type  string `json:"type"`
	ID    int64  `json:"id"`
	HTML  string `json:"html"`
	Nonce string `json:"nonce"`
	Wait  int    `json:"wait"`
	Words string `json:"words"`
}

// Socket is a WebSocket that a visitor has opened.
type Socket struct {
	t  testing.TB
	ws *websocket.Conn
}

// Dial asks for a WebSocket, with headers if there are any, and gives the
// status of a refusal, or 101.
func (b *Browser) Dial(srv *httptest.Server, address string, header http.Header) (*Socket, int) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.t.Context(), time.Minute)
	defer stop()
	if header == nil {
		header = http.Header{}
	}
	for _, c := range b.cookies {
		header.Add("Cookie", c.String())
	}
	ws, resp, err := websocket.Dial(ctx, srv.URL+address, &websocket.DialOptions{HTTPHeader: header})
	switch {
	case err == nil:
	case resp != nil:
		return nil, resp.StatusCode
	default:
		b.t.Fatalf("%s: %v", address, err)
	}
	b.t.Cleanup(func() { _ = ws.CloseNow() })
	return &Socket{b.t, ws}, http.StatusSwitchingProtocols
}

// Enter opens the socket of a room for who has its messages up to last, and
// reads what was missed.
func (b *Browser) Enter(srv *httptest.Server, room, last int64) (*Socket, []Frame) {
	b.t.Helper()
	s, status := b.Dial(srv, fmt.Sprintf("%s?last=%d", b.s.Path("room.socket", room), last), nil)
	if s == nil {
		b.t.Fatalf("the socket of room %d answers %d", room, status)
	}
	missed := s.Until("ready", "reset")
	return s, missed[:len(missed)-1]
}

// Send sends a frame as it stands.
func (s *Socket) Send(frame string) {
	s.t.Helper()
	must(s.t, s.ws.Write(s.t.Context(), websocket.MessageText, []byte(frame)))
}

// Say sends a message.
func (s *Socket) Say(nonce, text string) {
	s.t.Helper()
	b, err := json.Marshal(map[string]string{"type": "say", "nonce": nonce, "text": text})
	must(s.t, err)
	s.Send(string(b))
}

// Next waits for a frame, or the end, which is -1 without a word.
func (s *Socket) Next() (f Frame, end int) {
	s.t.Helper()
	ctx, stop := context.WithTimeout(s.t.Context(), time.Minute)
	defer stop()
	_, b, err := s.ws.Read(ctx)
	if err != nil && ctx.Err() != nil {
		s.t.Fatal("nothing comes over the socket, and it does not end")
	}
	if err != nil {
		return f, int(websocket.CloseStatus(err))
	}
	must(s.t, json.Unmarshal(b, &f))
	return f, 0
}

// Until reads frames up to the first of one of these types.
func (s *Socket) Until(types ...string) (frames []Frame) {
	s.t.Helper()
	for {
		f, end := s.Next()
		if end != 0 {
			s.t.Fatalf("waiting for %v, the socket ended with %d", types, end)
		}
		frames = append(frames, f)
		for _, t := range types {
			if f.Type == t {
				return frames
			}
		}
	}
}

// Heard waits for the frame of a message with these words.
func (s *Socket) Heard(words string) Frame {
	s.t.Helper()
	for {
		frames := s.Until("message")
		if f := frames[len(frames)-1]; strings.Contains(f.HTML, words) {
			return f
		}
	}
}

// Ends reads until the socket does, and gives the code.
func (s *Socket) Ends() int {
	s.t.Helper()
	for {
		if _, end := s.Next(); end != 0 {
			return end
		}
	}
}

// Break cuts the line without a word.
func (s *Socket) Break() { _ = s.ws.CloseNow() }
