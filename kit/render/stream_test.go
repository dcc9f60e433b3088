package render_test

import (
	"bufio"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"superbook/kit/render"
)

func streamed(t *testing.T, view echo.HandlerFunc) *httptest.Server {
	t.Helper()
	m := files()
	m["pages/stream.html"] = &fstest.MapFile{Data: []byte(`{{define "content"}}<ul>{{parts}}</ul>{{end}}`)}
	m["pages/twice.html"] = &fstest.MapFile{Data: []byte(`{{define "content"}}{{parts}}{{parts}}{{end}}`)}
	m["partials/bad.html"] = &fstest.MapFile{Data: []byte(`{{define "bad"}}<li>half{{.Fail}}</li>{{end}}`)}
	e := echo.New()
	e.Renderer = load(t, m, false)
	e.Use(middleware.GzipWithConfig(middleware.GzipConfig{Level: 1, MinLength: 1400}))
	e.GET("/", view)
	srv := httptest.NewUnstartedServer(e)
	srv.Config.WriteTimeout = 300 * time.Millisecond
	srv.Start()
	t.Cleanup(srv.Close)
	return srv
}

func get(t *testing.T, srv *httptest.Server) *http.Response {
	t.Helper()
	resp, err := srv.Client().Get(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	return resp
}

// take reads as much as want has, and compares.
func take(t *testing.T, in io.Reader, want string) {
	t.Helper()
	got := make([]byte, len(want))
	if n, err := io.ReadFull(in, got); err != nil || string(got) != want {
		t.Fatalf("read %q, %v; want %q", got[:n], err, want)
	}
}

// Each piece has arrived before the next one is made, compressed or not: the
// view waits for the reader, who has seen all before.
func TestStreamArrivesPieceByPiece(t *testing.T) {
	t.Parallel()
	for _, zipped := range []bool{false, true} {
		next := make(chan string)
		srv := streamed(t, func(c echo.Context) error {
			s, err := render.Open(c, page{name: "stream", Title: "A & B"})
			if err != nil {
				return err
			}
			for item := range next {
				if err := s.Part("item", item); err != nil {
					return err
				}
			}
			s.Close()
			return nil
		})
		r, err := http.NewRequest(http.MethodGet, srv.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		if r.Header.Set("Accept-Encoding", "identity"); zipped {
			r.Header.Set("Accept-Encoding", "gzip")
		}
		resp, err := srv.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		var in io.Reader = resp.Body
		if zipped {
			if in, err = gzip.NewReader(resp.Body); err != nil {
				t.Fatal(err)
			}
		}
		take(t, in, "<title>A &amp; B</title><ul>")
		next <- "<i>"
		take(t, in, "<li>&lt;i&gt;</li>")
		next <- "two"
		take(t, in, "<li>two</li>")
		close(next)
		if rest, err := io.ReadAll(in); err != nil || string(rest) != "</ul>" {
			t.Errorf("the end is %q, %v", rest, err)
		}
		resp.Body.Close()
		for name, want := range map[string]string{"Content-Type": "text/html; charset=UTF-8", "Cache-Control": "private, no-store", "X-Accel-Buffering": "no",
			"Content-Length": "", "Content-Encoding": map[bool]string{true: "gzip"}[zipped]} {
			if got := resp.Header.Get(name); got != want {
				t.Errorf("zipped %v: %s is %q, want %q", zipped, name, got, want)
			}
		}
	}
}

func TestStreamOutlivesTheWriteTimeout(t *testing.T) {
	t.Parallel()
	srv := streamed(t, func(c echo.Context) error {
		s, err := render.Open(c, page{name: "stream"})
		time.Sleep(600 * time.Millisecond) // twice the timeout: that is what is tested
		s.Close()
		return err
	})
	if all, err := io.ReadAll(get(t, srv).Body); err != nil || !strings.HasSuffix(string(all), "</ul>") {
		t.Errorf("came %q, %v", all, err)
	}
}

func TestStreamThatCannotBeginIsAnError(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"broken", "list", "twice", "nowhere"} {
		srv := streamed(t, func(c echo.Context) error {
			s, err := render.Open(c, page{name: name})
			if s != nil {
				t.Errorf("%s begins", name)
			}
			return err
		})
		if resp := get(t, srv); resp.StatusCode != http.StatusInternalServerError {
			t.Errorf("%s: %s", name, resp.Status)
		}
	}
}

func TestFailingPartWritesNothing(t *testing.T) {
	t.Parallel()
	srv := streamed(t, func(c echo.Context) error {
		s, err := render.Open(c, page{name: "stream"})
		if err != nil {
			return err
		}
		if err := s.Part("bad", page{}); err == nil || s.Gone() {
			t.Errorf("the part says %v, and gone: %v", err, s.Gone())
		}
		s.Close()
		return nil
	})
	if all, err := io.ReadAll(get(t, srv).Body); err != nil || !strings.HasSuffix(string(all), "<ul></ul>") {
		t.Errorf("came %q, %v", all, err)
	}
}

func TestStreamKnowsThatTheClientIsGone(t *testing.T) {
	t.Parallel()
	ended := make(chan bool, 1)
	srv := streamed(t, func(c echo.Context) error {
		s, err := render.Open(c, page{name: "stream"})
		if err != nil {
			return err
		}
		<-c.Request().Context().Done()
		for range 100 {
			if err := s.Part("item", strings.Repeat("long ", 10_000)); err != nil {
				return err
			}
		}
		ended <- s.Gone()
		return nil
	})
	resp := get(t, srv)
	if _, err := bufio.NewReader(resp.Body).ReadByte(); err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if !<-ended {
		t.Error("a client who left is not gone")
	}
}
