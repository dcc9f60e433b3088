package views_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"superbook/site/sitetest"
)

func TestBrokenBodies(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	part := "--x\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n"
	multi := "multipart/form-data; boundary=x"
	for name, c := range map[string]struct {
		kind, body string
		status     int
	}{
		"nothing at all":          {multi, "", 400},
		"no form":                 {"text/plain", "hello", 400},
		"a form without files":    {"application/x-www-form-urlencoded", "alt=hello", 400},
		"no boundary":             {"multipart/form-data", part + "hello\r\n--x--\r\n", 400},
		"another boundary":        {"multipart/form-data; boundary=y", part + "hello\r\n--x--\r\n", 400},
		"cut off in the file":     {multi, part + "\xff\xd8\xff", 400},
		"cut off in the boundary": {multi, part + "\xff\xd8\xff\r\n--", 400},
		"a header that is none":   {multi, "--x\r\nno header\r\n\r\nhello\r\n--x--\r\n", 400},
		"a header without an end": {multi, "--x\r\nContent-Disposition: form-data", 422},
		"headers without number":  {multi, "--x\r\n" + strings.Repeat("A: b\r\n", 20000) + "\r\nhello\r\n--x--\r\n", 400},
		"parts without number":    {multi, strings.Repeat("--x\r\n\r\n\r\n", 5000) + "--x--\r\n", 422},
		"only words":              {multi, "--x\r\nContent-Disposition: form-data; name=\"alt\"\r\n\r\nhello\r\n--x--\r\n", 422},
	} {
		t.Run(name, func(t *testing.T) {
			b := b.In(t)
			r := httptest.NewRequest(http.MethodPost, "/users/me/photos", strings.NewReader(c.body))
			r.Header.Set("Content-Type", c.kind)
			answer := b.Do(r).Is(c.status)
			if len(answer.Text()) < 40 {
				t.Errorf("says only %q", answer.Text())
			}
			wantNothingKept(t, s)
		})
	}
}

func TestBodyOver100MB(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	for name, c := range map[string]struct {
		length int64
		field  string
	}{
		"a photo that says so":         {101 << 20, "photo"},
		"a photo that does not say so": {-1, "photo"},
		"a field that nobody knows":    {-1, "other"},
	} {
		t.Run(name, func(t *testing.T) {
			b := b.In(t)
			sent := &endless{left: 101 << 20, head: []byte("--x\r\nContent-Disposition: form-data; name=\"" + c.field + "\"\r\n\r\n")}
			r := httptest.NewRequest(http.MethodPost, "/users/me/photos", sent)
			r.ContentLength = c.length
			r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
			b.Do(r).Is(413).Shows("larger than 25 MB")
			wantNothingKept(t, s)
			if sent.left < 1<<19 {
				t.Errorf("all but %d bytes were read", sent.left)
			}
		})
	}
}

// endless is a body of zeros behind a head.
type endless struct {
	head []byte
	left int64
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.head) > 0 {
		n := copy(p, e.head)
		e.head = e.head[n:]
		return n, nil
	}
	if e.left <= 0 {
		return 0, fmt.Errorf("read too far")
	}
	n := min(int64(len(p)), e.left)
	clear(p[:n])
	e.left -= n
	return int(n), nil
}

// TestSubmissionBrokenOffByTheClient goes away in the middle of the file, over
// real connections, in the two ways there are.
func TestSubmissionBrokenOffByTheClient(t *testing.T) {
	t.Parallel()
	for name, reset := range map[string]bool{"closes": false, "resets": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sitetest.New(t)
			answered := make(chan int, 1)
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				seen := &statusWriter{ResponseWriter: w}
				s.Web.ServeHTTP(seen, r)
				answered <- seen.status
			}))
			t.Cleanup(srv.Close)
			b := s.As(t, s.Hero("nightheron"))
			conn, err := net.Dial("tcp", srv.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			file := sitetest.JPEG(t, sitetest.Picture(600, 400, 1))
			cookie := ""
			for _, c := range b.Cookies() {
				cookie += c.Name + "=" + c.Value + "; "
			}
			fmt.Fprintf(conn, "POST /users/me/photos HTTP/1.1\r\nHost: superbook.test\r\nCookie: %s\r\nContent-Length: 99999\r\n"+
				"Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a.jpg\"\r\n"+
				"Content-Type: image/jpeg\r\n\r\n%s", cookie, file[:len(file)/2])
			for limit := time.Now().Add(10 * time.Second); len(s.Kept()) == 0; time.Sleep(time.Millisecond) {
				if time.Now().After(limit) {
					t.Fatal("nothing arrives")
				}
			}
			if reset {
				_ = conn.(*net.TCPConn).SetLinger(0)
			}
			conn.Close()
			if status := <-answered; status != 400 {
				t.Errorf("answered %d: it is not our fault", status)
			}
			wantNothingKept(t, s)
		})
	}
}

// statusWriter remembers the status, which the client is no longer there to see.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
