package tasks

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"gorm.io/gorm"

	"superbook/kit/photo"
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

// photoDeadline ends the work on a photo that takes too long to decode.
const photoDeadline = 60 * time.Second

type processPhotoWorker struct {
	river.WorkerDefaults[ProcessPhoto]
	d *Deps
}

// Timeout leaves time after photoDeadline to write the result.
func (*processPhotoWorker) Timeout(*river.Job[ProcessPhoto]) time.Duration {
	return photoDeadline + 15*time.Second
}

// NextRetry waits 1, 4, 9, 16 seconds: somebody is watching the page.
func (*processPhotoWorker) NextRetry(job *river.Job[ProcessPhoto]) time.Time {
	return time.Now().Add(time.Duration(job.Attempt*job.Attempt) * time.Second)
}

// Work may run twice for one job, after a crash. Doing it again gives the same
// files; the photo's state changes in the transaction that completes the job.
func (w *processPhotoWorker) Work(ctx context.Context, job *river.Job[ProcessPhoto]) error {
	p, err := models.PhotosIn(w.d.DB.Read).Get(ctx, job.Args.PhotoID)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil // deleted while it waited
	}
	if err != nil || p.Final() {
		return err
	}
	result, err := w.process(ctx, p)
	if words, ok := verdict(ctx, err); ok {
		return w.fail(ctx, job, p, words)
	}
	if err == nil {
		err = w.finish(ctx, job, p, result)
	}
	if err != nil && ctx.Err() == nil && job.Attempt >= job.MaxAttempts {
		w.d.Log.ErrorContext(ctx, "photo given up", "photo", p.ID, "error", err)
		return w.fail(ctx, job, p, wordsGaveUp)
	}
	return err
}

// verdict tells what is the photo's own fault, which trying again cannot mend,
// from what is ours.
func verdict(ctx context.Context, err error) (words string, final bool) {
	if r := (*photo.Refusal)(nil); errors.As(err, &r) {
		return r.Words(), true
	}
	if errors.Is(err, photo.ErrBusy) {
		return "", false
	}
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return "This photo took too long to process. Save it anew as a JPEG and submit that.", true
	}
	return "", false
}

// process decodes the original and cuts it, and tells of its progress.
func (w *processPhotoWorker) process(ctx context.Context, p models.Photo) (photo.Result, error) {
	ctx, stop := context.WithTimeout(ctx, photoDeadline)
	defer stop()
	w.progress(ctx, &p, 1)
	f, err := w.d.Media.Open(Original(p.Folder))
	if err != nil {
		return photo.Result{}, fmt.Errorf("open the original: %w", err)
	}
	defer f.Close()
	stat, err := f.Stat()
	if err != nil {
		return photo.Result{}, fmt.Errorf("open the original: %w", err)
	}
	return photo.Process(ctx, f, stat.Size(), photo.Options{
		Budget:   w.d.Budget,
		Progress: func(percent int) { w.progress(ctx, &p, percent) },
	})
}

// progress is a courtesy: when it cannot be noted, the work goes on.
func (w *processPhotoWorker) progress(ctx context.Context, p *models.Photo, percent int) {
	percent = min(percent, 95) // the rest is writing the files
	if percent < p.Progress+10 && p.State == models.Processing {
		return
	}
	going, err := models.Advance(ctx, w.d.DB.Write, p.ID, percent)
	if err != nil || !going {
		if err != nil && ctx.Err() == nil {
			w.d.Log.WarnContext(ctx, "photo progress not noted", "photo", p.ID, "error", err)
		}
		return
	}
	p.State, p.Progress = models.Processing, percent
	w.d.publish(ctx, *p)
}

// finish stores the variants, then makes the photo ready and the job complete
// in one transaction.
func (w *processPhotoWorker) finish(ctx context.Context, job *river.Job[ProcessPhoto], p models.Photo, r photo.Result) error {
	p.Version, p.Placeholder, p.Width, p.Height = version(r), r.Placeholder, r.Width, r.Height
	for _, v := range r.Variants {
		if err := w.d.Media.Write(ctx, sized(sizes(p), p.Version, v.Name), v.JPEG); err != nil {
			return fmt.Errorf("store variant: %w", err)
		}
	}
	done, told := false, []int64(nil)
	err := w.d.DB.Tx(ctx, func(tx *gorm.DB) (err error) {
		if done, err = models.Finish(ctx, tx, p); err != nil {
			return fmt.Errorf("finish photo: %w", err)
		}
		if !done {
			err = w.forget(ctx, tx, p)
		} else if !p.Attached && !job.Args.Quiet {
			told, err = models.NotifyPhoto(ctx, tx, p)
		}
		if err != nil {
			return err
		}
		return queue.CompleteTx(ctx, tx, job)
	})
	if err != nil || !done {
		return err
	}
	p.State, p.Progress = models.Ready, 100
	w.d.publish(ctx, p)
	w.d.Told(ctx, told)
	return nil
}

// forget removes the variants of a photo that was deleted while we worked:
// nobody else will. A photo that is final already keeps its files.
func (w *processPhotoWorker) forget(ctx context.Context, tx *gorm.DB, p models.Photo) error {
	_, err := models.PhotosIn(tx).Get(ctx, p.ID)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return w.d.Media.RemoveAll(sizes(p))
	}
	return err
}

// fail ends the photo with words for its owner, and the job with it.
func (w *processPhotoWorker) fail(ctx context.Context, job *river.Job[ProcessPhoto], p models.Photo, words string) error {
	err := w.d.DB.Tx(ctx, func(tx *gorm.DB) error {
		failed, err := models.Fail(ctx, tx, p.ID, words)
		if err != nil {
			return fmt.Errorf("fail photo: %w", err)
		}
		if failed { // an earlier attempt may have come further
			if err := w.d.Media.RemoveAll(sizes(p)); err != nil {
				return err
			}
		}
		return queue.CompleteTx(ctx, tx, job)
	})
	if err != nil {
		return err
	}
	p.State, p.Failure = models.Failed, words
	w.d.publish(ctx, p)
	return nil
}

// version names a set of variants by its content, so that a new content has a
// new address and the old one may be cached for ever.
func version(r photo.Result) string {
	h := sha256.New()
	for _, v := range r.Variants {
		fmt.Fprintf(h, "%s %d\n", v.Name, len(v.JPEG))
		h.Write(v.JPEG)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}
