package views_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"superbook/site/sitetest"
)

// offset asks how much of an upload is here.
func offset(t *testing.T, b *sitetest.Browser, path string) string {
	t.Helper()
	return b.Tus(http.MethodHead, path, nil).Is(http.StatusOK).Header.Get("Upload-Offset")
}

func TestResumableUpload(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	const named = "filename YS5qcGc=,filetype aW1hZ2UvanBlZw==,relativePath"
	made := b.Tus("POST", "/uploads", nil, "Upload-Length", "10", "Upload-Metadata", named).Is(201)
	path := made.Header.Get("Location")
	if len(strings.TrimPrefix(path, "/uploads/")) != 32 {
		t.Errorf("the upload is at %q", path)
	}
	expires, err := http.ParseTime(made.Header.Get("Upload-Expires"))
	if left := time.Until(expires); err != nil || left < 23*time.Hour || left > 24*time.Hour {
		t.Errorf("it expires at %q", made.Header.Get("Upload-Expires"))
	}
	for _, step := range []struct{ here, piece string }{{"0", "01"}, {"2", ""}, {"2", "234567"}, {"8", "89"}} {
		head := b.Tus("HEAD", path, nil).Is(200).Header
		for name, want := range map[string]string{"Upload-Offset": step.here, "Upload-Length": "10", "Cache-Control": "no-store",
			"Tus-Resumable": "1.0.0", "Upload-Metadata": named, "Upload-Expires": made.Header.Get("Upload-Expires")} {
			if head.Get(name) != want {
				t.Errorf("at %s: %s is %q, want %q", step.here, name, head.Get(name), want)
			}
		}
		var at int
		fmt.Sscan(step.here, &at)
		next := b.Piece(path, at, []byte(step.piece)).Is(204).Header
		if next.Get("Upload-Offset") != fmt.Sprint(at+len(step.piece)) || next.Get("Upload-Expires") == "" || next.Get("Tus-Resumable") != "1.0.0" {
			t.Errorf("after %q: %v", step.piece, next)
		}
	}
	b.Piece(path, 10, []byte("x")).Is(413)
	b.Piece(path, 10, nil).Is(204)
	b.Tus("DELETE", path, nil).Is(204)
	for _, method := range []string{"HEAD", "PATCH", "DELETE"} {
		b.Tus(method, path, nil, "Upload-Offset", "10").Is(404)
	}
	wantNothingKept(t, s)
}

// Clients that cannot send every method name it in a header.
func TestUploadMethodsInAHeader(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	path := b.Announce("a.txt", "text/plain", 10)
	instead := func(method string, status int) *sitetest.Answer {
		t.Helper()
		return b.Tus("POST", path, strings.NewReader("0123"), "X-HTTP-Method-Override", method, "Upload-Offset", "0",
			"Content-Type", "application/offset+octet-stream").Is(status)
	}
	instead("", 405)
	instead("PUT", 405)
	instead("PATCH", 204)
	if got := instead("HEAD", 200).Header.Get("Upload-Offset"); got != "4" {
		t.Errorf("the offset is %s", got)
	}
	instead("DELETE", 204)
	instead("DELETE", 404)
}

func TestUploadsSayWhatTheyCan(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	h := s.As(t, stranger).Do(httptest.NewRequest("OPTIONS", "/uploads", nil)).Is(204).Header
	for name, want := range map[string]string{"Tus-Version": "1.0.0", "Tus-Max-Size": "104857600", "Tus-Extension": "creation,expiration,termination", "Tus-Resumable": ""} {
		if h.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, h.Get(name), want)
		}
	}
}

// hidden is a body whose length nobody says.
type hidden struct{ io.Reader }

