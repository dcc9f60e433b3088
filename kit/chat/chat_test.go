package chat_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"superbook/kit/chat"
)

// paper is a log in memory.
type paper struct {
	mu    sync.Mutex
	items map[int64][]chat.Item
	next  int64
	fails error
}

func (p *paper) add(channel, from int64, words string) int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next++
	data := fmt.Sprintf(`{"type":"item","id":%d,"words":%q}`, p.next, words)
	p.items[channel] = append(p.items[channel], chat.Item{ID: p.next, From: from, Data: []byte(data)})
	return p.next
}

func (p *paper) Last(_ context.Context, channel int64) (int64, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := p.items[channel]
	if len(all) == 0 || p.fails != nil {
		return 0, p.fails
	}
	return all[len(all)-1].ID, nil
}

func (p *paper) After(_ context.Context, channel, id int64, n int) (found []chat.Item, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, it := range p.items[channel] {
		if it.ID > id && len(found) < n {
			found = append(found, it)
		}
	}
	return found, p.fails
}

// house is a server with one hub; the query says the channel, who comes and
// what they have.
type house struct {
	t     *testing.T
	hub   *chat.Hub
	log   *paper
	srv   *httptest.Server
	heard chan string
}

func open(t *testing.T, opts chat.Options) *house {
	t.Helper()
	h := &house{t: t, log: &paper{items: map[int64][]chat.Item{}}, heard: make(chan string, 1000)}
	opts.Log = slog.New(slog.DiscardHandler)
	h.hub = chat.NewHub(h.log, opts)
	h.srv = httptest.NewServer(http.HandlerFunc(h.serve))
	t.Cleanup(func() { h.hub.Close(); h.srv.Close() })
	return h
}

func (h *house) serve(w http.ResponseWriter, r *http.Request) {
	number := func(name string) int64 { n, _ := strconv.ParseInt(r.URL.Query().Get(name), 10, 64); return n }
	who := number("who")
	seat := chat.Seat{Channel: number("channel"), Who: chat.Person{ID: who, Name: fmt.Sprint("P", who)}, Last: number("last")}
	if deaf := number("deaf"); deaf != 0 {
		seat.Deaf = func(id int64) bool { return id == deaf }
	}
	seat.Hear = func(_ context.Context, c *chat.Conn, frame []byte) error {
		switch words := string(frame); words {
		case "typing":
			c.Typing()
		case "bad":
			return chat.ErrBadFrame
		case "broken":
			return errors.New("a pipe burst")
		case "panic":
			panic("the roof is on fire")
		default:
			h.heard <- words
		}
		return nil
	}
	if err := h.hub.Serve(w, r, seat); errors.Is(err, chat.ErrClosed) || errors.Is(err, chat.ErrCrowded) {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
	}
}

type client struct {
	t  *testing.T
	ws *websocket.Conn
}

type frame struct {
	Type   string
	ID     int64
	Words  string
	Count  int
	People []chat.Person
}

func (h *house) dial(query string) (*websocket.Conn, *http.Response, error) {
	ctx, stop := context.WithTimeout(h.t.Context(), 10*time.Second)
	defer stop()
	return websocket.Dial(ctx, h.srv.URL+"/?"+query, nil)
}

func (h *house) join(query string) *client {
	h.t.Helper()
	ws, _, err := h.dial(query)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { ws.CloseNow() })
	return &client{h.t, ws}
}

func (c *client) next() (f frame, err error) {
	ctx, stop := context.WithTimeout(c.t.Context(), 10*time.Second)
	defer stop()
	_, b, err := c.ws.Read(ctx)
	if err == nil {
		err = json.Unmarshal(b, &f)
	}
	return f, err
}

// until reads up to the frame that fits, and gives it.
func (c *client) until(what string, fits func(frame) bool) frame {
	c.t.Helper()
	for {
		f, err := c.next()
		if err != nil {
			c.t.Fatalf("waiting for %s: %v", what, err)
		}
		if fits(f) {
			return f
		}
	}
}

