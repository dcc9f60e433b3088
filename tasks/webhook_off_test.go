package tasks_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

func contains(s, part string) bool { return strings.Contains(s, part) }

// switchedOff is what has to hold when the site switches a webhook off.
func switchedOff(t *testing.T, s *sitetest.Site, w models.Webhook, why models.OffWhy, words string) {
	t.Helper()
	if w = again(t, s, w); w.On() || w.OffWhy != why {
		t.Fatalf("it is not off: %+v", w)
	}
	s.Settle("mail.webhook_off")
	mails, err := s.Mails.List(t.Context())
	must(t, err)
	if len(mails) != 1 || mails[0].To != "nightheron@superbook.test" || !contains(mails[0].Text, words) || !contains(mails[0].Text, w.URL) ||
		!contains(mails[0].Text, "http://superbook.test"+s.Path("webhook", w.ID)) {
		t.Errorf("mails %+v", mails)
	}
	notes, err := models.NotificationsOf(s.DB.Read, w.UserID).Newest(t.Context(), 9)
	must(t, err)
	if len(notes) != 1 || notes[0].Kind != models.NoteWebhook || notes[0].Webhook() != w.ID {
		t.Errorf("notifications %+v", notes)
	}
}

func TestGoneSwitchesTheWebhookOff(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, status(http.StatusGone))
	s, w := calling(t, r.URL)
	d := until(t, s, test(t, s, w).ID, "failed", in(models.DeliveryFailed))
	if d.Attempts != 1 || len(r.seen()) != 1 {
		t.Errorf("it was tried again: %+v", d)
	}
	switchedOff(t, s, w, models.OffGone, "answered 410")
	if d := test(t, s, again(t, s, w)); d.State != models.DeliveryHeld {
		t.Errorf("what comes after is %s", d.State)
	}
}

func TestLongFailingSwitchesTheWebhookOff(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, status(http.StatusInternalServerError))
	s, w := calling(t, r.URL)
	// Nine failures in a long time do not suffice, nor ten in a short one.
	s.Exec("UPDATE webhooks SET failing_since = ?, failures = 8", time.Now().UTC().Add(-models.FailingFor-time.Hour))
	until(t, s, test(t, s, w).ID, "tried", tried(1))
	if !again(t, s, w).On() {
		t.Fatal("off after nine failures")
	}
	s.Exec("UPDATE webhooks SET failing_since = ?, failures = 30", time.Now().UTC().Add(-models.FailingFor+time.Hour))
	until(t, s, test(t, s, w).ID, "tried", tried(1))
	if !again(t, s, w).On() {
		t.Fatal("off before three days are over")
	}
	s.Exec("UPDATE webhooks SET failing_since = ?, failures = 9", time.Now().UTC().Add(-models.FailingFor-time.Hour))
	d := until(t, s, test(t, s, w).ID, "held", in(models.DeliveryHeld))
	switchedOff(t, s, w, models.OffFailing, "failed for three days")
	open, err := models.DeliveriesIn(s.DB.Read).To(w.ID).In(models.DeliveryWaiting, models.DeliveryRetrying).Find(t.Context())
	must(t, err)
	if len(open) > 0 {
		t.Errorf("still open: %+v", open)
	}
	before := len(r.seen())
	hurry(s) // the jobs of the older ones come, and find it off
	s.Settle("webhook.send")
	if n := len(r.seen()); n != before {
		t.Errorf("it was called %d times after it was off", n-before)
	}
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
		if _, err := models.SwitchWebhookOn(t.Context(), tx, models.Viewer{ID: w.UserID}, w.ID); err != nil {
			return err
		}
		n, left, err := s.Tasks.SendHeld(t.Context(), tx, w)
		if n != 3 || left != 0 {
			t.Errorf("%d deliveries were held, %d are", n, left)
		}
		return err
	}))
	r.now(status(http.StatusOK))
	until(t, s, d.ID, "delivered", in(models.DeliveryDone))
}

func TestSendAgainKeepsTheNumber(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, status(http.StatusOK))
	s, w := calling(t, r.URL)
	d := until(t, s, test(t, s, w).ID, "delivered", in(models.DeliveryDone))
	once := func(d models.Delivery) (ok bool) {
		must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) (err error) {
			ok, err = s.Tasks.SendAgain(t.Context(), tx, d)
			return err
		}))
		return ok
	}
	if !once(d) || once(d) {
		t.Error("sent again by each of two who pressed at once")
	}
	d = until(t, s, d.ID, "tried twice", tried(2))
	calls := r.seen()
	if d.State != models.DeliveryDone || d.Run != 2 || len(calls) != 2 || calls[0].ID != calls[1].ID {
		t.Errorf("%d calls, %+v", len(calls), d)
	}
}

// A job that runs a second time, as after a crash, changes nothing: what it
// would tell is told.
func TestAJobThatRunsTwiceDeliversOnce(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, status(http.StatusOK))
	s, w := calling(t, r.URL)
	d := until(t, s, test(t, s, w).ID, "delivered", in(models.DeliveryDone))
	for range 3 {
		must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
			return s.Jobs.Add(t.Context(), tx, tasks.WebhookSend{DeliveryID: d.ID, Run: 1})
		}))
	}
	s.Settle("webhook.send")
	if a := attempts(t, s, d); len(r.seen()) != 1 || len(a) != 1 {
		t.Errorf("%d calls, %d attempts", len(r.seen()), len(a))
	}
	// Two runs that overlap, as when the first was taken for dead: one is noted.
	m, ok, err := models.OutgoingOf(t.Context(), s.DB.Read, test(t, s, w).ID)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	s.Settle("webhook.send")
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
		_, err := m.Record(t.Context(), tx, models.DeliveryAttempt{Failure: "late"}, models.DeliveryFailed, nil)
		return err
	}))
	if d := until(t, s, m.ID, "delivered", in(models.DeliveryDone)); d.Attempts != 1 {
		t.Errorf("%+v", d)
	}
}

func TestRetryAfterIsRespectedUpToABound(t *testing.T) {
	t.Parallel()
	inHalfAnHour := func() string { return time.Now().Add(30 * time.Minute).UTC().Format(http.TimeFormat) }
	for name, tt := range map[string]struct {
		value func() string
		want  time.Duration
	}{
		"ten minutes":                {func() string { return "600" }, 10 * time.Minute},
		"more than may be":           {func() string { return "999999" }, 2 * time.Hour},
		"more than a number":         {func() string { return "99999999999999999999" }, 2 * time.Hour},
		"a time on somebody's clock": {inHalfAnHour, 30 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newReceiver(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", tt.value())
				w.WriteHeader(http.StatusServiceUnavailable)
			})
			s, w := calling(t, r.URL)
			d := until(t, s, test(t, s, w).ID, "tried", tried(1))
			if in := d.DueAt.Sub(attempts(t, s, d)[0].CreatedAt); in < tt.want-5*time.Second || in > tt.want+time.Minute {
				t.Errorf("the next attempt comes in %v, want %v", in, tt.want)
			}
		})
	}
}

func TestTheLastAttemptIsTheLast(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, status(http.StatusInternalServerError))
	s := sitetest.New(t, local)
	w := hook(t, s, s.Hero("nightheron"), r.URL)
	d := test(t, s, w)
	s.Exec("UPDATE river_job SET attempt = 13 WHERE kind = 'webhook.send'")
	s.Work()
	d = until(t, s, d.ID, "failed", in(models.DeliveryFailed))
	if d.DueAt != nil || d.FinishedAt == nil || len(r.seen()) != 1 {
		t.Errorf("%d calls, %+v", len(r.seen()), d)
	}
}
