package tasks

import (
	"context"
	"errors"
	"maps"
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
	seen, told := time.Now().UTC(), map[int64]int{}
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		next, err := async.Guard(ctx, func(ctx context.Context) (time.Time, error) {
			if err := d.relayTasks(ctx, seen, told); err != nil {
				return seen, err
			}
			return d.relay(ctx, seen)
		})
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
	if err := d.relaySchedules(ctx, seen); err != nil {
		return seen, err
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

// relayTasks publishes how the followed tasks stand that have changed. told has the
// version of each as it was published last, so that none comes twice.
func (d *Deps) relayTasks(ctx context.Context, seen time.Time, told map[int64]int) error {
	if d.Live.Len() == 0 {
		return nil
	}
	changed, err := models.TasksIn(d.DB.Read).ChangedAfter(seen.Add(-overlap)).Find(ctx)
	if err != nil {
		return err
	}
	before := maps.Clone(told)
	clear(told) // what no longer shows up is old enough to be forgotten
	for _, t := range changed {
		told[t.ID] = t.Version
		if before[t.ID] < t.Version && d.Live.Watched(TaskTopic(t.ID)) {
			d.publishTask(ctx, t)
		}
	}
	return nil
}

func (d *Deps) relaySchedules(ctx context.Context, seen time.Time) error {
	if !d.Live.Watched(SchedulesTopic) {
		return nil
	}
	rows, err := models.SchedulesIn(d.DB.Read).ChangedAfter(seen.Add(-overlap)).Find(ctx)
	for _, s := range rows {
		d.PublishSchedule(ctx, s)
	}
	return err
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
