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
	Quiet   bool  `json:"quiet,omitempty"` // its owner need not hear of its end
}

// Kind names the job in the queue. Jobs outlive deploys, so it never changes.
func (ProcessPhoto) Kind() string { return "photo.process" }

// Policy tries again soon, because somebody is watching the page. After the last
// attempt the photo has failed; five suffice for a process that is killed now
// and then. The deadline leaves time around photoDeadline to wait for memory and
// to write the result; who waits longer tries again later.
func (ProcessPhoto) Policy() queue.Policy {
	return queue.Policy{
		Title: "Cut a photo to its sizes", Queue: QueueMedia, Attempts: 5, Backoff: queue.Squares(time.Second),
		Deadline: 2*photoDeadline + 15*time.Second, Idempotence: "the key of what is made: bytes, crop and pipeline",
	}
}

// Subject is the photo.
func (p ProcessPhoto) Subject() (id int64, page string) { return p.PhotoID, "photo" }

type processPhotoWorker struct{ d *Deps }

// Work may run twice for one job, after a crash. Doing it again gives the same
// files; what is shown changes in the transaction that completes the job. A
// photo that was given another crop meanwhile is cut once more.
func (w *processPhotoWorker) Work(ctx context.Context, job *river.Job[ProcessPhoto]) error {
	var p models.Photo // as it was cut last
	for {
		now, err := models.PhotosIn(w.d.DB.Read).Get(ctx, job.Args.PhotoID)
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return errors.Join(w.d.forget(p), w.end(ctx, job, models.TaskCancelled, wordsDeleted)) // while it waited or was worked on
		}
		if err != nil {
			return err
		}
		if now.State == models.Failed || now.Current() {
			return w.over(ctx, job, now)
		}
		p = now
		err = w.d.cut(ctx, &p, func(percent int) { w.progress(ctx, job, &p, percent) })
		done := false
		if err == nil {
			done, err = w.finish(ctx, job, p)
		}
		if errors.Is(err, errEnded) {
			return river.JobCancel(err)
		}
		if err != nil {
			return w.trouble(ctx, job, p, err)
		}
		if done {
			return nil
		}
	}
}

// over ends the job of a photo on which nothing is left to do. Who left it so may
// have told nobody.
func (w *processPhotoWorker) over(ctx context.Context, job *river.Job[ProcessPhoto], p models.Photo) error {
	w.d.publish(ctx, p)
	if p.State == models.Failed {
		return w.end(ctx, job, models.TaskFailed, p.Failure)
	}
	return w.end(ctx, job, models.TaskDone, "")
}

// end ends the task where the job has no effect.
func (w *processPhotoWorker) end(ctx context.Context, job *river.Job[ProcessPhoto], state models.TaskState, words string) error {
	return w.d.DB.Tx(ctx, func(tx *gorm.DB) error { return w.d.EndTask(ctx, tx, job.ID, state, words) })
}

// trouble ends the job when trying again is of no use, or was of none.
func (w *processPhotoWorker) trouble(ctx context.Context, job *river.Job[ProcessPhoto], p models.Photo, err error) error {
	if words, ok := verdict(err); ok {
		return w.giveUp(ctx, job, p, words)
	}
	if ctx.Err() == nil && job.Attempt >= job.MaxAttempts {
		return errors.Join(err, w.giveUp(ctx, job, p, wordsGaveUp))
	}
	return err
}

// progress is a courtesy: when it cannot be noted, the work goes on.
func (w *processPhotoWorker) progress(ctx context.Context, job *river.Job[ProcessPhoto], p *models.Photo, percent int) {
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
	w.d.progressed(ctx, job.JobRow, percent)
}

// errNotDone takes back the end of a task whose effect did not come about.
var errNotDone = errors.New("tasks: not done")

// finish shows what was made and ends the task and the job, in one transaction. It
// answers false when the photo is gone or final, or is to show another part
// meanwhile, or has lost some of what was cut. The error is errEnded when the task
// was cancelled meanwhile: then nothing is shown.
func (w *processPhotoWorker) finish(ctx context.Context, job *river.Job[ProcessPhoto], p models.Photo) (done bool, err error) {
	var told []int64
	err = w.d.DB.Tx(ctx, func(tx *gorm.DB) (err error) {
		if err := queue.CompleteTx(ctx, tx, job); err != nil {
			return err
		}
		if err := w.d.endTask(ctx, tx, job.ID, models.TaskDone, ""); err != nil {
			return err
		}
		if p.State == models.Ready {
			done, err = w.d.show(ctx, tx, p, models.Recut)
		} else if done, err = w.d.show(ctx, tx, p, models.Finish); err == nil && done && !p.Attached && !job.Args.Quiet {
			told, err = models.NotifyPhoto(ctx, tx, p, models.Ready)
		}
		if err != nil {
			return fmt.Errorf("finish photo: %w", err)
		}
		if !done {
			return errNotDone
		}
		return nil
	})
	if errors.Is(err, errNotDone) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	p.State, p.Progress, p.Failure = models.Ready, 100, ""
	w.d.Figures.Photos.With(photoReady).Inc()
	w.d.publish(ctx, p)
	w.d.Told(ctx, told)
	return true, nil
}

// giveUp ends the work on the photo with words for its owner, and task and job
// with it.
func (w *processPhotoWorker) giveUp(ctx context.Context, job *river.Job[ProcessPhoto], p models.Photo, words string) error {
	left, told := p.State, []int64(nil)
	err := w.d.DB.Tx(ctx, func(tx *gorm.DB) (err error) {
		if words != wordsGaveUp { // our fault: then the job fails too, and staff see it
			err = queue.CompleteTx(ctx, tx, job)
		}
		if err != nil {
			return err
		}
		if err := w.d.EndTask(ctx, tx, job.ID, models.TaskFailed, words); err != nil {
			return err
		}
		if left, err = models.GiveUp(ctx, tx, p.ID, words); err != nil {
			return err
		}
		if left != models.Failed {
			return nil
		}
		if !p.Attached && !job.Args.Quiet {
			if told, err = models.NotifyPhoto(ctx, tx, p, models.Failed); err != nil {
				return err
			}
		}
		return w.d.Media.RemoveAll(sizes(p)) // an earlier attempt may have come further
	})
	if err != nil || left == "" {
		return err
	}
	p.State, p.Progress, p.Failure = left, 100, words
	w.d.Figures.Photos.With(photoFailed).Inc()
	w.d.publish(ctx, p)
	w.d.Told(ctx, told)
	return nil
}
