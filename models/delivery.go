package models

import (
	"context"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/kit/webhook"
)

// DeliveriesKept is how long it is remembered what was sent to a webhook.
const DeliveriesKept = 7 * 24 * time.Hour

// Delivery is one message to one webhook.
type Delivery struct {
	ID        int64
	WebhookID int64
	TaskID    *int64 // what it tells of; nil for a test
	// TaskVersion is that of the task at its end, which staff may have come again.
	TaskVersion int
	MessageID   string // the same for each attempt, so that a receiver knows it again
	Type        string // as task.done
	Payload     string // JSON
	State       DeliveryState
	Run         int // counts up when it is sent anew; jobs of older runs do nothing
	Attempts    int
	CreatedAt   time.Time
	DueAt       *time.Time // when the next attempt is to begin
	FinishedAt  *time.Time
}

// DeliveryState says how far a delivery has come.
type DeliveryState string

// The states of a delivery. The first two are open: there is a job for it.
const (
	DeliveryWaiting  DeliveryState = "waiting"
	DeliveryRetrying DeliveryState = "retrying"
	DeliveryDone     DeliveryState = "delivered"
	DeliveryFailed   DeliveryState = "failed"
	DeliveryHeld     DeliveryState = "held" // not sent: the webhook is off
)

func openStates() []DeliveryState { return []DeliveryState{DeliveryWaiting, DeliveryRetrying} }

func endedStates() []DeliveryState {
	return []DeliveryState{DeliveryDone, DeliveryFailed, DeliveryHeld}
}

// Open says whether there will be another attempt by itself.
func (d Delivery) Open() bool { return d.State == DeliveryWaiting || d.State == DeliveryRetrying }

// Deliveries is a question about deliveries. Each method returns a narrower
// question and leaves the old one as it was.
type Deliveries struct{ db.Query[Delivery] }

// DeliveriesIn starts with every delivery in the database or transaction.
func DeliveriesIn(conn *gorm.DB) Deliveries { return Deliveries{db.Rows[Delivery](conn)} }

// To keeps what was sent to one webhook.
func (q Deliveries) To(webhook int64) Deliveries {
	return Deliveries{q.Where("deliveries.webhook_id = ?", webhook)}
}

// Before keeps those that are older than the one with this number; 0 keeps all.
func (q Deliveries) Before(id int64) Deliveries {
	if id == 0 {
		return q
	}
	return Deliveries{q.Where("deliveries.id < ?", id)}
}

// In keeps those in one of these states.
func (q Deliveries) In(states ...DeliveryState) Deliveries {
	return Deliveries{q.Where("deliveries.state IN ?", states)}
}

// Overdue keeps those whose attempt should have begun before a time.
func (q Deliveries) Overdue(before time.Time) Deliveries {
	// The states are spelled out, as only then SQLite uses the index for them.
	return Deliveries{q.Where("deliveries.state IN ('waiting', 'retrying') AND deliveries.due_at < ?", before)}
}

// Held keeps those that are not sent because their webhook is off.
func (q Deliveries) Held() Deliveries { return Deliveries{q.Where("deliveries.state = 'held'")} }

// Newest gives the newest n.
func (q Deliveries) Newest(ctx context.Context, n int) ([]Delivery, error) {
	return q.Order("deliveries.id DESC").Limit(n).Find(ctx)
}

// Get asks for one delivery, which the question may hide.
func (q Deliveries) Get(ctx context.Context, id int64) (Delivery, error) {
	d, err := q.Where("deliveries.id = ?", id).Take(ctx)
	return found(d, err, "delivery")
}

// CreateDelivery adds a message to a webhook, which is held when the webhook is
// off. Otherwise the caller adds its job in the same transaction.
func CreateDelivery(ctx context.Context, tx *gorm.DB, w Webhook, d *Delivery) error {
	d.WebhookID, d.MessageID, d.CreatedAt, d.Run = w.ID, webhook.NewID(), now(), 1
	if d.State = DeliveryHeld; w.On() {
		d.State, d.DueAt = DeliveryWaiting, &d.CreatedAt
	}
	return wrap("create delivery", db.Rows[Delivery](tx).Create(ctx, d))
}

// SendAgain begins a new run of a delivery that has ended or is held; its job is
// added in the same transaction. It answers false when it is open already.
func SendAgain(ctx context.Context, tx *gorm.DB, d *Delivery) (bool, error) {
	return again(ctx, tx, d, endedStates())
}

// SendLost begins a new run of a delivery whose job has been lost.
func SendLost(ctx context.Context, tx *gorm.DB, d *Delivery) (bool, error) {
	return again(ctx, tx, d, openStates())
}

func again(ctx context.Context, tx *gorm.DB, d *Delivery, from []DeliveryState) (bool, error) {
	at, run := now(), d.Run
	d.State, d.Run, d.DueAt, d.FinishedAt = DeliveryWaiting, run+1, &at, nil
	n, err := DeliveriesIn(tx).In(from...).Where("id = ? AND run = ?", d.ID, run).
		Select("state", "run", "due_at", "finished_at").Updates(ctx, *d)
	return n == 1, wrap("send again", err)
}

// StopDelivery ends a run of a delivery that is not to be tried any more.
func StopDelivery(ctx context.Context, tx *gorm.DB, id int64, run int) error {
	at := now()
	_, err := DeliveriesIn(tx).In(openStates()...).Where("id = ? AND run = ?", id, run).
		Select("state", "due_at", "finished_at").Updates(ctx, Delivery{State: DeliveryFailed, FinishedAt: &at})
	return wrap("stop a delivery", err)
}

// ResumeDelivery has a run of a delivery go on that was stopped.
func ResumeDelivery(ctx context.Context, tx *gorm.DB, id int64, run int) error {
	at := now()
	_, err := DeliveriesIn(tx).In(DeliveryFailed).Where("id = ? AND run = ?", id, run).
		Select("state", "due_at", "finished_at").Updates(ctx, Delivery{State: DeliveryWaiting, DueAt: &at})
	return wrap("resume a delivery", err)
}

// ForgetDeliveries forgets the first n that began before a time and are not open.
func ForgetDeliveries(ctx context.Context, tx *gorm.DB, before time.Time, n int) (int, error) {
	old := DeliveriesIn(tx).In(endedStates()...).Select("id").Where("created_at < ?", before).Order("created_at").Limit(n)
	return db.Rows[Delivery](tx).Where("id IN (?)", old.Sub()).Delete(ctx)
}