func (c *client) ready() {
	c.t.Helper()
	c.until("ready", func(f frame) bool { return f.Type == "ready" })
}

// items reads n different items.
func (c *client) items(n int) (ids []int64) {
	c.t.Helper()
	for len(ids) < n {
		f := c.until("an item", func(f frame) bool { return f.Type == "item" })
		if !slices.Contains(ids, f.ID) {
			ids = append(ids, f.ID)
		}
	}
	return ids
}

func (c *client) say(words string) {
	c.t.Helper()
	if err := c.ws.Write(c.t.Context(), websocket.MessageText, []byte(words)); err != nil {
		c.t.Fatal(err)
	}
}

// ends reads until the connection does, and gives the code.
func (c *client) ends() websocket.StatusCode {
	c.t.Helper()
	for {
		if _, err := c.next(); err != nil {
			if errors.Is(err, context.DeadlineExceeded) {
				c.t.Fatal("the connection does not end")
			}
			return websocket.CloseStatus(err)
		}
	}
}

func names(f frame) string {
	var all []string
	for _, p := range f.People {
		all = append(all, p.Name)
	}
	return strings.Join(all, " ")
}

func here(names_ string) func(frame) bool {
	return func(f frame) bool { return f.Type == "here" && names(f) == names_ }
}

func types(names_ string) func(frame) bool {
	return func(f frame) bool { return f.Type == "typing" && names(f) == names_ }
}

func TestItemsReachEverybodyInOrder(t *testing.T) {
	t.Parallel()
	h := open(t, chat.Options{})
	h.log.add(1, 9, "before anybody came")
	a, b, elsewhere := h.join("channel=1&who=1"), h.join("channel=1&who=2&last=1"), h.join("channel=2&who=3")
	if got := a.items(1); got[0] != 1 {
		t.Errorf("who has nothing is given %v", got)
	}
	a.ready()
	b.ready()
	elsewhere.ready()
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() { h.log.add(1, int64(i), "at once"); h.hub.Wake(1) })
	}
	all.Wait()
	for name, c := range map[string]*client{"a": a, "b": b} {
		if ids := c.items(50); !slices.IsSorted(ids) || ids[0] != 2 || ids[49] != 51 {
			t.Errorf("%s was given %v", name, ids)
		}
	}
	h.log.add(2, 1, "over there")
	if ids := elsewhere.items(1); ids[0] != 52 {
		t.Errorf("the other channel heard %v", ids)
	}
}

// What another process adds comes without a word from it.
func TestItemsOfOtherProcessesAreFound(t *testing.T) {
	t.Parallel()
	h := open(t, chat.Options{Poll: 10 * time.Millisecond})
	c := h.join("channel=1&who=1")
	c.ready()
	id := h.log.add(1, 2, "from afar")
	if ids := c.items(1); ids[0] != id {
		t.Errorf("came %v", ids)
	}
}

func TestWhoComesBackIsGivenTheRest(t *testing.T) {
	t.Parallel()
	h := open(t, chat.Options{Replay: 10})
	for range 30 {
		h.log.add(1, 2, "said")
	}
	for last, want := range map[int64][]int64{30: nil, 28: {29, 30}, 20: {21, 22, 23, 24, 25, 26, 27, 28, 29, 30}, 99: nil} {
		c := h.join(fmt.Sprintf("channel=1&who=1&last=%d", last))
		var got []int64
		c.until("ready", func(f frame) bool {
			if f.Type == "item" {
				got = append(got, f.ID)
			}
			return f.Type == "ready"
		})
		if !slices.Equal(got, want) {
			t.Errorf("after %d came %v", last, got)
		}
	}
	c := h.join("channel=1&who=1&last=19")
	if f := c.until("a reset", func(f frame) bool { return f.Type != "here" }); f.Type != "reset" {
		t.Errorf("after a gap of 11 came %+v", f)
	}
	id := h.log.add(1, 2, "and then")
	h.hub.Wake(1)
	if ids := c.items(1); ids[0] != id {
		t.Errorf("after the reset came %v", ids)
	}
}

