package tasks

import (
	"context"
	"time"

	"superbook/kit/async"
	"superbook/models"
)

// relayEvery is how often a process that works no jobs looks for what another
// one has done.
const relayEvery = 300 * time.Millisecond

// Relay publishes changes that a worker in another process made, to the pages
// that are open in this one, until ctx ends. It asks nothing while nobody
// follows.
func (d *Deps) Relay(ctx context.Context) {
	tick := time.NewTicker(relayEvery)
	defer tick.Stop()
	seen := time.Now().UTC()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		next, err := async.Guard(ctx, func(ctx context.Context) (time.Time, error) { return d.relay(ctx, seen) })
		if err == nil {
			seen = next
		} else if ctx.Err() == nil {
			d.Log.WarnContext(ctx, "relay of live changes", "error", err)
		}
	}
}

// overlap covers clocks that differ a little, and transactions that commit in
// another order than they read the clock. A fragment that comes twice does no harm.
const overlap = 2 * time.Second

func (d *Deps) relay(ctx context.Context, seen time.Time) (time.Time, error) {
	now := time.Now().UTC()
	if d.Live.Len() == 0 {
		return now, nil
	}
	photos, err := models.PhotosIn(d.DB.Read).ChangedAfter(seen.Add(-overlap)).Find(ctx)
	for _, p := range photos {
		if topic := PhotoTopic(p.ID); d.Live.Watched(topic) {
			html, err := d.Pages.Fragment("photo_status", p)
			if err != nil {
				return seen, err
			}
			d.Live.Publish(topic, html)
		}
	}
	return now, err
}

// publish pushes the very partial that the photo's page shows.
func (d *Deps) publish(ctx context.Context, p models.Photo) {
	html, err := d.Pages.Fragment("photo_status", p)
	if err != nil {
		d.Log.ErrorContext(ctx, "photo fragment", "photo", p.ID, "error", err)
		return
	}
	d.Live.Publish(PhotoTopic(p.ID), html)
}
