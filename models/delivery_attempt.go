package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
)

// DeliveryAttempt is one call, as it was made and answered.
type DeliveryAttempt struct {
	ID         int64
	DeliveryID int64
	Number     int // from 1
	CreatedAt  time.Time
	Request    string // the headers that say something, a line each
	Status     int    // of HTTP; 0 when there was no answer
	Response   string // the headers that say something, a line each
	Body       string // the beginning of the answer
	Micros     int64  // how long it took
	Failure    string // words; empty when it went well
}

// Took is how long the call took, to a tenth of a millisecond.
func (a DeliveryAttempt) Took() time.Duration {
	return (time.Duration(a.Micros) * time.Microsecond).Round(100 * time.Microsecond)
}

// AttemptsOf gives the attempts of a delivery, newest first, at most n.
func AttemptsOf(ctx context.Context, conn *gorm.DB, delivery int64, n int) ([]DeliveryAttempt, error) {
	return db.Rows[DeliveryAttempt](conn).Where("delivery_id = ?", delivery).Order("number DESC").Limit(n).Find(ctx)
}

// Outgoing is a delivery with the webhook that it goes to.
type Outgoing struct {
	Delivery
	To Webhook
}

// OutgoingOf asks for a delivery and its webhook; ok is false when it is gone.
func OutgoingOf(ctx context.Context, conn *gorm.DB, delivery int64) (m Outgoing, ok bool, err error) {
	if m.Delivery, err = DeliveriesIn(conn).Where("id = ?", delivery).Take(ctx); err == nil {
		m.To, err = WebhooksIn(conn).Where("id = ?", m.WebhookID).Take(ctx)
	}
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return m, false, nil
	}
	return m, err == nil, wrap("read a delivery", err)
}

// Hold notes that a message was not sent because its webhook is off.
func (m Outgoing) Hold(ctx context.Context, tx *gorm.DB) error {
	_, err := DeliveriesIn(tx).In(openStates()...).Where("id = ?", m.ID).Select("state", "due_at").Updates(ctx, Delivery{State: DeliveryHeld})
	return wrap("hold a delivery", err)
}

// Record notes an attempt and what it leads to: the state, and when there will
// be another one. It answers whether the webhook has now failed for too long. An
// attempt that another run of the same job has noted meanwhile is not noted again,
// so that a message is delivered once in these books, whatever crashes. Lock order:
// the webhook, then its deliveries, as by who switches it off or deletes it.
func (m Outgoing) Record(ctx context.Context, tx *gorm.DB, a DeliveryAttempt, state DeliveryState, due *time.Time) (tooLong bool, err error) {
	next := Delivery{State: state, Attempts: m.Attempts + 1, DueAt: due}
	if due == nil {
		at := now()
		next.FinishedAt = &at
	}
	if tooLong, err = m.To.noteAnswer(ctx, tx, a.Failure == ""); err != nil {
		return false, err
	}
	// What was switched off during the call is held by now, and was sent all the same.
	n, err := DeliveriesIn(tx).In(append(openStates(), DeliveryHeld)...).Where("id = ? AND run = ? AND attempts = ?", m.ID, m.Run, m.Attempts).
		Select("state", "attempts", "due_at", "finished_at").Updates(ctx, next)
	if err != nil || n == 0 {
		return tooLong, wrap("note a delivery", err)
	}
	a.DeliveryID, a.Number = m.ID, next.Attempts
	return tooLong, wrap("note an attempt", db.Rows[DeliveryAttempt](tx).Create(ctx, &a))
}
