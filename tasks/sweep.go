package tasks

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"gorm.io/gorm"

	"superbook/kit/auth"
	"superbook/kit/queue"
	"superbook/models"
)

// SweepUploads forgets what was sent and never used: uploads that never ended,
// attachments whose post was never sent, temporary files.
type SweepUploads struct{}

// Kind names the job in the queue. Jobs outlive deploys, so it never changes.
func (SweepUploads) Kind() string { return "sweep.uploads" }

// Policy lets only one wait or run at a time.
func (SweepUploads) Policy() queue.Policy {
	return tidyPolicy("Sweep pending uploads", "what is gone is not there to go again")
}

// SweepOrphans removes files that nothing owns, and old versions of photos.
type SweepOrphans struct{}

// Kind names the job in the queue. Jobs outlive deploys, so it never changes.
func (SweepOrphans) Kind() string { return "sweep.orphans" }

// Policy lets only one wait or run at a time.
func (SweepOrphans) Policy() queue.Policy {
	return tidyPolicy("Remove orphaned files", "what is gone is not there to go again")
}

// DeleteSessions deletes the sessions that have expired.
type DeleteSessions struct{}

// Kind names the job in the queue. Jobs outlive deploys, so it never changes.
func (DeleteSessions) Kind() string { return "sessions.delete_expired" }

// Policy lets any number in: two at once do no harm, and one is soon done.
func (DeleteSessions) Policy() queue.Policy {
	p := tidyPolicy("Delete expired sessions", "what is gone is not there to go again")
	p.Unique = river.UniqueOpts{}
	return p
}

// ForgetSubscribers forgets addresses that nobody confirmed.
type ForgetSubscribers struct{}

// Kind names the job in the queue. Jobs outlive deploys, so it never changes.
func (ForgetSubscribers) Kind() string { return "subscribers.forget_unconfirmed" }

// Policy lets only one wait or run at a time.
func (ForgetSubscribers) Policy() queue.Policy {
	return tidyPolicy("Forget unconfirmed subscribers", "what is gone is not there to go again")
}

// grace is how old a file without a photo must be before it goes: a submission
// writes its file first and its row after.
const grace = time.Hour

func (d *Deps) sweepUploads(ctx context.Context, _ *river.Job[SweepUploads]) (string, error) {
	return SweepUploadsNow(ctx, d, grace)
}

// SweepUploadsNow does what SweepUploads does, for files older than the grace. It
// says in words what went.
func SweepUploadsNow(ctx context.Context, d *Deps, grace time.Duration) (string, error) {
	temps, err := d.Media.SweepTemp(ctx, grace)
	if err != nil {
		return "", fmt.Errorf("sweep temporary files: %w", err)
	}
	unsent, err := forgetUnsent(ctx, d, time.Now().UTC().Add(-UnsentFor))
	if err != nil {
		return "", fmt.Errorf("sweep attachments: %w", err)
	}
	uploads, err := sweepUploads(ctx, d, time.Now().Add(-grace))
	if err != nil {
		return "", fmt.Errorf("sweep uploads: %w", err)
	}
	return fmt.Sprintf("%s, %s and %s removed", counted(uploads, "upload", "uploads"),
		also(unsent, "unsent attachment", "unsent attachments"), also(temps, "temporary file", "temporary files")), nil
}

// sweepOrphans sweeps for one turn, and comes back for the next. What it has looked
// at is not looked at again after a failure either.
func (d *Deps) sweepOrphans(ctx context.Context, job *river.Job[SweepOrphans]) (words string, err error) {
	sweep := d.newMediaSweep(grace)
	sweep.most = sweepTurn
	if sweep.place, err = placeOf[sweepPlace](job.JobRow); err != nil {
		return "", err
	}
	err = sweep.run(ctx)
	if failed := keepPlace(ctx, sweep.place); failed != nil {
		return "", errors.Join(err, failed)
	}
	if errors.Is(err, errTurnOver) {
		return sweep.words() + " so far", river.JobSnooze(sweepPause)
	} else if err != nil {
		return "", fmt.Errorf("sweep media: %w", err)
	}
	return sweep.words(), nil
}

const sweepPause = 100 * time.Millisecond

// SweepOrphansNow does what SweepOrphans does, for files older than the grace. It
// says in words what went.
func SweepOrphansNow(ctx context.Context, d *Deps, grace time.Duration) (string, error) {
	sweep := d.newMediaSweep(grace)
	if err := sweep.run(ctx); err != nil {
		return "", fmt.Errorf("sweep media: %w", err)
	}
	return sweep.words(), nil
}

func (s *mediaSweep) words() string {
	return counted(s.place.Removed, "orphaned folder", "orphaned folders") + " removed"
}

func (d *Deps) deleteSessions(ctx context.Context, _ *river.Job[DeleteSessions]) (string, error) {
	n, err := auth.NewStore(d.DB.Read, d.DB.Write).DeleteExpired(ctx)
	if err != nil {
		return "", fmt.Errorf("delete sessions: %w", err)
	}
	return counted(int(n), "session", "sessions") + " deleted", nil
}

func (d *Deps) forgetSubscribers(ctx context.Context, _ *river.Job[ForgetSubscribers]) (string, error) {
	return ForgetSubscribersNow(ctx, d)
}

// ForgetSubscribersNow does what ForgetSubscribers does: it forgets addresses
// whose links have expired. It says in words how many.
func ForgetSubscribersNow(ctx context.Context, d *Deps) (string, error) {
	var n int
	err := d.DB.Tx(ctx, func(tx *gorm.DB) (err error) {
		n, err = models.ForgetUnconfirmed(ctx, tx, time.Now().UTC().Add(-newsletterLinkLife))
		return err
	})
	return counted(n, "address", "addresses") + " forgotten", err
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