func TestNobodyHearsWhomTheyAreDeafTo(t *testing.T) {
	t.Parallel()
	h := open(t, chat.Options{})
	h.log.add(1, 2, "replayed")
	deaf, other := h.join("channel=1&who=1&deaf=2"), h.join("channel=1&who=2")
	deaf.until("a ready without items", func(f frame) bool {
		if f.Type == "item" {
			t.Errorf("heard %+v", f)
		}
		return f.Type == "ready"
	})
	other.ready()
	other.until("both", here("P1 P2"))
	deaf.until("only oneself", here("P1"))
	h.log.add(1, 2, "live")
	id := h.log.add(1, 3, "for all")
	h.hub.Wake(1)
	if ids := deaf.items(1); ids[0] != id {
		t.Errorf("heard %v", ids)
	}
	if ids := other.items(2); ids[1] != id {
		t.Errorf("the other heard %v", ids)
	}
}

func TestPresenceCountsPeople(t *testing.T) {
	t.Parallel()
	h := open(t, chat.Options{})
	a := h.join("channel=1&who=1")
	a.until("oneself", here("P1"))
	again, b := h.join("channel=1&who=1"), h.join("channel=1&who=2")
	a.until("two, not three", here("P1 P2"))
	if got := h.hub.Here(1); len(got) != 2 || h.hub.Len() != 3 || h.hub.Here(7) != nil {
		t.Errorf("here are %v on %d connections", got, h.hub.Len())
	}
	again.ws.CloseNow()
	b.ws.CloseNow()
	a.until("one again", here("P1"))
}

func TestTypingEnds(t *testing.T) {
	t.Parallel()
	h := open(t, chat.Options{Typing: 300 * time.Millisecond})
	a, b := h.join("channel=1&who=1"), h.join("channel=1&who=2")
	a.ready()
	b.say("typing")
	a.until("typing", types("P2"))
	a.until("the end by itself", types(""))
	b.say("typing")
	a.until("typing again", types("P2"))
	h.log.add(1, 2, "said")
	h.hub.Wake(1)
	a.until("the end by what was said", types(""))
	b.say("typing")
	a.until("typing once more", types("P2"))
	b.ws.CloseNow()
	a.until("the end by leaving", types(""))
}

// Somebody who never reads is cut off, and nobody waits for them.
func TestReaderThatNeverReads(t *testing.T) {
	t.Parallel()
	h := open(t, chat.Options{Queue: 8, WriteLimit: 30 * time.Second})
	h.join("channel=1&who=1") // its reads are never called
	good := h.join("channel=1&who=2")
	good.ready()
	long := strings.Repeat("x", 64<<10)
	for i := range 200 { // more than the kernel's buffers take
		id := h.log.add(1, 3, long)
		began := time.Now()
		h.hub.Wake(1)
		good.ws.SetReadLimit(1 << 20)
		if ids := good.items(1); ids[0] != id {
			t.Fatalf("item %d: came %v", id, ids)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Fatalf("item %d took %v", i, took)
		}
	}
	waitUntil(t, "the slow one to be cut off", func() bool { return h.hub.Len() == 1 })
}

