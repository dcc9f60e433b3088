package live_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/kit/live"
)

func TestOrderAndTopics(t *testing.T) {
	t.Parallel()
	hub := live.NewHub(live.Options{})
	srv := start(t, hub)
	c := connect(t, srv, "", "a", "b", "a")
	until(t, "the stream is open", func() bool { return hub.Len() == 1 })
	if !hub.Watched("a") || !hub.Watched("b") || hub.Watched("c") {
		t.Error("watched topics are not a and b")
	}
	if all, b, none := hub.Followed(""), hub.Followed("b"), hub.Followed("c"); len(all) != 2 || len(b) != 1 || b[0] != "b" || none != nil {
		t.Errorf("followed are %q, with b %q, with c %q", all, b, none)
	}
	hub.Publish("a", "<p>one</p>")
	hub.Publish("c", "not ours")
	hub.PublishData("b", []byte(`{"n":2}`))
	hub.Publish("b", "two\r\nlines\rand a third\n")
	c.want("", "<p>one</p>")
	c.want("data", `{"n":2}`)
	if last := c.want("", "two\nlines\nand a third\n"); last.id != hub.Cursor() {
		t.Errorf("the last id is %s, the cursor %s", last.id, hub.Cursor())
	}
	c.close()
	until(t, "the stream is closed", func() bool { return hub.Len() == 0 && !hub.Watched("a") && !hub.Watched("b") })
}

func TestReplay(t *testing.T) {
	t.Parallel()
	for from, want := range [][]string{ // after so many of seven frames, of which four are kept
		{"reset gap", "new"}, {"reset gap", "new"}, {"reset gap", "new"},
		{"4", "6", "new"}, {"4", "6", "new"}, {"6", "new"}, {"6", "new"}, {"new"},
	} {
		hub := live.NewHub(live.Options{Ring: 4})
		cursors := []string{hub.Cursor()}
		for i := range 7 {
			hub.Publish([]string{"a", "b"}[i%2], strconv.Itoa(i))
			cursors = append(cursors, hub.Cursor())
		}
		c := connect(t, start(t, hub), cursors[from], "a")
		until(t, "the stream is open", func() bool { return hub.Len() == 1 })
		hub.Publish("a", "new")
		for _, w := range want {
			if ev := c.next(); strings.TrimSpace(ev.name+" "+ev.data) != w {
				t.Errorf("after %s came %+v, want %s", cursors[from], ev, w)
			}
		}
	}
}

func TestLastInQuery(t *testing.T) {
	t.Parallel()
	hub := live.NewHub(live.Options{})
	srv := start(t, hub)
	before := hub.Cursor()
	hub.Publish("a", "missed")
	res, err := srv.Client().Get(srv.URL + "/?on=a&last=" + before)
	if err != nil {
		t.Fatal(err)
	}
	c := &client{t, res.Body, bufio.NewReader(res.Body)}
	defer c.close()
	c.want("", "missed")
}

// A reader that was told to reset goes on from the id that came with it.
func TestResetCanBeResumed(t *testing.T) {
	t.Parallel()
	hub := live.NewHub(live.Options{Ring: 2})
	srv := start(t, hub)
	old := live.NewHub(live.Options{}).Cursor()
	c := connect(t, srv, old, "a")
	id := c.want("reset", "gap").id
	c.close()
	hub.Publish("a", "later")
	connect(t, srv, id, "a").want("", "later")
}

// Readers of a quiet topic learn from beats how far the busy ones have gone.
func TestBeatMovesTheReader(t *testing.T) {
	t.Parallel()
	hub := live.NewHub(live.Options{Ring: 2, Heartbeat: 5 * time.Millisecond})
	srv := start(t, hub)
	c := connect(t, srv, "", "quiet")
	for range 10 {
		hub.Publish("busy", "x")
	}
	for id := ""; id != hub.Cursor(); {
		ev, err := c.read()
		if err != nil || ev.name != "beat" {
			t.Fatalf("came %+v, %v", ev, err)
		}
		id = ev.id
	}
	c.close()
	hub.Publish("quiet", "later")
	back := connect(t, srv, hub.Cursor(), "quiet")
	hub.Publish("quiet", "no gap")
	back.want("", "no gap")
}

func TestHostileLastID(t *testing.T) {
	t.Parallel()
	hub := live.NewHub(live.Options{})
	srv := start(t, hub)
	hub.Publish("a", "one")
	epoch, _, _ := strings.Cut(hub.Cursor(), "-")
	for _, last := range []string{
		"x", "-", "1", "-1", epoch, epoch + "-", epoch + "--1", epoch + "-+1", epoch + "-1 1", epoch + "-0x1", epoch + "-1.0",
		epoch + "-2", epoch + "-18446744073709551615", epoch + "-18446744073709551616", epoch + "-1-1", epoch + "-١",
		strings.ToUpper(epoch) + "-1", "other-1", "\xff\xfe-1", strings.Repeat("9", 5000), epoch + "-" + strings.Repeat("0", 5000) + "x",
	} {
		c := connect(t, srv, last, "a")
		if ev := c.next(); ev.name != "reset" || ev.id != hub.Cursor() {
			t.Errorf("after %.40q came %+v, want a reset", last, ev)
		}
		c.close()
	}
}

