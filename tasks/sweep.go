package tasks

import (
	"context"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"gorm.io/gorm"

	"superbook/kit/auth"
	"superbook/models"
)

// Sweep tidies what crashes and time leave behind: expired sessions, files
// that nothing owns, photos that no job works on, attachments whose post was
// never sent, uploads that never ended, addresses that nobody confirmed.
type Sweep struct{}

// Kind names the job in the queue. Jobs outlive deploys, so it never changes.
func (Sweep) Kind() string { return "sweep" }

// InsertOpts lets only one sweep wait or run at a time.
func (Sweep) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: 2, UniqueOpts: river.UniqueOpts{ByPeriod: 10 * time.Minute}}
}

// grace is how old a file without a photo must be before it goes: a submission
// writes its file first and its row after.
const grace = time.Hour

type sweepWorker struct {
	river.WorkerDefaults[Sweep]
	d *Deps
}

// Timeout stops a sweep that hangs.
func (*sweepWorker) Timeout(*river.Job[Sweep]) time.Duration { return 10 * time.Minute }

// Work sweeps.
func (w *sweepWorker) Work(ctx context.Context, _ *river.Job[Sweep]) error {
	return SweepNow(ctx, w.d, grace)
}

// SweepNow does the whole sweep, for files older than the grace.
func SweepNow(ctx context.Context, d *Deps, grace time.Duration) error {
	sessions, err := auth.NewStore(d.DB.Read, d.DB.Write).DeleteExpired(ctx)
	if err != nil {
		return fmt.Errorf("sweep sessions: %w", err)
	}
	temps, err := d.Media.SweepTemp(ctx, grace)
	if err != nil {
		return fmt.Errorf("sweep temporary files: %w", err)
	}
	stuck, err := giveUpStuck(ctx, d, time.Now().UTC().Add(-stuckAfter))
	if err != nil {
		return fmt.Errorf("sweep photos: %w", err)
	}
	unsent, err := forgetUnsent(ctx, d, time.Now().UTC().Add(-UnsentFor))
	if err != nil {
		return fmt.Errorf("sweep attachments: %w", err)
	}
	orphans, err := sweepMedia(ctx, d, grace)
	if err != nil {
		return fmt.Errorf("sweep media: %w", err)
	}
	uploads, err := sweepUploads(ctx, d, time.Now().Add(-grace))
	if err != nil {
		return fmt.Errorf("sweep uploads: %w", err)
	}
	unconfirmed, err := sweepSubscribers(ctx, d)
	if err != nil {
		return fmt.Errorf("sweep subscribers: %w", err)
	}
	if sessions > 0 || temps > 0 || stuck > 0 || unsent > 0 || orphans > 0 || uploads > 0 || unconfirmed > 0 {
		d.Log.InfoContext(ctx, "swept", "unconfirmed_subscribers", unconfirmed, "sessions", sessions, "temporary_files", temps,
			"photos_given_up", stuck, "unsent_attachments", unsent, "orphaned_files", orphans, "uploads", uploads)
	}
	return nil
}

// UnsentFor is how long an attachment waits for its post.
const UnsentFor = 24 * time.Hour

// forgetUnsent forgets the attachments that wait since before a time, a batch
// in each transaction. Rows go before files: what a crash leaves between the
// two is an orphan.
func forgetUnsent(ctx context.Context, d *Deps, before time.Time) (forgotten int, err error) {
	const batch = 200
	for {
		var folders []string
		err := d.DB.Tx(ctx, func(tx *gorm.DB) (err error) {
			folders, err = models.ForgetPending(ctx, tx, before, batch)
			return err
		})
		if err == nil {
			err = RemoveFiles(d.Media, folders)
		}
		forgotten += len(folders)
		if err != nil || len(folders) < batch {
			return forgotten, err
		}
	}
}
