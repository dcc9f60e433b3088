package tasks

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/riverqueue/river/rivertype"
	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/models"
)

// Words for the owner of work that we have ended by hand.
const (
	wordsCancelledByUs = "This was cancelled by us. Submit it again if you still want it."
	wordsDiscardedByUs = "This was given up by us. Submit it again if you still want it."
)

// Words for staff about a run, behind those for its state.
const (
	runCancelled   = "by hand"
	runDiscarded   = "discarded by hand"
	runInterrupted = "the site was stopped in the last attempt"
)

// Interrupted ends the tasks, and notes the runs of schedules, whose jobs a crash
// has ended in their last attempt. It runs in the transaction that discards them.
func (d *Deps) Interrupted(ctx context.Context, tx *gorm.DB, jobs []*rivertype.JobRow) error {
	return d.drop(ctx, tx, jobs, models.TaskFailed, runInterrupted, "")
}

// Discarded does the same for jobs that staff have discarded.
func (d *Deps) Discarded(ctx context.Context, tx *gorm.DB, jobs []*rivertype.JobRow) error {
	return d.drop(ctx, tx, jobs, models.TaskFailed, runDiscarded, wordsDiscardedByUs)
}

// Cancelled does the same for jobs that staff have cancelled: a worker which has
// not noticed yet can no longer finish.
func (d *Deps) Cancelled(ctx context.Context, tx *gorm.DB, jobs []*rivertype.JobRow) error {
	return d.drop(ctx, tx, jobs, models.TaskCancelled, runCancelled, wordsCancelledByUs)
}

// drop ends what follows jobs that end without their effect, and has what they
// worked on wait no more. run are words for staff; words are for the owner, those
// of the kind when "".
func (d *Deps) drop(ctx context.Context, tx *gorm.DB, jobs []*rivertype.JobRow, state models.TaskState, run, words string) error {
	for _, job := range jobs {
		if err := d.noteRunTx(ctx, tx, job.ID, state, run); err != nil {
			return err
		}
		if err := onDelivery(job, func(id int64, run int) error { return models.StopDelivery(ctx, tx, id, run) }); err != nil {
			return err
		}
		f, ok := d.followed[job.Kind]
		if !ok {
			continue
		}
		err := d.dropTask(ctx, tx, job.ID, job.Kind, job.EncodedArgs, state, cmp.Or(words, f.gaveUp))
		if err != nil && !errors.Is(err, errEnded) {
			return err
		}
	}
	return nil
}

// noteRunTx notes how a run of a schedule ended, and shows it after the commit.
func (d *Deps) noteRunTx(ctx context.Context, tx *gorm.DB, job int64, state models.TaskState, words string) error {
	s, ok, err := models.NoteRun(ctx, tx, job, state, words)
	if err == nil && ok {
		db.AfterCommit(tx, func() { d.PublishSchedule(context.WithoutCancel(ctx), s) })
	}
	return err
}

// Retried has wait again what jobs worked on that staff have put back. Without it
// the worker would find that there is nothing left to do.
func (d *Deps) Retried(ctx context.Context, tx *gorm.DB, jobs []*rivertype.JobRow) error {
	for _, job := range jobs {
		t, reopened, err := models.ReopenTask(ctx, tx, job.ID)
		if err != nil {
			return err
		}
		if reopened {
			db.AfterCommit(tx, func() { d.publishTask(ctx, t) })
		}
		if err := onDelivery(job, func(id int64, run int) error { return models.ResumeDelivery(ctx, tx, id, run) }); err != nil {
			return err
		}
		if job.Kind != (ProcessPhoto{}).Kind() {
			continue
		}
		var args ProcessPhoto
		if err := json.Unmarshal(job.EncodedArgs, &args); err != nil {
			return fmt.Errorf("read job %d: %w", job.ID, err)
		}
		if _, err := models.Requeue(ctx, tx, args.PhotoID); err != nil {
			return err
		}
		db.AfterCommit(tx, func() { d.showPhoto(context.WithoutCancel(ctx), args.PhotoID) })
	}
	return nil
}

// onDelivery has something done with the delivery that a job is about, if it is
// about one.
func onDelivery(job *rivertype.JobRow, do func(id int64, run int) error) error {
	if job.Kind != (WebhookSend{}).Kind() {
		return nil
	}
	var args WebhookSend
	if err := json.Unmarshal(job.EncodedArgs, &args); err != nil {
		return fmt.Errorf("read job %d: %w", job.ID, err)
	}
	return do(args.DeliveryID, args.Run)
}

// showPhoto pushes a photo as it is now to the pages that follow it. One that was
// deleted has none.
func (d *Deps) showPhoto(ctx context.Context, id int64) {
	p, err := models.PhotosIn(d.DB.Read).Get(ctx, id)
	switch {
	case err == nil:
		d.publish(ctx, p)
	case !errors.Is(err, gorm.ErrRecordNotFound):
		d.Log.WarnContext(ctx, "photo not shown after its job was changed", "photo", id, "error", err)
	}
}
