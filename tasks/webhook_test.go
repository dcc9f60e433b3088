package tasks_test

import (
	"encoding/json"
	"net/http"
	"sync"
	"testing"
	"time"

	"superbook/kit/outbound"
	"superbook/kit/webhook"
	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

func TestMessageIsSignedAndDelivered(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		_, _ = w.Write([]byte("thank\x00 you"))
	})
	s, w := calling(t, r.URL)
	d := test(t, s, w)
	d = until(t, s, d.ID, "delivered", in(models.DeliveryDone))
	calls := r.seen()
	if len(calls) != 1 || calls[0].ID != d.MessageID || d.Attempts != 1 || d.DueAt != nil || d.FinishedAt == nil {
		t.Fatalf("%d calls, %+v", len(calls), d)
	}
	c := calls[0]
	if err := webhook.Verify(c.Header, c.Body, time.Now(), w.Secret); err != nil {
		t.Error(err)
	}
	if c.Header.Get("Content-Type") != "application/json" || c.Header.Get("User-Agent") != "SuperBook-Webhooks/1 (+http://superbook.test)" ||
		c.Header["Idempotency-Key"] != nil || c.Header["Cookie"] != nil {
		t.Errorf("headers %v", c.Header)
	}
	var e struct {
		Type string
		Data struct{ Words string }
	}
	if err := json.Unmarshal(c.Body, &e); err != nil || e.Type != tasks.EventTest || e.Data.Words == "" {
		t.Errorf("%s: %v", c.Body, err)
	}
	a := attempts(t, s, d)
	if len(a) != 1 || a[0].Status != http.StatusOK || a[0].Failure != "" || a[0].Body != "thank you" || a[0].Response != "Content-Type: text/plain\n" {
		t.Errorf("noted %+v", a)
	}
}

// A receiver that does as the page says: it verifies, and remembers numbers.
func TestForgedAndReplayedMessagesAreRefused(t *testing.T) {
	t.Parallel()
	var (
		secret webhook.Secret
		mu     sync.Mutex
		known  = map[string]bool{}
		acted  int
	)
	careful := func(h http.Header, body []byte, now time.Time) int {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case webhook.Verify(h, body, now, secret) != nil:
			return http.StatusUnauthorized
		case known[h.Get(webhook.HeaderID)]:
			return http.StatusNoContent
		}
		known[h.Get(webhook.HeaderID)] = true
		acted++
		return http.StatusNoContent
	}
	r := newReceiver(t, status(http.StatusNoContent))
	s, w := calling(t, r.URL)
	secret = w.Secret
	until(t, s, test(t, s, w).ID, "delivered", in(models.DeliveryDone))
	c := r.seen()[0]
	forged := c.Header.Clone()
	must(t, webhook.Sign(forged, webhook.NewID(), c.Body, time.Now(), webhook.NewSecret()))
	for name, tt := range map[string]struct {
		header http.Header
		body   string
		at     time.Time
		want   int
	}{
		"forged by who knows no secret": {forged, string(c.Body), time.Now(), http.StatusUnauthorized},
		"another body":                  {c.Header, "{}", time.Now(), http.StatusUnauthorized},
		"kept for an hour":              {c.Header, string(c.Body), time.Now().Add(time.Hour), http.StatusUnauthorized},
		"a clock an hour behind":        {c.Header, string(c.Body), time.Now().Add(-time.Hour), http.StatusUnauthorized},
	} {
		if got := careful(tt.header, []byte(tt.body), tt.at); got != tt.want {
			t.Errorf("%s: %d, want %d", name, got, tt.want)
		}
	}
	for range 3 { // the true one, and twice the same again at once
		if got := careful(c.Header, c.Body, time.Now().Add(4*time.Minute)); got != http.StatusNoContent {
			t.Errorf("the true message: %d", got)
		}
	}
	if acted != 1 {
		t.Errorf("the receiver acted %d times", acted)
	}
}

