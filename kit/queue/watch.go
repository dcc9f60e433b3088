package queue

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"superbook/kit/async"
)

// watchEvery is how often a process that works jobs of one SQLite file looks what
// others have asked of it.
const watchEvery = 500 * time.Millisecond

// watch finds in the tables what another process has asked for, and which have
// died: on SQLite nothing else carries it over. It looks for cancelled jobs only while jobs run
// here; whether queues are paused is three rows.
type watch struct {
	river.MiddlewareDefaults
	q      *Queue
	cancel context.CancelFunc
	ended  chan struct{}

	mu      sync.Mutex
	running map[int64]string // jobs in work here, with their queues
}

// Work keeps count of what is worked here.
func (w *watch) Work(ctx context.Context, job *rivertype.JobRow, work func(context.Context) error) error {
	w.mu.Lock()
	w.running[job.ID] = job.Queue
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.running, job.ID)
	}()
	return work(ctx)
}

func (w *watch) start(ctx context.Context) {
	ctx, w.cancel = context.WithCancel(ctx)
	w.ended = make(chan struct{})
	go w.run(ctx)
}

func (w *watch) stop() {
	w.cancel()
	<-w.ended
}

func (w *watch) run(ctx context.Context) {
	defer close(w.ended)
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	paused := map[string]bool{} // as the workers know it
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		_, err := async.Guard(ctx, func(ctx context.Context) (struct{}, error) { return struct{}{}, w.look(ctx, paused) })
		if err != nil && ctx.Err() == nil {
			w.q.log.WarnContext(ctx, "what other processes ask of the queue", "error", err)
		}
	}
}

func (w *watch) look(ctx context.Context, paused map[string]bool) error {
	if err := errors.Join(w.q.buryBeside(ctx), w.pauses(ctx, paused)); err != nil {
		return err
	}
	w.mu.Lock()
	mine := maps.Clone(w.running)
	w.mu.Unlock()
	if len(mine) == 0 {
		return nil
	}
	var ids []int64
	err := w.q.ask(ctx, "SELECT id FROM river_job WHERE state = 'running' AND "+w.q.words().cancel+" IS NOT NULL", nil, &ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if queue, ok := mine[id]; ok { // said again until it has ended; River does not mind
			if err := w.q.alarm.control(ctx, message{Action: "cancel", JobID: id, Queue: queue}); err != nil {
				return err
			}
		}
	}
	return nil
}

// pauses passes on what has changed since the last look. Workers read for
// themselves how their queue is when they start; saying it again does no harm.
func (w *watch) pauses(ctx context.Context, known map[string]bool) error {
	var rows []struct {
		Name   string
		Paused bool
	}
	if err := w.q.ask(ctx, "SELECT name, paused_at IS NOT NULL AS paused FROM river_queue", nil, &rows); err != nil {
		return err
	}
	for _, r := range rows {
		if was, ok := known[r.Name]; ok && was == r.Paused {
			continue
		}
		if err := w.q.sayPaused(ctx, r.Name, r.Paused); err != nil {
			return err
		}
		known[r.Name] = r.Paused
	}
	return nil
}

func (q *Queue) sayPaused(ctx context.Context, name string, paused bool) error {
	action := "resume"
	if paused {
		action = "pause"
	}
	return q.alarm.control(ctx, message{Action: action, Queue: name})
}
