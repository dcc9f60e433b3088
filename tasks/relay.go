package tasks

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

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
			partial, data, err := d.shows(ctx, p)
			if errors.Is(err, gorm.ErrRecordNotFound) {
				continue // deleted meanwhile
			} else if err != nil {
				return seen, err
			}
			html, err := d.Pages.Fragment(partial, data)
			if err != nil {
				return seen, err
			}
			d.Live.Publish(topic, html)
		}
		if p.State == models.Ready && d.Live.Watched(MemberTopic(p.UserID)) {
			d.Told(ctx, []int64{p.UserID})
		}
	}
	return now, err
}

// publish pushes the very partial that shows the photo: on its own page, or in
// the post that it is attached to.
func (d *Deps) publish(ctx context.Context, p models.Photo) {
	partial, data, err := d.shows(ctx, p)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return // deleted meanwhile
	} else if err != nil {
		d.Log.ErrorContext(ctx, "publish photo", "photo", p.ID, "error", err)
		return
	}
	d.Publish(ctx, PhotoTopic(p.ID), partial, data)
}

func (d *Deps) shows(ctx context.Context, p models.Photo) (partial string, data any, err error) {
	if !p.Attached {
		return "photo_status", p, nil
	}
	file, err := models.AttachmentOfPhoto(ctx, d.DB.Read, p.ID)
	return "post_file", file, err
}
