package tasks_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/kit/webhook"
	"superbook/models"
	"superbook/site"
	"superbook/site/sitetest"
)

// call is what a receiver has seen.
type call struct {
	ID, Signature string
	Header        http.Header
	Body          []byte
}

// receiver is somebody else's server, which answers as it is told.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	calls  []call
	answer http.HandlerFunc
}

func newReceiver(t testing.TB, answer http.HandlerFunc) *receiver {
	r := &receiver{answer: answer}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			t.Error(err)
		}
		r.mu.Lock()
		answer := r.answer
		r.calls = append(r.calls, call{req.Header.Get(webhook.HeaderID), req.Header.Get(webhook.HeaderSignature), req.Header.Clone(), body})
		r.mu.Unlock()
		answer(w, req)
	}))
	t.Cleanup(r.Close)
	return r
}

// now answers from now on in another way.
func (r *receiver) now(answer http.HandlerFunc) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = answer
}

func (r *receiver) seen() []call {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]call(nil), r.calls...)
}

// status answers with each of these, and then with the last.
func status(all ...int) http.HandlerFunc {
	var n atomic.Int64
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(all[min(int(n.Add(1))-1, len(all)-1)])
	}
}

// local lets webhooks call the receivers of tests.
func local(set *site.Settings) { set.WebhooksLocal = true }

// calling is a site that works, and a member of it with a webhook.
func calling(t *testing.T, url string) (*sitetest.Site, models.Webhook) {
	t.Helper()
	s := sitetest.New(t, local)
	w := hook(t, s, s.Hero("nightheron"), url)
	s.Work()
	return s, w
}

func hook(t testing.TB, s *sitetest.Site, u models.User, url string) models.Webhook {
	t.Helper()
	w := models.Webhook{UserID: u.ID, URL: url, Every: true}
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return models.CreateWebhook(t.Context(), tx, &w) }))
	return w
}

// test sends a test message and gives the delivery.
func test(t testing.TB, s *sitetest.Site, w models.Webhook) models.Delivery {
	t.Helper()
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return s.Tasks.TestWebhook(t.Context(), tx, w) }))
	all, err := models.DeliveriesIn(s.DB.Write).To(w.ID).Newest(t.Context(), 1)
	must(t, err)
	return all[0]
}

// until waits for a delivery to be as it should.
func until(t testing.TB, s *sitetest.Site, id int64, what string, is func(models.Delivery) bool) models.Delivery {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		d, err := models.DeliveriesIn(s.DB.Read).Get(t.Context(), id)
		must(t, err)
		if is(d) {
			return d
		}
		if time.Now().After(deadline) {
			t.Fatalf("delivery %d is not %s: %+v", id, what, d)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

func in(state models.DeliveryState) func(models.Delivery) bool {
	return func(d models.Delivery) bool { return d.State == state }
}

func tried(n int) func(models.Delivery) bool {
	return func(d models.Delivery) bool { return d.Attempts == n }
}

// hurry has the next attempt of every job made now.
func hurry(s *sitetest.Site) {
	s.Exec("UPDATE river_job SET scheduled_at = ?, state = 'available' WHERE state IN ('retryable', 'scheduled') AND kind = 'webhook.send'", time.Now().UTC())
}

func attempts(t testing.TB, s *sitetest.Site, d models.Delivery) []models.DeliveryAttempt {
	t.Helper()
	all, err := models.AttemptsOf(t.Context(), s.DB.Read, d.ID, 100)
	must(t, err)
	return all
}

func again(t testing.TB, s *sitetest.Site, w models.Webhook) models.Webhook {
	t.Helper()
	w, err := models.WebhooksIn(s.DB.Read).Get(t.Context(), w.ID)
	must(t, err)
	return w
}
