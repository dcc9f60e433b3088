// Package bridge carries what one process publishes to the open pages of the
// other processes on the same PostgreSQL, by its NOTIFY. On one process, or on
// SQLite, nobody needs it.
package bridge

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"superbook/kit/async"
	"superbook/kit/live"
)

const (
	channel = "live"
	// waiting is how many frames may wait for the database. Publishing never
	// waits: when there are more, the other processes are told to begin anew.
	waiting     = 1024
	pause       = time.Second     // before the next try, when the database is away
	notifyLimit = 5 * time.Second // for one frame
)

// Bridge joins a hub with those of other processes.
type Bridge struct {
	pool *pgxpool.Pool
	hub  *live.Hub
	log  *slog.Logger
	self string // tells our own frames from others'
	out  chan frame
	lost atomic.Bool // a frame did not fit into out
}

// New joins hub, from now on, with whatever other processes run a bridge on the
// pool's database. Run does the work.
func New(pool *pgxpool.Pool, hub *live.Hub, log *slog.Logger) *Bridge {
	b := &Bridge{pool: pool, hub: hub, log: log, self: rand.Text(), out: make(chan frame, waiting)}
	hub.Tap(b.send)
	return b
}

func (b *Bridge) send(topic, event, data string) {
	select {
	case b.out <- frame{b.self, topic, event, data}:
	default:
		b.lost.Store(true)
	}
}

// Run carries frames in both directions until ctx ends, and then those that still
// wait to be sent: the last words of a process are for others to hear. While the database is
// away nothing is carried; afterwards every page is told to fetch itself anew.
func (b *Bridge) Run(ctx context.Context) {
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		b.again(ctx, "send live frames", b.sendAll)
	}()
	b.again(ctx, "hear live frames", b.hearAll)
	<-sent
}

func (b *Bridge) again(ctx context.Context, what string, do func(context.Context) error) {
	for ctx.Err() == nil {
		_, err := async.Guard(ctx, func(ctx context.Context) (struct{}, error) { return struct{}{}, do(ctx) })
		if ctx.Err() != nil {
			return
		}
		b.log.WarnContext(ctx, what, "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		b.hub.Renew()
	}
}

func (b *Bridge) sendAll(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return b.sendRest(ctx)
		case f := <-b.out:
			if err := b.notify(ctx, f); err != nil {
				return err
			}
		}
	}
}

// sendRest sends what waits when ctx has ended.
func (b *Bridge) sendRest(ctx context.Context) error {
	for {
		select {
		case f := <-b.out:
			if err := b.notify(ctx, f); err != nil {
				return err
			}
		default:
			return ctx.Err()
		}
	}
}

// notify has a time of its own: a frame that is on its way when ctx ends is not
// lost.
func (b *Bridge) notify(ctx context.Context, f frame) error {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), notifyLimit)
	defer stop()
	if b.lost.Swap(false) {
		f = b.renewal()
	}
	text, err := f.encode()
	if errors.Is(err, errTooLarge) {
		text, err = b.renewal().encode()
	}
	if err != nil {
		return err
	}
	// One statement is one transaction: the parts arrive together or not at all.
	if _, err := b.pool.Exec(ctx, "SELECT pg_notify($1, part) FROM unnest($2::text[]) AS part", channel, cut(text)); err != nil {
		b.lost.Store(true)
		return fmt.Errorf("notify: %w", err)
	}
	return nil
}

// renewal tells the other processes that they have missed something.
func (b *Bridge) renewal() frame { return frame{From: b.self} }

func (b *Bridge) hearAll(ctx context.Context) error {
	conn, err := b.pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("acquire: %w", err)
	}
	own := conn.Hijack() // it listens for as long as it lives, and must not go back to the pool
	defer own.Close(context.WithoutCancel(ctx))
	if _, err := own.Exec(ctx, "LISTEN "+channel); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	for parts := new(joiner); ; {
		n, err := own.WaitForNotification(ctx)
		if err != nil {
			return fmt.Errorf("wait for a notification: %w", err)
		}
		text, whole, err := parts.add(n.Payload)
		if whole {
			err = b.hear(text)
		}
		if err != nil {
			return err
		}
	}
}

// hear passes on what another process has sent.
func (b *Bridge) hear(text string) error {
	f, err := decode(text)
	switch {
	case err != nil:
		return err
	case f.From == b.self:
	case f.Topic == "" && f.Event == live.DropEvent:
		b.hub.DropHere(f.Data)
	case f.Topic == "":
		b.hub.Renew()
	default:
		b.hub.Pass(f.Topic, f.Event, f.Data)
	}
	return nil
}
