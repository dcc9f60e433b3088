package tasks_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/kit/problem"
	"superbook/kit/webhook"
	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

// ended makes a task of a member and brings it to an end.
func ended(t testing.TB, s *sitetest.Site, u models.User, job int64, hook *int64, state models.TaskState, failure string) {
	t.Helper()
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
		task := models.Task{UserID: u.ID, JobID: job, Kind: tasks.ProcessPhoto{}.Kind(), SubjectID: 7, WebhookID: hook}
		if err := models.CreateTask(t.Context(), tx, &task); err != nil {
			return err
		}
		return s.Tasks.EndTask(t.Context(), tx, job, state, failure)
	}))
}

func sentTo(t testing.TB, s *sitetest.Site, w models.Webhook) (types []string) {
	t.Helper()
	all, err := models.DeliveriesIn(s.DB.Read).To(w.ID).Order("id").Find(t.Context())
	must(t, err)
	for _, d := range all {
		types = append(types, d.Type)
	}
	return types
}

func TestTheEndOfATaskIsTold(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t, local)
	u, other := s.Hero("nightheron"), s.Fan("wren")
	every, theirs := hook(t, s, u, "https://every.example.org"), hook(t, s, other, "https://theirs.example.org")
	var named, off models.Webhook
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) (err error) {
		if named, err = models.WebhookFor(t.Context(), tx, u.ID, "https://named.example.org"); err != nil {
			return err
		}
		off, err = models.WebhookFor(t.Context(), tx, u.ID, "https://off.example.org")
		return err
	}))
	ended(t, s, u, 1, nil, models.TaskDone, "")
	ended(t, s, u, 2, &named.ID, models.TaskFailed, "That file is no picture.")
	ended(t, s, u, 3, &theirs.ID, models.TaskCancelled, "") // a number that is not theirs to name
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
		if _, err := models.SwitchWebhookOff(t.Context(), tx, off, models.OffByOwner); err != nil {
			return err
		}
		return s.Tasks.EndTask(t.Context(), tx, 1, models.TaskFailed, "") // it has ended already
	}))
	ended(t, s, u, 4, &off.ID, models.TaskDone, "")
	for name, tt := range map[string]struct {
		to   models.Webhook
		want string
	}{
		"one that hears of everything": {every, "task.done task.failed task.cancelled task.done"},
		"the one that is named":        {named, "task.failed"},
		"the one that is off":          {off, "task.done"},
		"that of somebody else":        {theirs, ""},
	} {
		if got := strings.Join(sentTo(t, s, tt.to), " "); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
	all, err := models.DeliveriesIn(s.DB.Read).To(named.ID).Find(t.Context())
	must(t, err)
	var e struct {
		Type      string
		Timestamp time.Time
		Data      tasks.TaskEnded
	}
	must(t, json.Unmarshal([]byte(all[0].Payload), &e))
	if e.Type != "task.failed" || time.Since(e.Timestamp) > time.Minute || e.Data.State != models.TaskFailed ||
		e.Data.Failure != "That file is no picture." || e.Data.URL != "http://superbook.test/photos/7" || e.Data.Kind != "photo.process" || e.Data.ID == 0 {
		t.Errorf("the message is %s", all[0].Payload)
	}
	held, err := models.DeliveriesIn(s.DB.Read).To(off.ID).Find(t.Context())
	must(t, err)
	if held[0].State != models.DeliveryHeld || held[0].DueAt != nil {
		t.Errorf("for the one that is off: %+v", held[0])
	}
}

func TestCallbackForAnAddress(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	u := s.Hero("nightheron")
	ask := func(url string) (id *int64, err error) {
		err = s.DB.Tx(t.Context(), func(tx *gorm.DB) (err error) {
			id, err = s.Tasks.CallbackFor(t.Context(), tx, u.ID, url)
			return err
		})
		return id, err
	}
	if id, err := ask(""); id != nil || err != nil {
		t.Errorf("no wish: %v, %v", id, err)
	}
	first, err := ask("https://example.org/0")
	must(t, err)
	same, err := ask("https://example.org/0")
	must(t, err)
	if *first != *same {
		t.Error("one address has two webhooks")
	}
	w, err := models.WebhooksIn(s.DB.Read).By(u.ID).Get(t.Context(), *first)
	must(t, err)
	if w.Every || !w.On() || w.Secret.Check() != nil {
		t.Errorf("it is %+v", w)
	}
	for n := 1; n < models.MaxWebhooks; n++ {
		_, err := ask(fmt.Sprintf("https://example.org/%d", n))
		must(t, err)
	}
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
		_, err := models.SwitchWebhookOff(t.Context(), tx, w, models.OffByOwner)
		return err
	}))
	for url, words := range map[string]string{"https://example.org/more": "as many webhooks", "https://example.org/0": "switched off",
		"http://127.0.0.1/": "everybody can reach", "nonsense": "Begin the address"} {
		_, err := ask(url)
		if p := (*problem.Problem)(nil); !errors.As(err, &p) || p.Status != 422 || !contains(p.Detail, words) || p.Fields["callback_url"] != p.Detail {
			t.Errorf("%s: %v", url, err)
		}
	}
}

// PostgreSQL's driver would ask the secret for its String, which hides it.
func TestSecretIsKeptAsItIs(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	w := hook(t, s, s.Hero("nightheron"), "https://example.org")
	var kept string
	must(t, s.DB.Read.Raw("SELECT secret FROM webhooks").Scan(&kept).Error)
	if kept != string(w.Secret) || webhook.Secret(kept).Check() != nil {
		t.Errorf("kept as %q", kept)
	}
}

func TestDeletingAWebhookLeavesNothing(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	u := s.Hero("nightheron")
	w := hook(t, s, u, "https://example.org")
	ended(t, s, u, 1, &w.ID, models.TaskDone, "")
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
		if _, err := models.NotifyWebhookOff(t.Context(), tx, w); err != nil {
			return err
		}
		return models.DeleteWebhook(t.Context(), tx, u.ID, w.ID)
	}))
	for _, q := range []string{"SELECT COUNT(*) FROM webhooks", "SELECT COUNT(*) FROM deliveries", "SELECT COUNT(*) FROM notifications",
		"SELECT COUNT(*) FROM tasks WHERE webhook_id IS NOT NULL"} {
		var n int
		if must(t, s.DB.Read.Raw(q).Scan(&n).Error); n != 0 {
			t.Errorf("%s: %d", q, n)
		}
	}
	s.Work() // its job finds nothing, and ends
	s.Settle("webhook.send")
}
