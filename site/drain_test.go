package site_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"

	"superbook/models"
	"superbook/site/sitetest"
)

// drains tells the program to stop while there is one of everything: somebody
// who follows, somebody in a room, an upload that takes its time, a photo in
// work. It says at once that it goes, answers for as long as it said it would,
// and nothing is lost on the way to the next process.
func drains(t *testing.T, binary string) {
	p := newProgram(t, binary, append([]string{"DRAIN_DELAY=3s"}, production...)...)
	p.env[0] = "ADDR=" + freeAddress(t)
	p.run(t, "migrate")
	r := p.start(t)
	v := newVisitor(t, r.url)
	v.signUp(t, "wren")
	v.post(t, "/rooms/new", url.Values{"name": {"Rooftop"}})
	ws := v.enter(t)
	must(t, hears(t, ws, `"ready"`))
	photo, _, err := v.submit(t.Context(), sitetest.JPEG(t, sitetest.Picture(6000, 4000, 1)))
	must(t, err)
	f := v.follows(t, photo, "")
	up := v.uploadSlowly(t, bytes.Repeat([]byte("All boats home.\n"), 100_000))

	must(t, r.cmd.Process.Signal(syscall.SIGTERM))
	v.drained(t)
	if body := v.get(t, "/about", "text/html"); !strings.Contains(body, "</html>") { // who comes all the same is answered
		t.Errorf("while it drains a page is %.200s", body)
	}
	say := `{"type":"say","nonce":"nonce-001","text":"Said while it drains"}`
	must(t, ws.Write(t.Context(), websocket.MessageText, []byte(say)))
	must(t, hears(t, ws, "Said while it drains"))

	if err := hears(t, ws, "never said"); websocket.CloseStatus(err) != websocket.StatusGoingAway {
		t.Errorf("the socket ends with %v", err)
	}
	f.ends(t)
	up.finish(t) // after the streams have ended: the listener is closed, the request is not
	r.ends(t)

	next := p.start(t)
	if n := v.come(t, up.path); n != up.size {
		t.Errorf("of %d bytes %d are here", up.size, n)
	}
	if again := v.enter(t); hears(t, again, "Said while it drains") != nil {
		t.Error("what was said while it drained is lost")
	}
	await(t, v, photo, string(models.Ready))
	if again := v.follows(t, photo, f.last); again.event != "reset" { // another life: the page takes its regions anew
		t.Errorf("who comes back after %q is told %q", f.last, again.event)
	}
	next.stop()
}

// drained waits until the program says that it drains.
func (v *visitor) drained(t *testing.T) {
	t.Helper()
	for limit := time.Now().Add(patience); ; time.Sleep(2 * time.Millisecond) {
		resp, err := v.Get(v.url + "/readyz")
		must(t, err)
		body, err := io.ReadAll(resp.Body)
		must(t, err)
		must(t, resp.Body.Close())
		if resp.StatusCode == http.StatusServiceUnavailable && string(body) == "draining\n" {
			return
		}
		if time.Now().After(limit) {
			t.Fatalf("told to stop, it says %s %s", resp.Status, body)
		}
	}
}

// ends waits for the end of the program, in good order.
func (r *process) ends(t *testing.T) {
	t.Helper()
	select {
	case err := <-r.ended:
		if err != nil {
			t.Errorf("ended with %v:\n%s", err, r.text())
		}
	case <-time.After(patience):
		t.Fatalf("does not end:\n%s", r.text())
	}
}

// follower is a live stream, as a browser reads it.
type follower struct {
	body  io.ReadCloser
	lines *bufio.Scanner
	last  string // the id of the last event
	event string // and the last name of one
	retry int    // as told last, in milliseconds
}

func (v *visitor) follows(t *testing.T, photo int64, last string) *follower {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, fmt.Sprintf("%s/live?on=photo:%d", v.url, photo), nil)
	must(t, err)
	r.Header.Set("Last-Event-ID", last)
	resp, err := v.Do(r)
	must(t, err)
	t.Cleanup(func() { resp.Body.Close() })
	f := &follower{body: resp.Body, lines: bufio.NewScanner(resp.Body)}
	f.hears(t, "id: ")
	return f
}

// hears reads up to a line with these words.
func (f *follower) hears(t *testing.T, words string) {
	t.Helper()
	for f.next() {
		if strings.Contains(f.lines.Text(), words) {
			return
		}
	}
	t.Fatalf("the stream ends without %q: %v", words, f.lines.Err())
}

func (f *follower) next() bool {
	ok := f.lines.Scan()
	if id, is := strings.CutPrefix(f.lines.Text(), "id: "); is {
		f.last = id
	}
	if name, is := strings.CutPrefix(f.lines.Text(), "event: "); is {
		f.event = name
	}
	if ms, is := strings.CutPrefix(f.lines.Text(), "retry: "); is {
		f.retry, _ = strconv.Atoi(ms) // 0 fails the test
	}
	return ok
}

// ends reads to the end, which has to be in good order, with the word to come back soon.
func (f *follower) ends(t *testing.T) {
	t.Helper()
	for f.next() {
	}
	if err := f.lines.Err(); err != nil || f.retry < 100 || f.retry > 500 || f.last == "" {
		t.Errorf("the stream ends with %v, to come back after %d ms at %q", err, f.retry, f.last)
	}
}

// upload is one that is on its way.
type upload struct {
	path string
	size int
	rest []byte
	send *io.PipeWriter
	done chan error
}

// uploadSlowly sends half of a file, and waits with the rest.
func (v *visitor) uploadSlowly(t *testing.T, file []byte) *upload {
	t.Helper()
	_, h, err := v.tus(t.Context(), http.MethodPost, "/uploads", nil, "Upload-Length", strconv.Itoa(len(file)), "Upload-Metadata", "filename d29yZHMudHh0")
	must(t, err)
	half := len(file) / 2
	body, send := io.Pipe()
	u := &upload{h.Get("Location"), len(file), file[half:], send, make(chan error, 1)}
	go func() {
		status, _, err := v.tus(t.Context(), http.MethodPatch, u.path, body, "Upload-Offset", "0", "Content-Type", "application/offset+octet-stream")
		if err == nil && status != http.StatusNoContent {
			err = fmt.Errorf("the upload is answered %d", status)
		}
		u.done <- err
	}()
	_, err = send.Write(file[:half])
	must(t, err)
	for limit := time.Now().Add(patience); v.come(t, u.path) < half; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatal("the first half does not come")
		}
	}
	return u
}

// finish sends the rest, and wants it accepted.
func (u *upload) finish(t *testing.T) {
	t.Helper()
	_, err := u.send.Write(u.rest)
	must(t, err)
	must(t, u.send.Close())
	if err := <-u.done; err != nil {
		t.Error(err)
	}
}
