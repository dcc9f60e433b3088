package tasks_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/kit/webhook"
	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

func TestBothSecretsSignWhileOneReplacesTheOther(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, status(http.StatusOK))
	s, old := calling(t, r.URL)
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return models.RotateSecret(t.Context(), tx, old) }))
	w := again(t, s, old)
	if w.Secret == old.Secret || w.OldSecret != old.Secret {
		t.Fatal("the secret is the same")
	}
	until(t, s, test(t, s, w).ID, "delivered", in(models.DeliveryDone))
	if n := len(strings.Fields(r.seen()[0].Signature)); n != 2 {
		t.Errorf("%d signatures on the first day", n)
	}
	s.Exec("UPDATE webhooks SET old_until = ?", time.Now().UTC().Add(-time.Second))
	until(t, s, test(t, s, w).ID, "delivered", in(models.DeliveryDone))
	if n := len(strings.Fields(r.seen()[1].Signature)); n != 1 {
		t.Errorf("%d signatures after it", n)
	}
}

// Two clicks make two secrets, and the receiver may know none of them yet: what it
// knows signs on for the day that was promised. Who clicks twice on one page makes
// one.
func TestTheSecretThatTheReceiverKnowsSignsOn(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	first := hook(t, s, s.Hero("nightheron"), "https://example.org")
	rotate := func(w models.Webhook) models.Webhook {
		must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return models.RotateSecret(t.Context(), tx, w) }))
		return again(t, s, w)
	}
	signs := func(w models.Webhook, secret webhook.Secret) bool {
		h := http.Header{}
		must(t, webhook.Sign(h, "msg_1", []byte("{}"), time.Now(), w.Secrets(time.Now())...))
		return webhook.Verify(h, []byte("{}"), time.Now(), secret) == nil
	}
	second := rotate(first)
	if rotate(first).Secret != second.Secret {
		t.Error("one page has made two secrets")
	}
	third := rotate(second)
	if third.Secret == second.Secret || !signs(third, first.Secret) || !signs(third, second.Secret) || !signs(third, third.Secret) {
		t.Errorf("%d secrets sign", len(third.Secrets(time.Now())))
	}
	for range 20 {
		third = rotate(third)
	}
	if n := len(third.Secrets(time.Now())); n > 5 {
		t.Errorf("%d secrets sign", n)
	}
}

func TestOldSecretsAreForgottenWhenTheyNoLongerSign(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	u := s.Hero("nightheron")
	over, signs := hook(t, s, u, "https://example.org/over"), hook(t, s, u, "https://example.org/signs")
	for _, w := range []models.Webhook{over, signs} {
		must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return models.RotateSecret(t.Context(), tx, w) }))
	}
	s.Exec("UPDATE webhooks SET old_until = ? WHERE id = ?", time.Now().UTC().Add(-time.Second), over.ID)
	words, err := tasks.SweepTasksNow(t.Context(), s.Tasks)
	must(t, err)
	if w := again(t, s, over); w.OldSecret != "" || w.OldUntil != nil || w.Secret == "" || !contains(words, "1 old secret ") || contains(words, ", No ") {
		t.Errorf("%q, and kept until %v: %t", words, w.OldUntil, w.OldSecret != "")
	}
	if w := again(t, s, signs); w.OldSecret != signs.Secret || w.OldUntil == nil {
		t.Error("a secret is forgotten that still signs")
	}
}
