package models

import (
	"context"
	"errors"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"superbook/kit/db"
	"superbook/kit/webhook"
)

// MaxWebhooks is how many webhooks one member may have.
const MaxWebhooks = 10

// Webhook is an address of a member's that is called when a task has ended.
type Webhook struct {
	ID           int64
	UserID       int64
	CreatedAt    time.Time
	URL          string `gorm:"column:url"` // unique together with user
	Description  string
	Every        bool // hears of every task of its owner; otherwise of those that name it
	Secret       webhook.Secret
	OldSecret    webhook.Secret // signs as well, until OldUntil; several with spaces between, the newest first
	OldUntil     *time.Time
	OffAt        *time.Time // nil while it is on
	OffWhy       OffWhy
	FailingSince *time.Time // when the first call failed, since the last that went well
	Failures     int        // since then
	// DeletedAt is when its owner deleted it while staff had it off. Only staff
	// still see it, and until they switch it on its address is refused.
	DeletedAt *time.Time
}

// OffWhy says who has switched a webhook off, or what.
type OffWhy string

// Why a webhook is off. What staff has switched off its owner cannot switch on.
const (
	OffByOwner OffWhy = "owner"
	OffByStaff OffWhy = "staff"
	OffFailing OffWhy = "failing" // it failed for too long
	OffGone    OffWhy = "gone"    // it answered 410
)

// On says whether it is called.
func (w Webhook) On() bool { return w.OffAt == nil }

// Banned says whether staff has switched it off, and holds it so.
func (w Webhook) Banned() bool { return !w.On() && w.OffWhy == OffByStaff }

// Failing says whether the last call failed.
func (w Webhook) Failing() bool { return w.FailingSince != nil }

// Secrets are what signs a message: the new one, and those before it for a while.
func (w Webhook) Secrets(at time.Time) []webhook.Secret {
	all := []webhook.Secret{w.Secret}
	if w.OldUntil == nil || !at.Before(*w.OldUntil) {
		return all
	}
	for old := range strings.FieldsSeq(string(w.OldSecret)) {
		all = append(all, webhook.Secret(old))
	}
	return all
}

// Webhooks is a question about webhooks. Each method returns a narrower
// question and leaves the old one as it was.
type Webhooks struct{ db.Query[Webhook] }

// WebhooksIn starts with every webhook in the database or transaction.
func WebhooksIn(conn *gorm.DB) Webhooks { return Webhooks{db.Rows[Webhook](conn)} }

// By keeps one member's own that they have not deleted.
func (q Webhooks) By(user int64) Webhooks {
	return Webhooks{q.Where("webhooks.user_id = ? AND webhooks.deleted_at IS NULL", user)}
}

// VisibleTo keeps the viewer's own; staff see all.
func (q Webhooks) VisibleTo(v Viewer) Webhooks {
	if v.Staff {
		return q
	}
	return q.By(v.ID)
}

// WebhooksToldOf gives those that hear of a task: its owner's that hear of every
// one, and the one that it names. None of them is deleted until tx ends.
func WebhooksToldOf(ctx context.Context, tx *gorm.DB, t Task) ([]Webhook, error) {
	q := Webhooks{db.Rows[Webhook](tx, clause.Locking{Strength: "KEY SHARE"})}
	return q.By(t.UserID).Where("every OR id = ?", orZero(t.WebhookID)).Order("id").Find(ctx)
}

// Get asks for one webhook, which the question may hide.
func (q Webhooks) Get(ctx context.Context, id int64) (Webhook, error) {
	w, err := q.Where("webhooks.id = ?", id).Take(ctx)
	return found(w, err, "webhook")
}

// What can be wrong with a webhook that is saved.
var (
	ErrSameWebhook     = errors.New("models: a webhook with that address")
	ErrTooManyWebhooks = errors.New("models: as many webhooks as a member may have")
	ErrWebhookBanned   = errors.New("models: staff has switched off the webhook with that address")
)

// CreateWebhook adds a webhook that is on, with a secret of its own. It answers
// ErrTooManyWebhooks, ErrWebhookBanned, or ErrSameWebhook when its owner has one
// with that address; the transaction is then of no further use. Members who send
// many at once may keep a few too many.
func CreateWebhook(ctx context.Context, tx *gorm.DB, w *Webhook) error {
	all, err := webhooksEver(ctx, tx, w.UserID)
	if err != nil {
		return err
	}
	if err := mayHave(all, *w); err != nil {
		return err
	}
	if n := len(all) - deleted(all); n >= MaxWebhooks {
		return ErrTooManyWebhooks
	}
	w.CreatedAt, w.Secret = now(), webhook.NewSecret()
	return sameWebhook(db.Rows[Webhook](tx).Create(ctx, w))
}

// SaveWebhook writes what its owner changed; another address begins with a clean
// slate. It answers ErrSameWebhook and ErrWebhookBanned as CreateWebhook does,
// and a problem when the webhook is gone meanwhile.
func SaveWebhook(ctx context.Context, tx *gorm.DB, w Webhook) error {
	all, err := webhooksEver(ctx, tx, w.UserID)
	if err != nil {
		return err
	}
	if err := mayHave(all, w); err != nil {
		return err
	}
	res := tx.WithContext(ctx).Exec("UPDATE webhooks SET failing_since = CASE WHEN url = ? THEN failing_since END, failures = CASE WHEN url = ? THEN failures ELSE 0 END,"+
		" url = ?, description = ?, every = ? WHERE id = ? AND user_id = ? AND deleted_at IS NULL", w.URL, w.URL, w.URL, w.Description, w.Every, w.ID, w.UserID)
	n, err := res.RowsAffected, res.Error
	if err == nil && n == 0 {
		err = gorm.ErrRecordNotFound
	}
	_, err = found(w, sameWebhook(err), "webhook")
	return err
}

func sameWebhook(err error) error {
	if db.IsDuplicate(err) {
		return ErrSameWebhook
	}
	return wrap("save webhook", err)
}
