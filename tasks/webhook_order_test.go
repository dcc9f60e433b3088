package tasks_test

import (
	"net/http"
	"sync"
	"testing"

	"gorm.io/gorm"

	"superbook/kit/queue"
	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

// together answers only once so many calls have come, so that they end at the same
// moment.
func together(n int, answer http.HandlerFunc) http.HandlerFunc {
	var all sync.WaitGroup
	all.Add(n)
	return func(w http.ResponseWriter, r *http.Request) {
		all.Done()
		all.Wait()
		answer(w, r)
	}
}

// Two messages are answered at once, and meanwhile an answer, or the owner, has the
// webhook switched off, which holds what is open: none is broken off because each
// waits for the other, and so none is called twice.
func TestSwitchedOffWhileAnswersAreNoted(t *testing.T) {
	t.Parallel()
	nobody := func(*testing.T, *sitetest.Site, models.Webhook) error { return nil }
	for name, c := range map[string]struct {
		answer int
		state  models.DeliveryState // of both in the end, where only one is possible
		other  func(t *testing.T, s *sitetest.Site, w models.Webhook) error
	}{
		"by both answers": {http.StatusGone, models.DeliveryFailed, nobody},
		"by its owner": {http.StatusInternalServerError, "", func(t *testing.T, s *sitetest.Site, w models.Webhook) error {
			return s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
				_, err := models.SwitchWebhookOff(t.Context(), tx, w, models.OffByOwner)
				return err
			})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newReceiver(t, together(2, status(c.answer)))
			s := sitetest.New(t, local)
			w := hook(t, s, s.Hero("nightheron"), r.URL)
			sent := []models.Delivery{test(t, s, w), test(t, s, w)}
			reached, release := holdAfter(t, s, "webhooks")
			s.Work()
			<-reached
			other := make(chan error, 1)
			go func() { other <- c.other(t, s, w) }()
			blocked(t, s)
			release()
			if err := <-other; err != nil {
				t.Error(err)
			}
			for _, one := range sent {
				d := until(t, s, one.ID, "tried", tried(1))
				if c.state != "" && d.State != c.state {
					t.Errorf("%+v", d)
				}
			}
			h, err := s.Jobs.History(t.Context(), queue.Filter{Search: "delivery_id"}, queue.Mark{}, 5)
			must(t, err)
			for _, j := range h.Jobs {
				if contains(j.LastError, "deadlock") {
					t.Errorf("job %d: %s", j.ID, j.LastError)
				}
			}
			if again(t, s, w).On() || len(r.seen()) != 2 {
				t.Errorf("%d calls", len(r.seen()))
			}
		})
	}
}

// A task ends, of which a webhook is to be told, just when its owner deletes the
// webhook: the task has ended, and nobody is told.
func TestATaskEndsWhileItsWebhookIsDeleted(t *testing.T) {
	t.Parallel()
	for name, every := range map[string]bool{"that hears of all": true, "that the task names": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sitetest.New(t)
			u := s.Hero("nightheron")
			w := hook(t, s, u, "https://example.org")
			task := models.Task{UserID: u.ID, JobID: 1, Kind: tasks.ProcessPhoto{}.Kind(), SubjectID: 7}
			if !every {
				s.Exec("UPDATE webhooks SET every = ?", false)
				task.WebhookID = &w.ID
			}
			must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return models.CreateTask(t.Context(), tx, &task) }))
			reached, release := holdAt(t, s, "DELETE FROM webhooks ")
			deleted, told := make(chan error, 1), make(chan error, 1)
			go func() {
				deleted <- s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return models.DeleteWebhook(t.Context(), tx, u.ID, w.ID) })
			}()
			<-reached
			go func() {
				told <- s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return s.Tasks.EndTask(t.Context(), tx, 1, models.TaskDone, "") })
			}()
			blocked(t, s)
			release()
			if err := <-deleted; err != nil {
				t.Error("deleted:", err)
			}
			if err := <-told; err != nil {
				t.Error("ended:", err)
			}
			task, err := models.TasksIn(s.DB.Read).Take(t.Context())
			if err != nil || task.State != models.TaskDone || task.WebhookID != nil || len(sentTo(t, s, w)) != 0 {
				t.Errorf("%+v, %v", task, err)
			}
		})
	}
}

// What the old address answers says nothing of the one that the owner has entered
// during the call.
func TestGoneAtAnOldAddressSwitchesNothingOff(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t, local)
	var w models.Webhook
	r := newReceiver(t, func(answer http.ResponseWriter, _ *http.Request) {
		moved := w
		moved.URL += "/new"
		if err := s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return models.SaveWebhook(t.Context(), tx, moved) }); err != nil {
			t.Error(err)
		}
		answer.WriteHeader(http.StatusGone)
	})
	w = hook(t, s, s.Hero("nightheron"), r.URL)
	d := test(t, s, w)
	s.Work()
	until(t, s, d.ID, "failed", in(models.DeliveryFailed))
	if w := again(t, s, w); !w.On() || w.URL != r.URL+"/new" {
		t.Errorf("it is %+v", w)
	}
}
