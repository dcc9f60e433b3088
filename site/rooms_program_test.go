package site_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// enter opens the socket of room 1, as the page does.
func (v *visitor) enter(t *testing.T) *websocket.Conn {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	ws, _, err := websocket.Dial(ctx, v.url+"/rooms/1/socket", &websocket.DialOptions{HTTPClient: &http.Client{Jar: v.Jar}})
	must(t, err)
	t.Cleanup(func() { _ = ws.CloseNow() })
	return ws
}

// hears reads frames up to one with these words, or to the end, which it gives.
func hears(t *testing.T, ws *websocket.Conn, words string) error {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	for {
		_, frame, err := ws.Read(ctx)
		if err != nil || strings.Contains(string(frame), words) {
			return err
		}
	}
}

// stopsWithARoom: who sits in a room is told that the program goes, and does
// not hold it up.
func stopsWithARoom(t *testing.T, binary string) {
	r := newProgram(t, binary, production...).start(t)
	v := newVisitor(t, r.url)
	v.signUp(t, "wren")
	v.post(t, "/rooms/new", url.Values{"name": {"Rooftop"}})
	listening, mute := v.enter(t), v.enter(t)
	must(t, hears(t, listening, `"ready"`))
	must(t, hears(t, mute, `"ready"`)) // and nothing more: it answers no goodbye
	told := make(chan error, 1)
	go func() { told <- hears(t, listening, "never said") }()
	if took := r.stop(); took > 5*time.Second {
		t.Errorf("an open room holds up the end for %v", took)
	}
	if err := <-told; websocket.CloseStatus(err) != websocket.StatusGoingAway {
		t.Errorf("the connection ends with %v", err)
	}
}

// roomOfTwoProcesses: what is said in one is heard in the other.
func roomOfTwoProcesses(t *testing.T, binary string) {
	p := newProgram(t, binary, production...)
	one, two := p.start(t), p.start(t, "serve", "--no-worker")
	wren, magpie := newVisitor(t, one.url), newVisitor(t, two.url)
	wren.signUp(t, "wren")
	magpie.signUp(t, "magpie")
	wren.post(t, "/rooms/new", url.Values{"name": {"Rooftop"}})
	here, there := wren.enter(t), magpie.enter(t)
	must(t, hears(t, here, `"ready"`))
	must(t, hears(t, there, `"ready"`))
	for i := range 2 {
		say, err := json.Marshal(map[string]string{"type": "say", "nonce": fmt.Sprint("nonce-00", i), "text": fmt.Sprint("Number ", i)})
		must(t, err)
		must(t, here.Write(t.Context(), websocket.MessageText, say))
		must(t, hears(t, there, fmt.Sprint("Number ", i)))
	}
	two.stop()
	one.stop()
}
