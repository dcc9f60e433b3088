package site_test

import (
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"superbook/kit/db"
	"superbook/kit/webhook"
	"superbook/models"
)

// inbox is the server that webhooks call: a moody one. It answers 500, hangs, or
// breaks the connection before or after it has taken the message.
type inbox struct {
	t       *testing.T
	server  *httptest.Server
	stormy  atomic.Bool
	refused atomic.Int64

	mu       sync.Mutex
	webhooks map[string]models.Webhook // by the path of their address
	calls    map[string]int            // of each message, whatever the answer was
	taken    map[string]int64          // message → task
	bodies   map[string]string
}

func newInbox(t *testing.T) *inbox {
	in := &inbox{t: t, calls: map[string]int{}, taken: map[string]int64{}, bodies: map[string]string{}}
	in.stormy.Store(true)
	in.server = httptest.NewServer(in)
	t.Cleanup(in.server.Close)
	return in
}

// register makes a member's webhook, which hears of all tasks.
func (in *inbox) register(v *visitor, path string) {
	in.t.Helper()
	v.post(in.t, "/users/me/webhooks/new", url.Values{"url": {in.server.URL + path}, "every": {"true"}})
}

// learn reads the secrets, as the members have them from their pages.
func (in *inbox) learn(d *db.DB) {
	in.t.Helper()
	all, err := db.Rows[models.Webhook](d.Read).Find(in.t.Context())
	must(in.t, err)
	in.mu.Lock()
	defer in.mu.Unlock()
	in.webhooks = map[string]models.Webhook{}
	for _, w := range all {
		in.webhooks[strings.TrimPrefix(w.URL, in.server.URL)] = w
	}
}

// calm has it answer well from here on.
func (in *inbox) calm() { in.stormy.Store(false) }

// ServeHTTP takes a message.
func (in *inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the sender was killed in the middle of it
	}
	mood := 100
	if in.stormy.Load() {
		mood = rand.IntN(100)
	}
	in.note(r, string(body), mood >= 16)
	switch {
	case mood < 8:
		in.refused.Add(1)
		w.WriteHeader(http.StatusInternalServerError)
		return
	case mood < 16, mood < 24: // the latter after it was taken: it comes once more
		in.refused.Add(1)
		panic(http.ErrAbortHandler)
	case mood < 28:
		time.Sleep(time.Duration(200+rand.IntN(800)) * time.Millisecond)
	}
	w.WriteHeader(http.StatusNoContent)
}

// note checks a message and writes down that it came.
func (in *inbox) note(r *http.Request, body string, takes bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if err := webhook.Verify(r.Header, []byte(body), time.Now(), in.webhooks[r.URL.Path].Secrets(time.Now())...); err != nil {
		in.t.Errorf("a message to %s: %v", r.URL.Path, err)
	}
	id := r.Header.Get(webhook.HeaderID)
	in.calls[id]++
	var event struct{ Data struct{ ID int64 } }
	if err := json.Unmarshal([]byte(body), &event); err != nil || event.Data.ID == 0 {
		in.t.Errorf("message %s is %q: %v", id, body, err)
	}
	if was, ok := in.bodies[id]; ok && was != body {
		in.t.Errorf("message %s was %q and is %q", id, was, body)
	}
	if in.bodies[id] = body; takes {
		in.taken[id] = event.Data.ID
	}
}

// wantToldOnce checks that each task's owner was told of its end: at least once,
// and always under the same number.
func (c *crash) wantToldOnce() {
	t, in := c.t, c.inbox
	var rows []struct {
		Task      int64
		MessageID string
		State     models.DeliveryState
		Attempts  int
	}
	must(t, c.db.Read.Raw("SELECT tasks.id AS task, coalesce(message_id, '') AS message_id, coalesce(deliveries.state, '') AS state, "+
		"coalesce(deliveries.attempts, 0) AS attempts FROM tasks LEFT JOIN deliveries ON deliveries.task_id = tasks.id ORDER BY tasks.id").Scan(&rows).Error)
	in.mu.Lock()
	defer in.mu.Unlock()
	known, calls, twice := map[string]bool{}, 0, 0
	for _, r := range rows {
		known[r.MessageID] = true
		calls += in.calls[r.MessageID]
		if in.calls[r.MessageID] > 1 {
			twice++
		}
		if r.State != models.DeliveryDone || in.taken[r.MessageID] != r.Task {
			t.Errorf("task %d: message %q is %q after %d attempts, and came %d times", r.Task, r.MessageID, r.State, r.Attempts, in.calls[r.MessageID])
		}
	}
	for id := range in.calls {
		if !known[id] {
			t.Errorf("message %s is none of a task: %s", id, in.bodies[id])
		}
	}
	t.Logf("webhooks: %d tasks told in %d calls, %d of them refused or broken; %d messages came more than once", len(rows), calls, in.refused.Load(), twice)
	if len(rows) < c.rounds || twice == 0 {
		t.Error("too few calls for this to mean anything")
	}
}