func TestRetriesHaveOneNumber(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, status(http.StatusInternalServerError, http.StatusNotFound, http.StatusOK))
	s, w := calling(t, r.URL)
	d := test(t, s, w)
	for n := 1; n < 3; n++ {
		d = until(t, s, d.ID, "tried", tried(n))
		if d.State != models.DeliveryRetrying || d.DueAt == nil || time.Until(*d.DueAt) > 15*time.Second {
			t.Fatalf("after attempt %d: %+v", n, d)
		}
		for len(r.seen()) == n { // the job's row is written after ours
			hurry(s)
			time.Sleep(5 * time.Millisecond)
		}
	}
	d = until(t, s, d.ID, "delivered", in(models.DeliveryDone))
	calls, signatures := r.seen(), map[string]bool{}
	for _, c := range calls {
		signatures[c.Signature] = true
		if c.ID != d.MessageID {
			t.Errorf("an attempt has the number %s, want %s", c.ID, d.MessageID)
		}
	}
	if len(calls) != 3 || d.Attempts != 3 {
		t.Errorf("%d calls, %+v", len(calls), d)
	}
	a := attempts(t, s, d)
	if len(a) != 3 || a[0].Number != 3 || a[2].Status != 500 || a[1].Status != 404 || a[2].Failure == "" {
		t.Errorf("noted %+v", a)
	}
	if w = again(t, s, w); w.Failing() || w.Failures != 0 {
		t.Errorf("it is well again, and yet %+v", w)
	}
}

func TestWhatCountsAsFailed(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		status int
		words  string
	}{
		"a redirect":                      {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) }, 302, "leads elsewhere"},
		"not modified":                    {status(http.StatusNotModified), 304, "leads elsewhere"},
		"a refusal":                       {status(http.StatusUnauthorized), 401, "only 200 to 299"},
		"a server that is slow":           {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, 0, "too long"},
		"a refusal whose body has no end": {endless(http.StatusInternalServerError), 500, "only 200 to 299"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newReceiver(t, tt.answer)
			s, w := hurried(t, r.URL)
			d := test(t, s, w)
			d = until(t, s, d.ID, "tried", tried(1))
			a := attempts(t, s, d)
			if d.State != models.DeliveryRetrying || a[0].Status != tt.status || !contains(a[0].Failure, tt.words) {
				t.Errorf("%+v: %+v", d, a)
			}
			if len(r.seen()) != 1 {
				t.Errorf("%d calls", len(r.seen()))
			}
		})
	}
}

// hurried is calling with less patience.
func hurried(t *testing.T, url string) (*sitetest.Site, models.Webhook) {
	t.Helper()
	s := sitetest.New(t, local)
	s.Tasks.Webhooks.Client = outbound.NewClient(outbound.Config{Local: true, Timeout: 300 * time.Millisecond})
	w := hook(t, s, s.Hero("nightheron"), url)
	s.Work()
	return s, w
}

// endless answers at once, and goes on with its body until nobody listens.
func endless(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte("I begin"))
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}
}

// brokenOff promises more of a body than it sends.
func brokenOff(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "100")
	_, _ = w.Write([]byte("I begin"))
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// The status is the answer. What is wrong with the body is in the log.
func TestStatusIsTheAnswer(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		status int
	}{
		"a body without end":     {endless(http.StatusAccepted), 202},
		"a body that breaks off": {brokenOff, 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newReceiver(t, tt.answer)
			s, w := hurried(t, r.URL)
			d := until(t, s, test(t, s, w).ID, "tried", tried(1))
			a := attempts(t, s, d)[0]
			if d.State != models.DeliveryDone || a.Status != tt.status || a.Failure != "" || a.Body != "I begin\n(The rest did not come.)" {
				t.Errorf("%s: %+v", d.State, a)
			}
			if a.Took() > 5*time.Second || again(t, s, w).Failing() || len(r.seen()) != 1 {
				t.Errorf("it took %v and %d calls", a.Took(), len(r.seen()))
			}
		})
	}
}
