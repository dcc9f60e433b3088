package chat

import (
	"context"
	"fmt"
	"time"

	"github.com/coder/websocket"
)

var (
	readyFrame = []byte(`{"type":"ready"}`)
	resetFrame = []byte(`{"type":"reset"}`)
	beatFrame  = []byte(`{"type":"beat"}`)
)

func (c *Conn) write(ctx context.Context) (_ struct{}, err error) {
	if err := c.replay(ctx); err != nil {
		return struct{}{}, err
	}
	beat := time.NewTicker(c.hub.opts.Beat)
	defer beat.Stop()
	for err == nil {
		select {
		case <-ctx.Done():
			return struct{}{}, nil
		case frame := <-c.queue:
			err = c.put(frame)
		case <-beat.C:
			err = c.beat()
		}
	}
	return struct{}{}, err
}

// replay sends what the client has missed, before anything that the queue
// holds by then: so the ids come in order, and the last one a client has seen
// says all. What was added since it joined comes twice, under the same id.
func (c *Conn) replay(ctx context.Context) error {
	select {
	case <-c.ch.ready:
	case <-ctx.Done():
		return nil
	}
	items, err := c.hub.log.After(ctx, c.seat.Channel, c.seat.Last, c.hub.opts.Replay+1)
	if err != nil {
		return fmt.Errorf("read what was missed: %w", err)
	}
	if len(items) > c.hub.opts.Replay {
		return c.put(resetFrame)
	}
	for _, it := range items {
		if c.deaf(it.From) {
			continue
		}
		if err := c.put(it.Data); err != nil {
			return err
		}
	}
	return c.put(readyFrame)
}

func (c *Conn) put(frame []byte) error {
	ctx, stop := context.WithTimeout(c.line, c.hub.opts.WriteLimit)
	defer stop()
	if err := c.ws.Write(ctx, websocket.MessageText, frame); err != nil {
		return wire{err}
	}
	return nil
}

// beat shows the client that we are here, and asks whether it still is. Pages
// cannot see pings, so there is a frame as well.
func (c *Conn) beat() error {
	if err := c.put(beatFrame); err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(c.ctx, c.hub.opts.WriteLimit)
	defer stop()
	if err := c.ws.Ping(ctx); err != nil {
		return wire{err}
	}
	return nil
}