func TestUploadsRefuse(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Unlimited()
	b := s.As(t, s.Hero("nightheron"))
	path := b.Announce("a.txt", "text/plain", 10)
	b.Piece(path, 0, []byte("0123")).Is(204)
	cross := []string{"Sec-Fetch-Site", "cross-site"}
	for name, c := range map[string]struct {
		method  string
		body    io.Reader
		headers []string
		status  int
	}{
		"no version":             {"POST", nil, []string{"Upload-Length", "1", "Tus-Resumable", ""}, 412},
		"another version":        {"POST", nil, []string{"Upload-Length", "1", "Tus-Resumable", "0.2.2"}, 412},
		"another version, asks":  {"HEAD", nil, []string{"Tus-Resumable", "2.0.0"}, 412},
		"another version, sends": {"PATCH", strings.NewReader("4"), []string{"Upload-Offset", "4", "Tus-Resumable", "2.0.0"}, 412},
		"no length":              {"POST", nil, nil, 400},
		"length put off":         {"POST", nil, []string{"Upload-Defer-Length", "1"}, 400},
		"negative length":        {"POST", nil, []string{"Upload-Length", "-1"}, 400},
		"signed length":          {"POST", nil, []string{"Upload-Length", "+1"}, 400},
		"no number":              {"POST", nil, []string{"Upload-Length", "ten"}, 400},
		"a fraction":             {"POST", nil, []string{"Upload-Length", "1.5"}, 400},
		"hexadecimal":            {"POST", nil, []string{"Upload-Length", "0x10"}, 400},
		"one byte too long":      {"POST", nil, []string{"Upload-Length", "104857601"}, 413},
		"largest that counts":    {"POST", nil, []string{"Upload-Length", "9223372036854775807"}, 413},
		"huge":                   {"POST", nil, []string{"Upload-Length", strings.Repeat("9", 400)}, 413},
		"metadata no base64":     {"POST", nil, []string{"Upload-Length", "1", "Upload-Metadata", "filename %%%"}, 400},
		"metadata too long":      {"POST", nil, []string{"Upload-Length", "1", "Upload-Metadata", "a " + strings.Repeat("AAAA", 2000)}, 400},
		"metadata twice":         {"POST", nil, []string{"Upload-Length", "1", "Upload-Metadata", "a YQ==,a YQ=="}, 400},
		"from another site":      {"POST", nil, append([]string{"Upload-Length", "1"}, cross...), 403},
		"another type":           {"PATCH", strings.NewReader("4"), []string{"Upload-Offset", "4", "Content-Type", "text/plain"}, 415},
		"no type":                {"PATCH", strings.NewReader("4"), []string{"Upload-Offset", "4", "Content-Type", ""}, 415},
		"no offset":              {"PATCH", strings.NewReader("4"), nil, 400},
		"negative offset":        {"PATCH", strings.NewReader("4"), []string{"Upload-Offset", "-4"}, 400},
		"behind":                 {"PATCH", strings.NewReader("4"), []string{"Upload-Offset", "3"}, 409},
		"ahead":                  {"PATCH", strings.NewReader("4"), []string{"Upload-Offset", "5"}, 409},
		"far ahead":              {"PATCH", strings.NewReader("4"), []string{"Upload-Offset", strings.Repeat("9", 400)}, 409},
		"too many bytes":         {"PATCH", strings.NewReader("4567890"), []string{"Upload-Offset", "4"}, 413},
		"too many, not said":     {"PATCH", hidden{strings.NewReader("4567890")}, []string{"Upload-Offset", "4"}, 413},
		"a line that breaks":     {"PATCH", iotest.ErrReader(io.ErrUnexpectedEOF), []string{"Upload-Offset", "4"}, 409},
		"sent by another site":   {"PATCH", strings.NewReader("4"), append([]string{"Upload-Offset", "4"}, cross...), 403},
		"ended by another site":  {"DELETE", nil, cross, 403},
	} {
		t.Run(name, func(t *testing.T) {
			b := b.In(t).JSON()
			to := path
			if c.method == "POST" {
				to = "/uploads"
			}
			a := b.Tus(c.method, to, c.body, c.headers...).Is(c.status)
			if c.status == 412 && a.Header.Get("Tus-Version") != "1.0.0" {
				t.Error("it does not say which version it speaks")
			}
			if c.status != 403 && a.Header.Get("Tus-Resumable") != "1.0.0" {
				t.Error("it does not name its version")
			}
			if c.method != "HEAD" && c.status != 403 {
				problemOf(t, a)
			}
			if got := offset(t, b, path); got != "4" {
				t.Errorf("the offset is %s now", got)
			}
		})
	}
	if n := len(s.Kept()); n != 1 {
		t.Errorf("%d files are there", n)
	}
}

func TestUploadsAreTheirOwners(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b, other, nobody := s.As(t, s.Hero("nightheron")), s.As(t, s.Fan("wren")), s.As(t, stranger)
	path := b.Announce("a.txt", "text/plain", 10)
	b.Piece(path, 0, []byte("0123")).Is(204)
	for _, method := range []string{"HEAD", "PATCH", "DELETE"} {
		at := []string{"Upload-Offset", "4"}
		other.Tus(method, path, strings.NewReader("4"), at...).Is(404)
		nobody.Tus(method, path, strings.NewReader("4"), at...).Is(401)
		for _, missing := range []string{"/uploads/" + strings.Repeat("0", 32), "/uploads/..", "/uploads/%2e%2e%2fx", "/uploads/%00", "/uploads/a%2fb"} {
			b.Tus(method, missing, strings.NewReader("4"), at...).Is(404)
		}
	}
	nobody.Tus("POST", "/uploads", nil, "Upload-Length", "1").Is(401)
	if got := offset(t, b, path); got != "4" {
		t.Errorf("the offset is %s now", got)
	}
}
