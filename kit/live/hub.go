// Package live carries news from the server to open pages: a hub of topics over
// server-sent events. Publishing never waits for a reader, a reader that falls
// behind is cut off and comes back, and a gap is filled from memory or said.
package live

import (
	crand "crypto/rand"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"
)

// ErrClosed says that the hub has been closed and takes no more readers.
var ErrClosed = errors.New("live: hub is closed")

// Options sets the limits of a Hub. A zero field means its default.
type Options struct {
	Ring       int           // frames kept for readers who come back; 1024
	Queue      int           // frames a reader may lag behind before it is cut off; 32
	Each       int           // streams that one source may have open; 16
	Heartbeat  time.Duration // silence after which a reader is sent a sign of life; 25 s
	WriteLimit time.Duration // how long one write to a reader may take; 10 s
}

// Hub passes what is published on a topic to the readers of that topic. It is
// safe for use by many goroutines.
type Hub struct {
	opts  Options
	epoch string // differs for every hub, so that ids of another life are recognised

	mu     sync.Mutex
	seq    uint64
	ring   []*frame // the frame with number n stands at n % len(ring)
	subs   map[*subscription]struct{}
	topics map[string]map[*subscription]struct{}
	wants  map[*subscription]struct{} // those with a Wants of their own
	source map[string][]*subscription // of each source, the longest open in front
	tap    func(topic, event, data string)
	onDrop func(who string)
	closed bool
}

// NewHub makes a hub. It starts no goroutine.
func NewHub(opts Options) *Hub {
	opts = opts.withDefaults()
	return &Hub{
		opts:   opts,
		epoch:  newEpoch(),
		ring:   make([]*frame, opts.Ring),
		subs:   map[*subscription]struct{}{},
		topics: map[string]map[*subscription]struct{}{},
		wants:  map[*subscription]struct{}{},
		source: map[string][]*subscription{},
	}
}

func (o Options) withDefaults() Options {
	if o.Ring <= 0 {
		o.Ring = 1024
	}
	if o.Queue <= 0 {
		o.Queue = 32
	}
	if o.Each <= 0 {
		o.Each = 16
	}
	if o.Heartbeat <= 0 {
		o.Heartbeat = 25 * time.Second
	}
	if o.WriteLimit <= 0 {
		o.WriteLimit = 10 * time.Second
	}
	return o
}

// Tap has every frame that is published here told to fn too, which must not
// wait. Call it before the first Publish.
func (h *Hub) Tap(fn func(topic, event, data string)) { h.tap = fn }

// Publish sends a fragment of HTML to everybody who follows topic. It never
// waits: a reader whose queue is full is cut off instead.
func (h *Hub) Publish(topic, html string) { h.send(topic, "", html) }

// PublishData sends JSON to everybody who follows topic, as an event named
// "data". Like Publish it never waits.
func (h *Hub) PublishData(topic string, json []byte) { h.send(topic, "data", string(json)) }

func (h *Hub) send(topic, event, data string) {
	h.Pass(topic, event, data)
	if h.tap != nil {
		h.tap(topic, event, data)
	}
}

// Pass sends what was published elsewhere to everybody who follows topic here.
func (h *Hub) Pass(topic, event, data string) { h.publish(newFrame(topic, event, data)) }

// Flash sends a fragment to everybody who follows topic here by name, and keeps
// nothing of it: for figures that the next ones make stale. It is not sent again
// to readers who come back, nor to other processes. Like Publish it never waits.
func (h *Hub) Flash(topic, html string) {
	f := newFrame(topic, "", html)
	h.mu.Lock()
	defer h.mu.Unlock()
	f.number(h.epoch, h.seq) // where the stream stands: it has no number of its own
	for s := range h.topics[topic] {
		h.push(s, f)
	}
}

// Renew begins a new life, after something was missed: every stream ends, and
// the readers who come back are told to take their pages anew.
func (h *Hub) Renew() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.epoch = newEpoch()
	h.dropAll(cutGrace)
}

func newEpoch() string { return strings.ToLower(crand.Text()[:10]) }

func (h *Hub) publish(f *frame) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seq++
	f.number(h.epoch, h.seq)
	h.ring[h.seq%uint64(len(h.ring))] = f
	for s := range h.topics[f.topic] {
		h.push(s, f)
	}
	for s := range h.wants {
		if s.reader.Wants(f.topic) && !slices.Contains(s.reader.Topics, f.topic) {
			h.push(s, f)
		}
	}
}

func (h *Hub) push(s *subscription, f *frame) {
	select {
	case s.queue <- f:
	default:
		h.drop(s)
		s.cut(cutGrace)
	}
}

// Cursor is the id of the newest frame, for <body data-live-last>. Read it
// before the queries of the page: what happens after them is then replayed.
func (h *Hub) Cursor() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return formatID(h.epoch, h.seq)
}

// Close ends every stream and refuses new ones. The clients are told to come
// back at once, to whoever answers then, and go on after the last id that they
// have. http.Server.Shutdown waits for streams, so give Close to
// http.Server.RegisterOnShutdown.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for s := range h.subs {
		s.back = comeBack + rand.N(4*comeBack)
	}
	h.dropAll(closeGrace)
}

// comeBack is how soon a client of a closed hub may come back; some come later,
// so that they do not all come at once.
const comeBack = 100 * time.Millisecond
