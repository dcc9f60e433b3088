package chat

import (
	"context"
	"slices"
	"sync"
	"time"

	"superbook/kit/async"
)

const (
	// turn is how often a channel tells who is here and who types. What changes
	// in between is told once, so that a crowd that comes at once costs little.
	turn  = 200 * time.Millisecond
	batch = 100
)

// channel is where people sit together. Its keeper, one goroutine, is the only
// one that reads the log for it: every connection gets the items in one order.
type channel struct {
	id    int64
	hub   *Hub
	wake  chan struct{}
	stop  context.CancelFunc
	ready chan struct{} // closed once cursor is known
	// cursor is the newest item that was sent out; only the keeper uses it.
	cursor int64
	polled time.Time

	mu     sync.Mutex
	conns  []*Conn // in the order in which they came
	typing []typist
	moved  bool // somebody came or went since it was last told
	typed  bool // somebody began or stopped typing since
}

// join seats a connection, in a channel that is made for it if need be. From
// here on its queue gets every item that the keeper sends.
func (h *Hub) join(c *Conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	ch := h.channels[c.seat.Channel]
	if ch == nil {
		ctx, stop := context.WithCancel(context.Background())
		ch = &channel{id: c.seat.Channel, hub: h, wake: make(chan struct{}, 1), stop: stop, ready: make(chan struct{})}
		h.channels[ch.id] = ch
		h.busy.Go(func() { ch.keep(ctx) })
	}
	c.ch = ch
	ch.mu.Lock()
	defer ch.mu.Unlock()
	ch.conns = append(ch.conns, c)
	ch.moved = true
}

// leave gives the seat back. The last one to go ends the keeper.
func (h *Hub) leave(c *Conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	ch := c.ch
	ch.mu.Lock()
	defer ch.mu.Unlock()
	ch.conns = slices.DeleteFunc(ch.conns, func(other *Conn) bool { return other == c })
	ch.moved = true
	if !slices.ContainsFunc(ch.conns, func(other *Conn) bool { return other.seat.Who.ID == c.seat.Who.ID }) {
		ch.rest(c.seat.Who.ID)
	}
	if len(ch.conns) == 0 {
		ch.stop()
		delete(h.channels, ch.id)
	}
}

func (ch *channel) poke() {
	select {
	case ch.wake <- struct{}{}:
	default: // it is awake already, and will look again
	}
}

func (ch *channel) keep(ctx context.Context) {
	tick := time.NewTicker(turn)
	defer tick.Stop()
	read := true
	for {
		if read {
			if _, err := async.Guard(ctx, ch.read); err != nil && ctx.Err() == nil {
				ch.hub.opts.Log.WarnContext(ctx, "chat: read what was said", "channel", ch.id, "error", err)
			}
			ch.polled = time.Now()
		}
		select {
		case <-ctx.Done():
			return
		case <-ch.wake:
			read = true
		case now := <-tick.C:
			ch.tell(now)
			read = now.Sub(ch.polled) >= ch.hub.opts.Poll
		}
	}
}

// read sends out what is new in the log. On the first time it only finds where
// the log ends: who joined by then reads what they missed by themselves.
func (ch *channel) read(ctx context.Context) (_ struct{}, err error) {
	select {
	case <-ch.ready:
	default:
		if ch.cursor, err = ch.hub.log.Last(ctx, ch.id); err == nil {
			close(ch.ready)
		}
		return struct{}{}, err
	}
	for {
		items, err := ch.hub.log.After(ctx, ch.id, ch.cursor, batch)
		if err != nil {
			return struct{}{}, err
		}
		for _, it := range items {
			ch.cursor = it.ID
			ch.send(it)
		}
		if len(items) < batch {
			return struct{}{}, nil
		}
	}
}

func (ch *channel) send(it Item) {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	ch.rest(it.From)
	for _, c := range ch.conns {
		if !c.deaf(it.From) {
			c.Send(it.Data)
		}
	}
}
