package tasks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"gorm.io/gorm"

	"superbook/kit/queue"
	"superbook/models"
)

// SwitchWebhookOff ends that a webhook is called, and tells its owner on the site
// and by mail, unless it was they who did it. It answers who was told on the site.
func (d *Deps) SwitchWebhookOff(ctx context.Context, tx *gorm.DB, w models.Webhook, why models.OffWhy) (told []int64, err error) {
	off, err := models.SwitchWebhookOff(ctx, tx, w, why)
	if err != nil || !off || why == models.OffByOwner || w.DeletedAt != nil {
		return nil, err
	}
	if told, err = models.NotifyWebhookOff(ctx, tx, w); err != nil {
		return nil, err
	}
	return told, d.Jobs.Add(ctx, tx, MailWebhookOff{WebhookID: w.ID})
}

// MailWebhookOff tells a member that one of their webhooks is switched off.
type MailWebhookOff struct {
	WebhookID int64 `json:"webhook_id"`
}

// Kind names the job in the queue. Jobs outlive deploys, so it never changes.
func (MailWebhookOff) Kind() string { return "mail.webhook_off" }

// Policy is that of every mail.
func (MailWebhookOff) Policy() queue.Policy {
	return mailPolicy("Tell of a webhook that is switched off", "a mail that comes twice does no harm")
}

// WebhookOffMail is the mail.
type WebhookOffMail struct {
	Username, Address, Link string
	Why                     models.OffWhy
}

// Template names the mail's template.
func (WebhookOffMail) Template() string { return "mail/webhook_off" }

// ByStaff says whether its owner has to ask for it to be switched on.
func (m WebhookOffMail) ByStaff() bool { return m.Why == models.OffByStaff }

type mailWebhookOffWorker struct{ d *Deps }

// Work sends nothing about a webhook that is deleted, or is on again.
func (w *mailWebhookOffWorker) Work(ctx context.Context, job *river.Job[MailWebhookOff]) error {
	hook, err := models.WebhooksIn(w.d.DB.Read).Get(ctx, job.Args.WebhookID)
	if errors.Is(err, gorm.ErrRecordNotFound) || err == nil && (hook.On() || hook.DeletedAt != nil) {
		return nil
	} else if err != nil {
		return err
	}
	u, err := models.UserByID(ctx, w.d.DB.Read, hook.UserID)
	if err != nil {
		return err
	}
	link, err := w.d.link("webhook", hook.ID)
	if err != nil {
		return err
	}
	return w.d.send(ctx, u.Email, WebhookOffMail{u.Username, hook.URL, link, hook.OffWhy})
}

// lostAfter is how long after its time an attempt is taken for lost: River ends
// a job whose process died in its last attempt, and tells nobody.
const lostAfter = time.Hour

// sweepDeliveries forgets what is older than it is kept, and sends anew what has
// lost its job.
func sweepDeliveries(ctx context.Context, d *Deps) (forgotten, lost int, err error) {
	const batch = 500
	for n := batch; err == nil && n == batch; forgotten += n {
		n, err = models.ForgetDeliveries(ctx, d.DB.Write, time.Now().UTC().Add(-models.DeliveriesKept), batch)
	}
	if err != nil {
		return forgotten, 0, fmt.Errorf("forget deliveries: %w", err)
	}
	overdue, err := models.DeliveriesIn(d.DB.Read).Overdue(time.Now().UTC().Add(-lostAfter)).Limit(batch).Find(ctx)
	if err != nil {
		return forgotten, 0, fmt.Errorf("look for lost deliveries: %w", err)
	}
	working, err := deliveriesInWork(ctx, d, len(overdue))
	if err != nil {
		return forgotten, 0, err
	}
	for _, sent := range overdue {
		if working[WebhookSend{sent.ID, sent.Run}] {
			continue // its queue is paused, or long
		}
		err := d.DB.Tx(ctx, func(tx *gorm.DB) error {
			ok, err := models.SendLost(ctx, tx, &sent)
			if err != nil || !ok {
				return err
			}
			lost++
			return d.Jobs.Add(ctx, tx, WebhookSend{sent.ID, sent.Run})
		})
		if err != nil {
			return forgotten, lost, fmt.Errorf("send delivery %d anew: %w", sent.ID, err)
		}
	}
	return forgotten, lost, nil
}

// deliveriesInWork are the runs of deliveries for which there is a job that has
// not ended. Nothing is asked where none is looked for.
func deliveriesInWork(ctx context.Context, d *Deps, looked int) (map[WebhookSend]bool, error) {
	if looked == 0 {
		return nil, nil //nolint:nilnil // none is in it
	}
	jobs, err := d.Jobs.Unfinished(ctx, WebhookSend{}.Kind())
	if err != nil {
		return nil, err
	}
	working := make(map[WebhookSend]bool, len(jobs))
	for _, raw := range jobs {
		var args WebhookSend
		if err := json.Unmarshal(raw, &args); err != nil {
			return nil, fmt.Errorf("read a job's delivery: %w", err)
		}
		working[args] = true
	}
	return working, nil
}
