package tasks

import (
	"context"
	"errors"
	"maps"
	"math"
	"time"

	"superbook/kit/queue"
	"superbook/models"
)

// settled is how long after its end a job stands in the database for sure: workers
// write ends in batches.
const settled = 2 * time.Second

// countFor bounds one count, when the database does not answer.
const countFor = 2 * time.Second

// work is what all processes have brought to its end since the pulse began. Who
// looks at it may sit in a process that works nothing.
type work struct {
	until         time.Time
	done          map[string]float64 // jobs, by queue
	ready, failed float64            // photos
	known         bool               // whether the newest part could be counted
}

// count adds what has ended since the last count. What the database did not tell
// then is left out for good, so that it is no peak later.
func (w *work) count(ctx context.Context, p *Pulse, at time.Time) error {
	from, to := w.until, at.Add(-settled)
	if !to.After(from) {
		return nil
	}
	w.until, w.known = to, false
	if from.IsZero() {
		w.known = true
		return nil
	}
	ctx, stop := context.WithTimeout(ctx, countFor)
	defer stop()
	ended, err := p.Depths.Jobs.Ended(ctx, from, to)
	ready, failed, wrong := models.CountEnded(ctx, p.News.DB.Read, ProcessPhoto{}.Kind(), from, to)
	if err = errors.Join(err, wrong); err != nil {
		return err
	}
	w.done = maps.Clone(w.done) // readings keep the old one
	if w.done == nil {
		w.done = map[string]float64{}
	}
	for _, e := range ended {
		if e.State == queue.Done {
			w.done[e.Queue] += e.Jobs
		}
	}
	w.ready, w.failed, w.known = w.ready+float64(ready), w.failed+float64(failed), true
	return nil
}

// worked is what was done between two readings, per second; NaN when nobody knows.
type worked struct {
	done          map[string]float64
	ready, failed float64
	known         bool
}

func (w work) since(old work, seconds float64) worked {
	rate := func(now, before float64) float64 {
		if !w.known {
			return math.NaN()
		}
		return (now - before) / seconds
	}
	out := worked{map[string]float64{}, rate(w.ready, old.ready), rate(w.failed, old.failed), w.known}
	for queue, n := range w.done {
		out.done[queue] = rate(n, old.done[queue])
	}
	return out
}

// inQueue is the rate of one queue.
func (w worked) inQueue(queue string) float64 {
	if !w.known {
		return math.NaN()
	}
	return w.done[queue]
}
