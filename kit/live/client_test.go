package live_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/kit/live"
)

const patience = 20 * time.Second

// start serves a hub at /?on=topic through echo. Its WriteTimeout is short, as
// that of a real server, and must not end the streams.
func start(t testing.TB, hub *live.Hub) *httptest.Server {
	t.Helper()
	return startOn(t, hub, nil)
}

func startOn(t testing.TB, hub *live.Hub, wrap func(net.Listener) net.Listener) *httptest.Server {
	t.Helper()
	e := echo.New()
	e.GET("/", func(c echo.Context) error {
		return hub.Serve(c, live.Reader{Who: c.QueryParam("who"), Source: c.QueryParam("source"), Topics: c.QueryParams()["on"]})
	})
	srv := httptest.NewUnstartedServer(e)
	srv.Config.WriteTimeout = 50 * time.Millisecond
	srv.Config.RegisterOnShutdown(hub.Close)
	if wrap != nil {
		srv.Listener = wrap(srv.Listener)
	}
	srv.Start()
	t.Cleanup(func() {
		hub.Close()
		srv.Close()
	})
	return srv
}

// event is one event as a browser understands it.
type event struct{ name, data, id string }

// client reads a stream.
type client struct {
	t    testing.TB
	body io.ReadCloser
	in   *bufio.Reader
}

// connect opens a stream of the topics, after last if it is not "".
func connect(t testing.TB, srv *httptest.Server, last string, topics ...string) *client {
	t.Helper()
	return connectAs(t, srv, "", last, topics...)
}

// connectAs counts the stream to a source.
func connectAs(t testing.TB, srv *httptest.Server, source, last string, topics ...string) *client {
	t.Helper()
	res := request(t, srv, source, last, topics...)
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" ||
		res.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("answered %s %v", res.Status, res.Header)
	}
	c := &client{t, res.Body, bufio.NewReader(res.Body)}
	t.Cleanup(c.close)
	return c
}

func request(t testing.TB, srv *httptest.Server, source, last string, topics ...string) *http.Response {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 2*patience) // a stream that says nothing fails the test
	t.Cleanup(stop)
	req, err := http.NewRequestWithContext(ctx, "GET", srv.URL+"/?"+url.Values{"on": topics, "source": {source}}.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	res, err := srv.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func (c *client) close() { c.body.Close() }

// read returns the next event, or how the stream ended.
func (c *client) read() (event, error) { return parse(c.in) }

// next returns the next event that is no beat.
func (c *client) next() event {
	c.t.Helper()
	for {
		ev, err := c.read()
		if err != nil {
			c.t.Fatalf("the stream ended: %v", err)
		}
		if ev.name != "beat" {
			return ev
		}
	}
}

func (c *client) want(name, data string) event {
	c.t.Helper()
	ev := c.next()
	if ev.name != name || ev.data != data {
		c.t.Fatalf("came %+v, want %s %q", ev, name, data)
	}
	return ev
}

// ended waits for the end of the stream and says how it came.
func (c *client) ended() error {
	for {
		if _, err := c.read(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// parse reads an event by the rules of the HTML standard. Events without data
// never reach a page, so they are passed over.
func parse(in *bufio.Reader) (event, error) {
	var ev event
	var data []string
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return ev, err
		}
		line = strings.TrimSuffix(line, "\n")
		if strings.Contains(line, "\r") {
			return ev, fmt.Errorf("a carriage return in %q", line)
		}
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "data":
			data = append(data, value)
		case "event":
			ev.name = value
		case "id":
			ev.id = value
		case "retry", "": // a comment, or the end of the event
		default:
			return ev, fmt.Errorf("unknown field in %q", line)
		}
		if line == "" && data != nil {
			ev.data = strings.Join(data, "\n")
			return ev, nil
		}
	}
}

// until polls a condition.
func until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}
