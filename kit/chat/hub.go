// Package chat lets people talk over WebSockets. What they say is kept by the
// site first; the hub then reads it from there, in order, for everybody who is
// connected. So nothing is lost with a connection, a process or a slow reader:
// who comes back says what they have, and is given the rest.
package chat

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// ErrClosed is Serve's answer once the hub has been closed.
var ErrClosed = errors.New("chat: the hub is closed")

// ErrCrowded is Serve's answer to a person who has too many connections.
var ErrCrowded = errors.New("chat: too many connections of one person")

// Item is something that was said: kept by the site, in the order of its ids.
type Item struct {
	ID   int64
	From int64  // the person who said it
	Data []byte // the frame that tells clients of it
}

// Log is where the site keeps what is said. Within one channel an item must
// become visible only after all items with smaller ids have.
type Log interface {
	// Last is the id of a channel's newest item, 0 when there is none.
	Last(ctx context.Context, channel int64) (int64, error)
	// After gives a channel's items behind an id, oldest first, at most n.
	After(ctx context.Context, channel, id int64, n int) ([]Item, error)
}

// Person is somebody who sits in a channel, perhaps at several connections.
type Person struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// Options bound what the hub spends. Zero values are replaced by sensible ones.
type Options struct {
	Queue      int           // frames that wait for one connection before it is cut off; 64
	Replay     int           // missed items that are sent again; more is a reset; 200
	Each       int           // connections that one person may have; 32
	ReadLimit  int64         // bytes of a frame that comes in; 64 KB
	WriteLimit time.Duration // for one frame to be taken by the client; 10 s
	Beat       time.Duration // between signs of life; 25 s
	Poll       time.Duration // between looks at the log for what other processes add; 0.5 s
	Typing     time.Duration // after its last sign, typing has ended; 6 s
	Log        *slog.Logger
}

func (o Options) withDefaults() Options {
	o.Queue, o.Replay, o.Each = or(o.Queue, 64), or(o.Replay, 200), or(o.Each, 32)
	o.ReadLimit = or(o.ReadLimit, 64<<10)
	o.WriteLimit, o.Beat = or(o.WriteLimit, 10*time.Second), or(o.Beat, 25*time.Second)
	o.Poll, o.Typing = or(o.Poll, 500*time.Millisecond), or(o.Typing, 6*time.Second)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

func or[T int | int64 | time.Duration](v, otherwise T) T {
	if v > 0 {
		return v
	}
	return otherwise
}

// Hub holds the channels in which somebody sits now. It is safe for concurrent
// use.
type Hub struct {
	opts Options
	log  Log
	busy sync.WaitGroup // connections and keepers of channels

	mu       sync.Mutex
	channels map[int64]*channel
	conns    map[int64]int // how many connections a person has
	closed   bool
}

// NewHub makes a hub over the log of what is said.
func NewHub(log Log, opts Options) *Hub {
	return &Hub{opts: opts.withDefaults(), log: log, channels: map[int64]*channel{}, conns: map[int64]int{}}
}

// Wake has the channel's new items read and sent now. Call it after the commit;
// it never waits.
func (h *Hub) Wake(channel int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if ch := h.channels[channel]; ch != nil {
		ch.poke()
	}
}

// Here lists the people who sit in a channel in this process, first come first.
func (h *Hub) Here(channel int64) []Person {
	h.mu.Lock()
	ch := h.channels[channel]
	h.mu.Unlock()
	if ch == nil {
		return nil
	}
	ch.mu.Lock()
	defer ch.mu.Unlock()
	return ch.here()
}

// Len is the number of open connections.
func (h *Hub) Len() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := 0
	for _, of := range h.conns {
		n += of
	}
	return n
}

// Drop ends a person's connections to one channel, or to all of them for
// channel 0, because their rights have changed. They may come back, and are
// asked anew.
func (h *Hub) Drop(channel, person int64) {
	h.each(channel, func(c *Conn) {
		if c.seat.Who.ID == person {
			c.end(errRights)
		}
	})
}

// DropAll ends every connection; the clients come back and catch up.
func (h *Hub) DropAll() { h.each(0, func(c *Conn) { c.end(errLeaving) }) }

// Close ends every connection with a word, refuses new ones, and returns when
// the last is gone; a client that does not answer has two seconds. Call it at
// shutdown: http.Server.Shutdown neither ends WebSockets nor waits for them.
func (h *Hub) Close() {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	h.DropAll()
	h.busy.Wait()
}

func (h *Hub) each(channel int64, do func(*Conn)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for id, ch := range h.channels {
		if channel != 0 && id != channel {
			continue
		}
		ch.mu.Lock()
		for _, c := range ch.conns {
			do(c)
		}
		ch.mu.Unlock()
	}
}

// admit counts a connection in, before it is made.
func (h *Hub) admit(person int64) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.closed:
		return ErrClosed
	case h.conns[person] >= h.opts.Each:
		return ErrCrowded
	}
	h.conns[person]++
	h.busy.Add(1)
	return nil
}

func (h *Hub) dismiss(person int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.conns[person]--; h.conns[person] == 0 {
		delete(h.conns, person)
	}
	h.busy.Done()
}
