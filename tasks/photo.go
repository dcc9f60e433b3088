package tasks

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"gorm.io/gorm"

	"superbook/kit/queue"
	"superbook/models"
)

// ProcessPhoto cuts a submitted photo to its sizes. It carries the photo's
// number, not the photo: by the time it runs, the photo may have changed.
type ProcessPhoto struct {
	PhotoID int64 `json:"photo_id"`
	Quiet   bool  `json:"quiet,omitempty"` // its owner need not hear that it is ready
}

// Kind names the job in the queue. Jobs outlive deploys, so it never changes.
func (ProcessPhoto) Kind() string { return "photo.process" }

// InsertOpts puts the job in the queue for media. After the last attempt the
// photo has failed; five suffice for a process that is killed now and then.
func (ProcessPhoto) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: QueueMedia, MaxAttempts: 5}
}

type processPhotoWorker struct {
	river.WorkerDefaults[ProcessPhoto]
	d *Deps
}

// Timeout leaves time around photoDeadline to wait for memory and to write the
// result. Who waits longer tries again later.
func (*processPhotoWorker) Timeout(*river.Job[ProcessPhoto]) time.Duration {
	return 2*photoDeadline + 15*time.Second
}

// NextRetry waits 1, 4, 9, 16 seconds: somebody is watching the page.
func (*processPhotoWorker) NextRetry(job *river.Job[ProcessPhoto]) time.Time {
	return time.Now().Add(time.Duration(job.Attempt*job.Attempt) * time.Second)
}

// Work may run twice for one job, after a crash. Doing it again gives the same
// files; what is shown changes in the transaction that completes the job. A
// photo that was given another crop meanwhile is cut once more.
func (w *processPhotoWorker) Work(ctx context.Context, job *river.Job[ProcessPhoto]) error {
	var p models.Photo // as it was cut last
	for {
		now, err := models.PhotosIn(w.d.DB.Read).Get(ctx, job.Args.PhotoID)
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return w.d.forget(p) // deleted while it waited or was worked on
		}
		if err != nil {
			return err
		}
		if now.State == models.Failed || now.Current() {
			w.d.publish(ctx, now) // who made it so may have told nobody
			return nil
		}
		p = now
		err = w.d.cut(ctx, &p, func(percent int) { w.progress(ctx, &p, percent) })
		done := false
		if err == nil {
			done, err = w.finish(ctx, job, p)
		}
		if err != nil {
			return w.trouble(ctx, job, p, err)
		}
		if done {
			return nil
		}
	}
}

// trouble ends the job when trying again is of no use, or was of none.
func (w *processPhotoWorker) trouble(ctx context.Context, job *river.Job[ProcessPhoto], p models.Photo, err error) error {
	if words, ok := verdict(err); ok {
		return w.giveUp(ctx, job, p, words)
	}
	if ctx.Err() == nil && job.Attempt >= job.MaxAttempts {
		w.d.Log.ErrorContext(ctx, "photo given up", "photo", p.ID, "error", err)
		return w.giveUp(ctx, job, p, wordsGaveUp)
	}
	return err
}

// progress is a courtesy: when it cannot be noted, the work goes on.
func (w *processPhotoWorker) progress(ctx context.Context, p *models.Photo, percent int) {
	percent = min(percent, 95) // the rest is writing the files
	if percent < p.Progress+10 && p.State != models.Queued {
		return
	}
	advance, state := models.Advance, models.Processing
	if p.State == models.Ready {
		advance, state = models.AdvanceRecut, models.Ready
	}
	going, err := advance(ctx, w.d.DB.Write, p.ID, percent)
	if err != nil || !going {
		if err != nil && ctx.Err() == nil {
			w.d.Log.WarnContext(ctx, "photo progress not noted", "photo", p.ID, "error", err)
		}
		return
	}
	p.State, p.Progress = state, percent
	w.d.publish(ctx, *p)
}

// finish shows what was made and completes the job in one transaction. It answers
// false when the photo is gone or final, or is to show another part meanwhile, or has lost some of
// what was cut.
func (w *processPhotoWorker) finish(ctx context.Context, job *river.Job[ProcessPhoto], p models.Photo) (done bool, err error) {
	var told []int64
	err = w.d.DB.Tx(ctx, func(tx *gorm.DB) (err error) {
		if p.State == models.Ready {
			done, err = w.d.show(ctx, tx, p, models.Recut)
		} else if done, err = w.d.show(ctx, tx, p, models.Finish); err == nil && done && !p.Attached && !job.Args.Quiet {
			told, err = models.NotifyPhoto(ctx, tx, p)
		}
		if err != nil {
			return fmt.Errorf("finish photo: %w", err)
		}
		if !done {
			return nil
		}
		return queue.CompleteTx(ctx, tx, job)
	})
	if err != nil || !done {
		return false, err
	}
	p.State, p.Progress, p.Failure = models.Ready, 100, ""
	w.d.publish(ctx, p)
	w.d.Told(ctx, told)
	return true, nil
}

// giveUp ends the work on the photo with words for its owner, and the job with it.
func (w *processPhotoWorker) giveUp(ctx context.Context, job *river.Job[ProcessPhoto], p models.Photo, words string) error {
	left := p.State
	err := w.d.DB.Tx(ctx, func(tx *gorm.DB) (err error) {
		if left, err = models.GiveUp(ctx, tx, p.ID, words); err != nil {
			return err
		}
		if left == models.Failed { // an earlier attempt may have come further
			if err := w.d.Media.RemoveAll(sizes(p)); err != nil {
				return err
			}
		}
		return queue.CompleteTx(ctx, tx, job)
	})
	if err != nil || left == "" {
		return err
	}
	p.State, p.Progress, p.Failure = left, 100, words
	w.d.publish(ctx, p)
	return nil
}