// The clients of a process that ends are told to come back at once, after
// everything that was published before the end.
func TestClosedHubCallsItsReadersBackSoon(t *testing.T) {
	t.Parallel()
	hub := live.NewHub(live.Options{})
	srv := start(t, hub)
	c := connect(t, srv, "", "post:1")
	hub.Publish("post:1", "the last word")
	hub.Close()
	rest, err := io.ReadAll(c.in)
	at := strings.LastIndex(string(rest), "retry: ")
	said, retry := string(rest[:at]), string(rest[at+len("retry: "):])
	if err != nil || !strings.Contains(said, "the last word") {
		t.Fatalf("came %q, %v", rest, err)
	}
	if ms, err := strconv.Atoi(strings.TrimSpace(retry)); err != nil || ms < 100 || ms > 500 {
		t.Errorf("told to come back after %q ms", retry)
	}
}

func TestClosedHubRefuses(t *testing.T) {
	t.Parallel()
	hub := live.NewHub(live.Options{})
	srv := start(t, hub)
	hub.Close()
	hub.Publish("a", "nobody hears") // and nothing breaks
	res := request(t, srv, "", "", "a")
	defer res.Body.Close()
	if res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" {
		t.Errorf("answered %s, Retry-After %q", res.Status, res.Header.Get("Retry-After"))
	}
}

// A writer that cannot move its deadline would be cut by the server later.
func TestServeNeedsDeadlines(t *testing.T) {
	t.Parallel()
	hub := live.NewHub(live.Options{})
	rec := httptest.NewRecorder()
	c := echo.New().NewContext(httptest.NewRequest("GET", "/", nil), rec)
	if err := hub.Serve(c, live.Reader{Topics: []string{"a"}}); !errors.Is(err, http.ErrNotSupported) {
		t.Errorf("error %v", err)
	}
	if c.Response().Committed || rec.Body.Len() > 0 || hub.Len() != 0 {
		t.Error("it answered, or left its subscription")
	}
}

func TestDropAll(t *testing.T) {
	t.Parallel()
	hub := live.NewHub(live.Options{})
	srv := start(t, hub)
	c := connect(t, srv, "", "a")
	until(t, "the stream is open", func() bool { return hub.Len() == 1 })
	hub.DropAll()
	if err := c.ended(); err != nil {
		t.Errorf("ended with %v, want an orderly end", err)
	}
	_, err := c.read()
	if !errors.Is(err, io.EOF) {
		t.Errorf("after the end: %v", err)
	}
	connect(t, srv, "", "a")
}

// One too many ends the one that is open longest, and nobody else's.
func TestOneSourceKeepsItsNewestStreams(t *testing.T) {
	t.Parallel()
	hub := live.NewHub(live.Options{Each: 2})
	srv := start(t, hub)
	others := []*client{connectAs(t, srv, "ben", "", "a"), connect(t, srv, "", "a"), connect(t, srv, "", "a"), connect(t, srv, "", "a")}
	first, second := connectAs(t, srv, "ann", "", "a"), connectAs(t, srv, "ann", "", "a")
	third := connectAs(t, srv, "ann", "", "a")
	if rest, err := io.ReadAll(first.in); err != nil || !strings.HasSuffix(string(rest), "retry: 30000\n\n") {
		t.Errorf("the oldest ended with %v after %q", err, rest)
	}
	hub.Publish("a", "one")
	for _, c := range append(others, second, third) {
		c.want("", "one")
	}
	second.close()
	until(t, "a place is free", func() bool { return hub.Len() == len(others)+1 })
	fourth := connectAs(t, srv, "ann", "", "a")
	hub.Publish("a", "two")
	third.want("", "two")
	fourth.want("", "two")

	hub.DropAll()
	until(t, "all are gone", func() bool { return hub.Len() == 0 })
	fifth, sixth := connectAs(t, srv, "ann", "", "a"), connectAs(t, srv, "ann", "", "a")
	hub.Publish("a", "three")
	fifth.want("", "three") // what ended does not count
	sixth.want("", "three")
}

// Who makes news only for those who look asks what is looked at.
func TestFollowedTopics(t *testing.T) {
	t.Parallel()
	hub := live.NewHub(live.Options{})
	srv := start(t, hub)
	connect(t, srv, "", "job:12", "queues:0")
	c := connect(t, srv, "", "job:7", "job:12")
	want := func(topics ...string) {
		t.Helper()
		until(t, fmt.Sprint(topics, " are followed"), func() bool { return slices.Equal(hub.Followed("job:"), topics) })
	}
	want("job:12", "job:7")
	c.close()
	want("job:12")
}
