package live_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"testing"

	"github.com/labstack/echo/v4"

	"superbook/kit/live"
)

// standing serves a hub to readers who are told how things stand.
func standing(t *testing.T, hub *live.Hub, now func(context.Context) ([]live.Event, error)) *httptest.Server {
	t.Helper()
	e := echo.New()
	e.GET("/", func(c echo.Context) error {
		return hub.Serve(c, live.Reader{Topics: c.QueryParams()["on"], Now: now})
	})
	srv := httptest.NewServer(e)
	t.Cleanup(func() { hub.Close(); srv.Close() })
	return srv
}

// What was published before it was asked how things stand comes before the
// answer, what is published after comes after it: nothing is out of order.
func TestNowStandsBetweenBeforeAndAfter(t *testing.T) {
	t.Parallel()
	hub := live.NewHub(live.Options{Ring: 4})
	hub.Publish("a", "0")
	from := hub.Cursor()
	srv := standing(t, hub, func(context.Context) ([]live.Event, error) {
		hub.Publish("a", "2")
		return []live.Event{{Data: "so it stands"}, {Name: "data", Data: `{"n":2}`}}, nil
	})
	hub.Publish("a", "1")
	c := connect(t, srv, from, "a")
	c.want("", "1")
	c.want("", "2")
	stands := c.want("", "so it stands")
	c.want("data", `{"n":2}`)
	if stands.id != hub.Cursor() {
		t.Errorf("its id is %s, the cursor %s", stands.id, hub.Cursor())
	}
	hub.Publish("a", "3")
	c.want("", "3")
	c.close()
	for range 9 {
		hub.Publish("a", "more than is kept")
	}
	c = connect(t, srv, stands.id, "a")
	c.want("reset", "gap")
	c.want("", "2")
	c.want("", "so it stands")
}

// Who cannot be told how things stand loses the stream, and comes back.
func TestNowFails(t *testing.T) {
	t.Parallel()
	hub := live.NewHub(live.Options{})
	srv := standing(t, hub, func(context.Context) ([]live.Event, error) { return nil, errors.New("the database is away") })
	_ = connect(t, srv, "", "a").ended()
	until(t, "nobody follows", func() bool { return hub.Len() == 0 })
}
