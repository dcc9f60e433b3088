package tasks

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/riverqueue/river"

	"superbook/kit/auth"
	"superbook/models"
)

// Sweep tidies what crashes and time leave behind: expired sessions, files
// that no photo owns, photos that no job works on.
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
	orphans, err := sweepMedia(ctx, d, time.Now().Add(-grace))
	if err != nil {
		return fmt.Errorf("sweep media: %w", err)
	}
	if sessions > 0 || temps > 0 || stuck > 0 || orphans > 0 {
		d.Log.InfoContext(ctx, "swept", "sessions", sessions, "temporary_files", temps, "photos_given_up", stuck, "orphaned_files", orphans)
	}
	return nil
}

// sweepMedia removes the files of photos that are not in the database. Names
// are looked up in batches, so that memory stays small however many there are.
func sweepMedia(ctx context.Context, d *Deps, before time.Time) (removed int, err error) {
	for _, kind := range []string{"originals", "variants"} {
		var batch []string
		flush := func() error {
			n, err := removeOrphans(ctx, d, kind, batch)
			removed, batch = removed+n, batch[:0]
			return err
		}
		err = d.Media.Walk(ctx, kind, func(key string, modified time.Time) error {
			folder := strings.Split(key, "/")[1]
			if modified.After(before) || len(batch) > 0 && batch[len(batch)-1] == folder {
				return nil
			}
			if batch = append(batch, folder); len(batch) < 500 {
				return nil
			}
			return flush()
		})
		if err == nil {
			err = flush()
		}
		if err != nil {
			return removed, err
		}
	}
	return removed, nil
}

func removeOrphans(ctx context.Context, d *Deps, kind string, folders []string) (removed int, err error) {
	states, err := models.StatesOf(ctx, d.DB.Read, folders)
	if err != nil {
		return 0, err
	}
	for _, folder := range folders {
		state, owned := states[folder]
		// A photo that failed in its last attempt may have been killed with its variants written.
		if owned && (kind == "originals" || state != models.Failed) {
			continue
		}
		if err := d.Media.RemoveAll(kind + "/" + folder); err != nil {
			return removed, err
		}
		removed++
	}
	return removed, nil
}
