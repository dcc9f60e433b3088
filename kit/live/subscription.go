package live

import (
	"slices"
	"sync"
	"time"
)

// A stream that is not stuck gets the time to end in an orderly way. When the
// whole hub closes, all of them share it.
const (
	cutGrace   = 250 * time.Millisecond
	closeGrace = 2 * time.Second
)

// subscription is one open stream.
type subscription struct {
	reader Reader
	queue  chan *frame   // closed when the stream has to end
	back   time.Duration // when its client should come back, if not as told at its beginning; read it after queue's end

	mu       sync.Mutex
	deadline func(time.Time) error // moves the write deadline of the connection
	isCut    bool
}

// extend gives the next write its time. It does nothing after cut.
func (s *subscription) extend(limit time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.isCut {
		return nil
	}
	return s.deadline(time.Now().Add(limit))
}

// cut ends a write that hangs, so that a stuck client cannot keep its handler.
func (s *subscription) cut(grace time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.isCut = true
	// A connection that refuses a deadline is closed already.
	_ = s.deadline(time.Now().Add(grace))
}

// backlog is what a reader gets before its queue.
type backlog struct {
	missed []*frame
	reset  bool   // some of it is gone
	id     string // where the reader stands after the backlog
}

// subscribe takes the missed frames and registers s under one lock, so that a
// frame is either in the backlog or in the queue, never in both or in neither.
func (h *Hub) subscribe(s *subscription, last string) (backlog, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return backlog{}, ErrClosed
	}
	b := backlog{id: formatID(h.epoch, h.seq)}
	if last != "" {
		b.missed, b.reset = h.since(last, s.reader)
	}
	h.seat(s)
	h.subs[s] = struct{}{}
	if s.reader.Wants != nil {
		h.wants[s] = struct{}{}
	}
	for _, t := range s.reader.Topics {
		if h.topics[t] == nil {
			h.topics[t] = map[*subscription]struct{}{}
		}
		h.topics[t][s] = struct{}{}
	}
	return b, nil
}

// seat counts s to its source. One too many ends the one that is open longest:
// of a crowd of tabs that is the one least looked at, or a connection whose
// client is gone without a word. The caller holds the lock.
func (h *Hub) seat(s *subscription) {
	name := s.reader.Source
	if name == "" {
		return
	}
	if open := h.source[name]; len(open) >= h.opts.Each {
		open[0].back = yieldFor
		open[0].cut(cutGrace)
		h.drop(open[0])
	}
	h.source[name] = append(h.source[name], s)
}

// since collects the frames after last. gap is true when they are not all here.
func (h *Hub) since(last string, r Reader) (missed []*frame, gap bool) {
	from, ok := parseID(h.epoch, last)
	if !ok || from > h.seq || h.seq-from > uint64(len(h.ring)) {
		return nil, true
	}
	for n := from + 1; n <= h.seq; n++ {
		if f := h.ring[n%uint64(len(h.ring))]; r.follows(f.topic) {
			missed = append(missed, f)
		}
	}
	return missed, false
}

func (h *Hub) unsubscribe(s *subscription) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.drop(s)
}

// drop forgets s and ends its queue. The caller holds the lock.
func (h *Hub) drop(s *subscription) {
	if _, here := h.subs[s]; !here {
		return
	}
	delete(h.subs, s)
	delete(h.wants, s)
	h.unseat(s)
	for _, t := range s.reader.Topics {
		delete(h.topics[t], s)
		if len(h.topics[t]) == 0 {
			delete(h.topics, t)
		}
	}
	close(s.queue)
}

func (h *Hub) unseat(s *subscription) {
	name := s.reader.Source
	left := slices.DeleteFunc(h.source[name], func(other *subscription) bool { return other == s })
	if h.source[name] = left; len(left) == 0 {
		delete(h.source, name)
	}
}

// position is where s stands if all that was queued for it has been taken, as
// its own handler knows after an empty queue. ok is false otherwise.
func (h *Hub) position(s *subscription) (id string, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return formatID(h.epoch, h.seq), len(s.queue) == 0
}
