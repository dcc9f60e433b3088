package tasks

import (
	"context"
	"math"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/riverqueue/river"
	"gorm.io/gorm"

	"superbook/kit/queue"
	"superbook/models"
)

// WebhookSend makes the attempts of one run of a delivery.
type WebhookSend struct {
	DeliveryID int64 `json:"delivery_id"`
	Run        int   `json:"run"`
}

// Kind names the job in the queue. Jobs outlive deploys, so it never changes.
func (WebhookSend) Kind() string { return "webhook.send" }

// Policy tries 14 times: four within the first minutes, all of them within a day.
func (WebhookSend) Policy() queue.Policy {
	return queue.Policy{
		Title: "Call a webhook", Queue: QueueWebhooks, Attempts: 14, Backoff: webhookBackoff, Deadline: 15 * time.Second,
		Idempotence: "the number of the message: that it was delivered is noted once, and its receiver knows it again",
	}
}

const (
	firstRetry     = 5 * time.Second
	longestRetry   = 5 * time.Hour
	retryAfterMost = 2 * time.Hour // a receiver may not ask for more
)

// webhookBackoff waits between a half and the whole of a bound that grows two and a
// half times with each attempt, so that messages to a receiver which comes back do
// not come all at once. The bounds add up to 23.5 hours.
func webhookBackoff(n int) time.Duration {
	bound := min(float64(longestRetry), float64(firstRetry)*math.Pow(2.5, float64(n-1)))
	return time.Duration(bound/2) + rand.N(time.Duration(bound/2))
}

type webhookSendWorker struct{ d *Deps }

// Work makes one attempt. After a crash it may make the same one again.
func (w *webhookSendWorker) Work(ctx context.Context, job *river.Job[WebhookSend]) error {
	m, ok, err := models.OutgoingOf(ctx, w.d.DB.Read, job.Args.DeliveryID)
	if err != nil || !ok || m.Run != job.Args.Run || !m.Open() {
		return err // gone, or it has ended already, or a later run goes on with it
	}
	if !m.To.On() {
		return w.d.DB.Tx(ctx, func(tx *gorm.DB) error {
			if err := queue.CompleteTx(ctx, tx, job); err != nil {
				return err
			}
			return m.Hold(ctx, tx)
		})
	}
	leave, away := w.d.Webhooks.turns.enter(ctx, m.To)
	if leave == nil {
		return river.JobSnooze(away)
	}
	defer leave()
	a, err := w.d.Webhooks.call(ctx, m)
	if err == nil && ctx.Err() != nil {
		err = ctx.Err() // we stop, and the receiver is not to blame
	}
	if err != nil {
		return err
	}
	return w.record(ctx, job, m, a)
}

// record notes the attempt and what it leads to, in the transaction that ends
// the job if it was the last one.
func (w *webhookSendWorker) record(ctx context.Context, job *river.Job[WebhookSend], m models.Outgoing, a answer) error {
	state, wait := w.next(job, a)
	var due *time.Time
	if state == models.DeliveryRetrying {
		at := time.Now().UTC().Add(wait).Truncate(time.Microsecond)
		due = &at
	}
	var told []int64
	err := w.d.DB.Tx(ctx, func(tx *gorm.DB) (err error) {
		if due == nil {
			err = queue.CompleteTx(ctx, tx, job)
		}
		if err != nil {
			return err
		}
		tooLong, err := m.Record(ctx, tx, a.DeliveryAttempt, state, due)
		if err != nil {
			return err
		}
		if why := offWhy(a.Status, tooLong); why != "" {
			told, err = w.d.SwitchWebhookOff(ctx, tx, m.To, why)
		}
		return err
	})
	if err != nil {
		return err
	}
	w.d.Told(ctx, told)
	if due != nil {
		return queue.RetryIn(wait, errFailed(a.Failure))
	}
	return nil
}

// errFailed is what the queue's row says of an attempt: the words for the owner.
type errFailed string

func (e errFailed) Error() string { return string(e) }

// next says what an answer leads to, and after how long.
func (w *webhookSendWorker) next(job *river.Job[WebhookSend], a answer) (models.DeliveryState, time.Duration) {
	switch {
	case a.Failure == "":
		return models.DeliveryDone, 0
	case a.Status == http.StatusGone, job.Attempt >= job.MaxAttempts:
		return models.DeliveryFailed, 0
	}
	wait := job.Args.Policy().Backoff(job.Attempt)
	if a.Status == http.StatusTooManyRequests || a.Status == http.StatusServiceUnavailable {
		wait = max(wait, min(a.after, retryAfterMost))
	}
	return models.DeliveryRetrying, wait
}

func offWhy(status int, tooLong bool) models.OffWhy {
	switch {
	case status == http.StatusGone:
		return models.OffGone
	case tooLong:
		return models.OffFailing
	}
	return ""
}
