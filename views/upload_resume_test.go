package views_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"superbook/site"
	"superbook/site/sitetest"
)

// until asks again and again, for as long as a slow machine may need.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for limit := time.Now().Add(20 * time.Second); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("waiting in vain: %s", what)
		}
	}
}

// line is a connection on which somebody has begun to send a piece.
func line(t *testing.T, srv *httptest.Server, b *sitetest.Browser, path string, offset, length int, sent []byte) *net.TCPConn {
	t.Helper()
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	cookie := ""
	for _, c := range b.Cookies() {
		cookie += c.Name + "=" + c.Value + "; "
	}
	_, err = fmt.Fprintf(conn, "PATCH %s HTTP/1.1\r\nHost: superbook.test\r\nCookie: %s\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: %d\r\n"+
		"Content-Length: %d\r\nContent-Type: application/offset+octet-stream\r\n\r\n%s", path, cookie, offset, length, sent)
	if err != nil {
		t.Fatal(err)
	}
	return conn.(*net.TCPConn)
}

// A line breaks in the middle of a body: what came before stays, and the upload
// goes on from there.
func TestUploadGoesOnAfterABrokenLine(t *testing.T) {
	t.Parallel()
	for name, reset := range map[string]bool{"closes": false, "resets": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sitetest.New(t)
			srv := httptest.NewServer(s.Web)
			t.Cleanup(srv.Close)
			b := s.As(t, s.Hero("nightheron"))
			file := bytes.Repeat([]byte("0123456789abcdef"), 400_000) // 6.4 MB
			path, half := b.Announce("a.bin", "", len(file)), len(file)/2
			conn := line(t, srv, b, path, 0, len(file), file[:half])
			until(t, "the first half", func() bool { return offset(t, b, path) == fmt.Sprint(half) })
			p := problemOf(t, b.Piece(path, half, file[half:]).Is(423))
			if !strings.Contains(p.Detail, "Try again") {
				t.Errorf("%+v", p)
			}
			if reset {
				_ = conn.SetLinger(0)
			}
			conn.Close()
			var last *sitetest.Answer
			until(t, "the line to be given up", func() bool { last = b.Piece(path, half, file[half:]); return last.Status != 423 })
			if last.Is(204); last.Header.Get("Upload-Offset") != fmt.Sprint(len(file)) {
				t.Errorf("the offset is %s", last.Header.Get("Upload-Offset"))
			}
			wantAttached(t, s, b, path, file)
		})
	}
}

// wantAttached attaches a finished upload and compares what is kept of it.
func wantAttached(t *testing.T, s *sitetest.Site, b *sitetest.Browser, path string, file []byte) {
	t.Helper()
	b.JSON().Post("attachment.new", form("upload", strings.TrimPrefix(path, "/uploads/"))).Is(201)
	all := s.Attachments()
	got, err := s.Views.Files.Open("attached/" + all[len(all)-1].Folder + "/file")
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	if kept, err := io.ReadAll(got); err != nil || !bytes.Equal(kept, file) {
		t.Errorf("%d bytes are kept, %v, and they differ", len(kept), err)
	}
}

// Another process answers the second piece.
func TestUploadGoesOnInAnotherProcess(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	file := []byte("Dear diary, today I flew.")
	path := b.Announce("diary.txt", "text/plain", len(file))
	b.Piece(path, 0, file[:9]).Is(204)
	other, err := site.New(t.Context(), s.Settings, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := other.Close(); err != nil {
			t.Error(err)
		}
	})
	there := httptest.NewServer(other.Web)
	t.Cleanup(there.Close)
	conn := line(t, there, b, path, 9, len(file)-9, file[9:12])
	until(t, "three bytes", func() bool { return offset(t, b, path) == "12" })
	b.Piece(path, 12, file[12:]).Is(423)
	_, err = conn.Write(file[12:])
	if err := errors.Join(err, conn.CloseWrite()); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 204") {
		t.Errorf("the other process answers %q, %v", answer, err)
	}
	until(t, "the end", func() bool { return offset(t, b, path) == fmt.Sprint(len(file)) })
	wantAttached(t, s, b, path, file)
}

// Of pieces that come at once one is taken; the others are told so.
func TestPiecesAtOnce(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	const size = 300_000
	path := b.Announce("a.bin", "", 4*size)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			piece := bytes.Repeat([]byte{'a' + byte(i)}, size)
			for at := 0; at < 4; at++ {
				if a := b.Fresh().Piece(path, at*size, piece); a.Status != 204 && a.Status != 409 && a.Status != 423 && a.Status != 413 {
					t.Errorf("status %d", a.Status)
				}
			}
		})
	}
	all.Wait()
	var n int
	fmt.Sscan(offset(t, b, path), &n)
	if n == 0 || n%size != 0 {
		t.Errorf("the offset is %d", n)
	}
	for ; n < 4*size; n += size {
		b.Piece(path, n, bytes.Repeat([]byte{'z'}, size)).Is(204)
	}
	b.JSON().Post("attachment.new", form("upload", strings.TrimPrefix(path, "/uploads/"))).Is(201)
	f, err := s.Views.Files.Open("attached/" + s.Attachments()[0].Folder + "/file")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for piece := make([]byte, size); ; {
		if _, err := io.ReadFull(f, piece); err == io.EOF {
			break
		} else if err != nil || len(bytes.Trim(piece, string(piece[:1]))) != 0 {
			t.Fatalf("a piece is a mixture, %v", err)
		}
	}
}

// Who cancels an upload does not wait for the line that still brings it, which
// is then told, and not listened to.
func TestUploadIsCancelledWhileItComes(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	srv := httptest.NewServer(s.Web)
	t.Cleanup(srv.Close)
	b := s.As(t, s.Hero("nightheron"))
	path := b.Announce("a.bin", "", 100)
	conn := line(t, srv, b, path, 0, 100, []byte("half"))
	until(t, "four bytes", func() bool { return offset(t, b, path) == "4" })
	b.Tus("DELETE", path, nil).Is(204)
	b.Tus("HEAD", path, nil).Is(404)
	b.Piece(path, 4, []byte("more")).Is(404)
	if _, err := conn.Write(bytes.Repeat([]byte("."), 96)); err != nil {
		t.Fatal(err)
	}
	answer, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil || !strings.HasPrefix(answer, "HTTP/1.1 404") {
		t.Errorf("the line hears %q, %v", answer, err)
	}
	wantNothingKept(t, s)
}
