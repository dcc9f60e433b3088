package tasks

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"superbook/kit/outbound"
	"superbook/kit/problem"
	"superbook/models"
)

// Event is what a webhook is sent, as Standard Webhooks has it: the type says
// how to read the data.
type Event struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"` // when it happened, not when it is sent
	Data      any       `json:"data"`
}

// TaskEnded is the data of task.done, task.failed and task.cancelled.
type TaskEnded struct {
	ID       int64            `json:"id"`
	Kind     string           `json:"kind"`
	State    models.TaskState `json:"state"`
	Progress int              `json:"progress"`
	URL      string           `json:"url,omitempty"`     // the page that shows what came of it
	Failure  string           `json:"failure,omitempty"` // words, if it failed
}

// TestMessage is the data of webhook.test.
type TestMessage struct {
	Words string `json:"words"`
}

// EventTest is the type of a message that its receiver's owner asked for.
const EventTest = "webhook.test"

// callBack has every webhook told that wants to hear of the task's end, as part
// of tx.
func (d *Deps) callBack(ctx context.Context, tx *gorm.DB, t models.Task) error {
	hooks, err := models.WebhooksToldOf(ctx, tx, t)
	if err != nil || len(hooks) == 0 {
		return err
	}
	data := TaskEnded{ID: t.ID, Kind: t.Kind, State: t.State, Progress: t.Progress, Failure: t.Failure}
	if page := d.followed[t.Kind].page; page != "" {
		if data.URL, err = d.link(page, t.SubjectID); err != nil {
			return err
		}
	}
	event := Event{"task." + string(t.State), t.UpdatedAt.UTC(), data}
	for _, w := range hooks {
		if err := d.tell(ctx, tx, w, event, t); err != nil {
			return err
		}
	}
	return nil
}

// tell adds a message to a webhook, about a task or none, and its job unless the
// webhook is off.
func (d *Deps) tell(ctx context.Context, tx *gorm.DB, w models.Webhook, event Event, t models.Task) error {
	payload, err := json.Marshal(event)
	if err != nil {
		return fmt.Errorf("write an event: %w", err)
	}
	sent := models.Delivery{TaskVersion: t.Version, Type: event.Type, Payload: string(payload)}
	if t.ID != 0 {
		sent.TaskID = &t.ID
	}
	if err := models.CreateDelivery(ctx, tx, w, &sent); err != nil || !sent.Open() {
		return err
	}
	return d.Jobs.Add(ctx, tx, WebhookSend{sent.ID, sent.Run})
}

// TestWebhook sends a webhook a message that means nothing.
func (d *Deps) TestWebhook(ctx context.Context, tx *gorm.DB, w models.Webhook) error {
	return d.tell(ctx, tx, w, Event{EventTest, time.Now().UTC().Truncate(time.Millisecond), TestMessage{"It works. Nothing else has happened."}}, models.Task{})
}

// SendAgain sends a delivery that has ended once more, under its old number. It
// answers false when it is open already.
func (d *Deps) SendAgain(ctx context.Context, tx *gorm.DB, sent models.Delivery) (bool, error) {
	ok, err := models.SendAgain(ctx, tx, &sent)
	if err != nil || !ok {
		return false, err
	}
	return true, d.Jobs.Add(ctx, tx, WebhookSend{sent.ID, sent.Run})
}

// heldSent is how many deliveries SendHeld sends at a time.
const heldSent = 200

// SendHeld sends what a webhook was not sent while it was off, the oldest first.
// It answers how many it sent, and how many are held still.
func (d *Deps) SendHeld(ctx context.Context, tx *gorm.DB, w models.Webhook) (sent int, left int64, err error) {
	held := models.DeliveriesIn(tx).To(w.ID).Held()
	some, err := held.Order("id").Limit(heldSent).Find(ctx)
	if err != nil {
		return 0, 0, err
	}
	for _, one := range some {
		ok, err := d.SendAgain(ctx, tx, one)
		if err != nil {
			return 0, 0, err
		}
		if ok {
			sent++
		}
	}
	left, err = held.Count(ctx, "*")
	return sent, left, err
}

// CallbackFor is the number of the webhook with an address that a caller gave, to
// be named by a task; nil when the caller gave none. What is wrong with the
// address is a problem with words for the field callback_url.
func (d *Deps) CallbackFor(ctx context.Context, tx *gorm.DB, user int64, url string) (*int64, error) {
	if url == "" {
		return nil, nil //nolint:nilnil // no wish is no error
	}
	if words := outbound.CheckURL(url, d.Webhooks.Local); words != "" {
		p := problem.Refused(map[string]string{"callback_url": words})
		p.Detail = words
		return nil, p
	}
	w, err := models.WebhookFor(ctx, tx, user, url)
	if err != nil {
		return nil, err
	}
	return &w.ID, nil
}