func waitUntil(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func TestEndings(t *testing.T) {
	t.Parallel()
	h := open(t, chat.Options{ReadLimit: 100})
	h.log.add(1, 1, "here")
	for row, tt := range map[string]struct {
		do   func(*client)
		want websocket.StatusCode
	}{
		"a bad frame":          {func(c *client) { c.say("bad") }, websocket.StatusUnsupportedData},
		"an error of ours":     {func(c *client) { c.say("broken") }, websocket.StatusInternalError},
		"a panic of ours":      {func(c *client) { c.say("panic") }, websocket.StatusInternalError},
		"a huge frame":         {func(c *client) { c.say(strings.Repeat("x", 101)) }, websocket.StatusMessageTooBig},
		"rights that changed":  {func(*client) { h.hub.Drop(1, 1) }, websocket.StatusPolicyViolation},
		"rights to everything": {func(*client) { h.hub.Drop(0, 1) }, websocket.StatusPolicyViolation},
		"everybody goes":       {func(*client) { h.hub.DropAll() }, websocket.StatusGoingAway},
		"bytes":                {func(c *client) { _ = c.ws.Write(t.Context(), websocket.MessageBinary, []byte("{}")) }, websocket.StatusUnsupportedData},
	} {
		t.Run(row, func(t *testing.T) { // one after the other: some drop everybody
			c := h.join("channel=1&who=1")
			c.t = t
			c.ready()
			tt.do(c)
			if got := c.ends(); got != tt.want {
				t.Errorf("ends with %v, want %v", got, tt.want)
			}
		})
	}
	other := h.join("channel=1&who=2")
	other.ready()
	h.hub.Drop(1, 1)
	h.hub.Drop(2, 2)
	other.say("still here")
	if got := <-h.heard; got != "still here" {
		t.Errorf("heard %q", got)
	}
}

func TestClosedHub(t *testing.T) {
	t.Parallel()
	h := open(t, chat.Options{})
	c, mute := h.join("channel=1&who=1"), h.join("channel=1&who=2")
	c.ready()
	done := make(chan struct{})
	began := time.Now()
	go func() { defer close(done); h.hub.Close() }()
	if got := c.ends(); got != websocket.StatusGoingAway {
		t.Errorf("ends with %v", got)
	}
	<-done // mute never answered
	if took := time.Since(began); took > 8*time.Second || h.hub.Len() != 0 {
		t.Errorf("closing took %v, %d are left", took, h.hub.Len())
	}
	_ = mute
	if _, resp, err := h.dial("channel=1&who=1"); err == nil || resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a closed hub answers %v, %v", resp, err)
	}
}

func TestOnePersonTakesOnlySoManySeats(t *testing.T) {
	t.Parallel()
	h := open(t, chat.Options{Each: 2})
	first := h.join("channel=1&who=1")
	h.join("channel=2&who=1")
	if _, _, err := h.dial("channel=3&who=1"); err == nil {
		t.Error("a third connection was taken")
	}
	h.join("channel=1&who=2")
	first.ws.CloseNow()
	waitUntil(t, "a seat", func() bool { return h.hub.Len() == 2 })
	h.join("channel=3&who=1")
}

func TestOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	h := open(t, chat.Options{})
	for origin, ok := range map[string]bool{"": true, h.srv.URL: true, "https://evil.test": false, "null": false} {
		header := http.Header{}
		if origin != "" {
			header.Set("Origin", origin)
		}
		ws, resp, err := websocket.Dial(t.Context(), h.srv.URL+"/?channel=1&who=1", &websocket.DialOptions{HTTPHeader: header})
		if (err == nil) != ok {
			t.Errorf("%q: %v", origin, err)
		}
		if err == nil {
			ws.CloseNow()
		} else if resp.StatusCode != http.StatusForbidden {
			t.Errorf("%q: %s", origin, resp.Status)
		}
	}
}

// A log that cannot be read delays what is said, and nothing else.
func TestBrokenLogIsReadAgain(t *testing.T) {
	t.Parallel()
	h := open(t, chat.Options{Poll: 10 * time.Millisecond})
	h.log.mu.Lock()
	h.log.fails = errors.New("out of paper")
	h.log.mu.Unlock()
	c := h.join("channel=1&who=1")
	waitUntil(t, "presence all the same", func() bool { return len(h.hub.Here(1)) == 1 })
	h.log.mu.Lock()
	h.log.fails = nil
	h.log.mu.Unlock()
	c.ready()
	id := h.log.add(1, 2, "at last")
	if ids := c.items(1); ids[0] != id {
		t.Errorf("came %v", ids)
	}
}

func TestBeats(t *testing.T) {
	t.Parallel()
	h := open(t, chat.Options{Beat: 20 * time.Millisecond})
	c := h.join("channel=1&who=1")
	for range 3 {
		c.until("a beat", func(f frame) bool { return f.Type == "beat" })
	}
	h.hub.Wake(99) // nobody is there
}
