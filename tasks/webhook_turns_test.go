package tasks_test

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/kit/outbound"
	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

// One receiver that is slow, with more messages than there are workers, does not
// keep the others waiting.
func TestSlowReceiversDoNotStarveOthers(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t, local)
	u := s.Hero("nightheron")
	release := make(chan struct{})
	var running, most atomic.Int64
	slow := newReceiver(t, func(http.ResponseWriter, *http.Request) {
		n := running.Add(1)
		defer running.Add(-1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		<-release
	})
	fast := newReceiver(t, status(http.StatusOK))
	to := hook(t, s, u, slow.URL)
	const many = 100
	for range many {
		test(t, s, to)
	}
	s.Work()
	for len(slow.seen()) < 2 {
		time.Sleep(time.Millisecond)
	}
	for n := range 5 {
		d := test(t, s, hook(t, s, u, fmt.Sprintf("%s/%d", fast.URL, n)))
		until(t, s, d.ID, "delivered while another receiver is slow", in(models.DeliveryDone))
	}
	if n := len(slow.seen()); n != 2 {
		t.Errorf("the slow one was called %d times", n)
	}
	close(release)
	for n := 0; n < many; {
		hurry(s)
		all, err := models.DeliveriesIn(s.DB.Read).To(to.ID).In(models.DeliveryDone).Find(t.Context())
		must(t, err)
		n = len(all)
	}
	if most.Load() > 2 {
		t.Errorf("%d calls to one receiver at once", most.Load())
	}
	if n := len(slow.seen()); n != many {
		t.Errorf("%d calls for %d messages", n, many)
	}
}

// Members with ten slow receivers each would hold all workers, and do not.
func TestSlowReceiversOfAMemberLeaveWorkersOver(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t, local)
	s.Tasks.Webhooks.Client = outbound.NewClient(outbound.Config{Local: true, Timeout: time.Minute})
	release := make(chan struct{})
	var held, ended atomic.Int64
	slow := newReceiver(t, func(http.ResponseWriter, *http.Request) {
		held.Add(1)
		<-release
		ended.Add(1)
	})
	t.Cleanup(func() { close(release) })
	fast := newReceiver(t, status(http.StatusOK))
	const members, messages, turns = 4, 3, 6
	for m := range members {
		u := s.Hero(fmt.Sprintf("heron%d", m))
		for n := range models.MaxWebhooks {
			to := hook(t, s, u, fmt.Sprintf("%s/%d", slow.URL, n))
			for range messages {
				test(t, s, to)
			}
		}
	}
	other := hook(t, s, s.Fan("wren"), fast.URL)
	s.Work()
	for held.Load() < members*turns {
		time.Sleep(time.Millisecond)
	}
	until(t, s, test(t, s, other).ID, "delivered while others are slow", in(models.DeliveryDone))
	if held.Load() != members*turns || ended.Load() != 0 {
		t.Errorf("%d slow calls were begun, %d have ended", held.Load(), ended.Load())
	}
}

// A job without a turn is put back at once, for a while. That is no attempt.
func TestJobsWithoutATurnArePutBack(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t, local)
	release := make(chan struct{})
	slow := newReceiver(t, func(http.ResponseWriter, *http.Request) { <-release })
	t.Cleanup(func() { close(release) })
	to := hook(t, s, s.Hero("nightheron"), slow.URL)
	for range 2 {
		test(t, s, to)
	}
	s.Work()
	for len(slow.seen()) < 2 {
		time.Sleep(time.Millisecond)
	}
	id := jobOf(t, s, to)
	for seen, limit := 0, time.Now().Add(20*time.Second); seen < 3; time.Sleep(2 * time.Millisecond) {
		j, err := s.Jobs.Job(t.Context(), id)
		must(t, err)
		if seen = j.Snoozes; seen > 0 && (j.Attempt > 1 || j.ScheduledAt.After(time.Now().Add(30*time.Second))) {
			t.Fatalf("it is %+v", j)
		}
		if time.Now().After(limit) {
			t.Fatalf("it came back %d times: %+v", seen, j)
		}
	}
	if n := len(slow.seen()); n != 2 {
		t.Errorf("%d calls at once", n)
	}
}

// jobOf is the job of a new message.
func jobOf(t *testing.T, s *sitetest.Site, to models.Webhook) (job int64) {
	t.Helper()
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
		d := models.Delivery{Type: "webhook.test", Payload: "{}"}
		if err := models.CreateDelivery(t.Context(), tx, to, &d); err != nil {
			return err
		}
		added, err := s.Jobs.Insert(t.Context(), tx, tasks.WebhookSend{DeliveryID: d.ID, Run: d.Run}, nil)
		if err == nil {
			job = added.Job.ID
		}
		return err
	}))
	return job
}

// What lies inside is not called, whatever members enter: the site as it is
// unless it is told otherwise.
func TestInnerAddressesAreNotCalled(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, status(http.StatusOK))
	s := sitetest.New(t)
	w := hook(t, s, s.Hero("nightheron"), r.URL) // past the form
	s.Work()
	d := until(t, s, test(t, s, w).ID, "tried", tried(1))
	if a := attempts(t, s, d); d.State != models.DeliveryRetrying || len(r.seen()) > 0 || !contains(a[0].Failure, "no public address") || a[0].Status != 0 {
		t.Errorf("%d calls, %+v", len(r.seen()), a)
	}
}

func TestOldDeliveriesAreForgottenAndLostOnesSentAnew(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, status(http.StatusOK))
	s, w := calling(t, r.URL)
	old := until(t, s, test(t, s, w).ID, "delivered", in(models.DeliveryDone))
	kept := until(t, s, test(t, s, w).ID, "delivered", in(models.DeliveryDone))
	s.Exec("UPDATE deliveries SET created_at = ? WHERE id = ?", time.Now().UTC().Add(-models.DeliveriesKept-time.Minute), old.ID)
	lost := models.Delivery{Type: "webhook.test", Payload: "{}"}
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return models.CreateDelivery(t.Context(), tx, w, &lost) }))
	s.Exec("UPDATE deliveries SET due_at = ? WHERE id = ?", time.Now().UTC().Add(-2*time.Hour), lost.ID)
	_, err := tasks.SweepTasksNow(t.Context(), s.Tasks)
	must(t, err)
	if d := until(t, s, lost.ID, "delivered", in(models.DeliveryDone)); d.Run != 2 {
		t.Errorf("%+v", d)
	}
	all, err := models.DeliveriesIn(s.DB.Read).To(w.ID).Newest(t.Context(), 9)
	must(t, err)
	if len(all) != 2 || all[1].ID != kept.ID {
		t.Errorf("left %+v", all)
	}
}
