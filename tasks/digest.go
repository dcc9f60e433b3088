package tasks

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"
	"gorm.io/gorm"

	"superbook/kit/queue"
	"superbook/models"
)

// SendDigest has every confirmed subscriber told what happened in the last whole
// week. However often it runs, each week is told once.
type SendDigest struct{}

// Kind names the job in the queue. Jobs outlive deploys, so it never changes.
func (SendDigest) Kind() string { return "digest" }

// Policy lets only one wait or run at a time.
func (SendDigest) Policy() queue.Policy {
	return tidyPolicy("Mail the digest of the week", "the subscriber and the week, in the transaction that adds the mail")
}

const (
	digestBatch = 200 // subscribers who are looked at in one transaction
	digestTurn  = 5   // batches, until others have a turn
	digestPause = 100 * time.Millisecond
	// digestsKept is how long it is remembered who had which digest. Jobs that may
	// ask are kept for a week; the rest is for people who ask why.
	digestsKept = 90 * 24 * time.Hour
)

// digestPlace is how far a job has come through the subscribers.
type digestPlace struct {
	After int64 `json:"after"` // the last one who was looked at
	Added int   `json:"added"`
}

// sendDigest adds a mail for each subscriber, unless there is nothing to tell: some
// of them, and comes back for the others.
func (d *Deps) sendDigest(ctx context.Context, job *river.Job[SendDigest]) (string, error) {
	place, err := placeOf[digestPlace](job.JobRow)
	if err != nil {
		return "", err
	}
	words, more, err := d.addSomeDigests(ctx, job.CreatedAt, &place)
	err = errors.Join(err, keepPlace(ctx, place))
	if err == nil && more {
		return words + " so far", river.JobSnooze(digestPause)
	}
	return words, err
}

// SendDigestNow adds the mails of the last whole week before a time. It says in
// words how many. Rows of digests long before that time are forgotten.
func SendDigestNow(ctx context.Context, d *Deps, at time.Time) (words string, err error) {
	var place digestPlace
	for more := true; more && err == nil; {
		words, more, err = d.addSomeDigests(ctx, at, &place)
	}
	return words, err
}

// addSomeDigests goes on from a place for one turn.
func (d *Deps) addSomeDigests(ctx context.Context, at time.Time, place *digestPlace) (words string, more bool, err error) {
	if place.After == 0 {
		if err := d.forgetDigests(ctx, at.Add(-digestsKept)); err != nil {
			return "", false, err
		}
	}
	week := models.WeekBefore(at)
	news, err := models.NewsOf(ctx, d.DB.Read, week, 1)
	if err != nil || news.Empty() {
		return "Nothing happened in " + week.String() + ", so nobody was written to", false, err
	}
	more = true
	for n := 0; n < digestTurn && more; n++ {
		added, last, err := d.addDigests(ctx, week, place.After)
		if err != nil {
			return "", false, err
		}
		place.Added += added
		if more = last > 0; more {
			place.After = last
		}
	}
	return counted(place.Added, "mail", "mails") + " about " + week.String() + " added", more, nil
}

// addDigests adds the mails of the next batch of subscribers, each with the row that
// says so: broken off anywhere, it adds none twice.
func (d *Deps) addDigests(ctx context.Context, week models.Week, after int64) (n int, last int64, err error) {
	err = d.DB.Tx(ctx, func(tx *gorm.DB) error {
		planned, end, err := models.PlanDigests(ctx, tx, week, after, digestBatch)
		for _, id := range planned {
			if err := d.Jobs.Add(ctx, tx, MailDigest{SubscriberID: id, From: week.From}); err != nil {
				return err
			}
		}
		n, last = len(planned), end
		return err
	})
	return n, last, err
}

func (d *Deps) forgetDigests(ctx context.Context, before time.Time) error {
	const batch = 1000
	for {
		n := 0
		err := d.DB.Tx(ctx, func(tx *gorm.DB) (err error) {
			n, err = models.ForgetDigests(ctx, tx, before, batch)
			return err
		})
		if err != nil || n < batch {
			return err
		}
	}
}
