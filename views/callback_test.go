package views_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"superbook/kit/webhook"
	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

// told is one message as a receiver got it.
type told struct {
	header http.Header
	body   []byte
}

func receiver(t *testing.T) (address string, messages <-chan told) {
	got := make(chan told, 8)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got <- told{r.Header.Clone(), body}
	}))
	t.Cleanup(srv.Close)
	return srv.URL + "/ready", got
}

// A program submits a photo and names an address: that is called when the photo
// is ready, also when the same photo was ready before.
func TestPhotoCallsBack(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t, local)
	s.Work()
	address, messages := receiver(t)
	u := s.Hero("nightheron")
	b := s.As(t, u).JSON()
	file := sitetest.JPEG(t, sitetest.Picture(300, 200, 1))
	id := b.Submit(file, url.Values{"callback_url": {address}}).Is(http.StatusAccepted).PhotoID()
	first := wantTold(t, s, u, id, messages)
	if again := b.Submit(file, url.Values{"callback_url": {address}}).PhotoID(); again != id {
		t.Fatalf("the same bytes are photo %d and %d", id, again)
	}
	if second := wantTold(t, s, u, id, messages); second == first {
		t.Errorf("two tasks are told of under one number, %s", first)
	}
}

// wantTold waits for the message that a photo is ready, which has to be signed.
func wantTold(t *testing.T, s *sitetest.Site, u models.User, photo int64, messages <-chan told) (number string) {
	t.Helper()
	var m told
	select {
	case m = <-messages:
	case <-time.After(30 * time.Second):
		t.Fatal("nobody was called")
	}
	hooks, err := models.WebhooksIn(s.DB.Read).By(u.ID).Find(t.Context())
	if must(t, err); len(hooks) != 1 {
		t.Fatalf("%d webhooks", len(hooks))
	}
	must(t, webhook.Verify(m.header, m.body, time.Now(), hooks[0].Secret))
	var e struct {
		Type string
		Data tasks.TaskEnded
	}
	must(t, json.Unmarshal(m.body, &e))
	if e.Type != "task.done" || e.Data.URL != "http://superbook.test"+s.Path("photo", photo) {
		t.Errorf("the message is %s", m.body)
	}
	return m.header.Get(webhook.HeaderID)
}

func TestCallbacksThatAreRefused(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t) // production's rule: public addresses only
	b := s.As(t, s.Hero("nightheron")).JSON()
	file := sitetest.JPEG(t, sitetest.Picture(300, 200, 1))
	for _, address := range []string{"http://127.0.0.1/", "ftp://example.org/", "example.org", "https://user:pw@example.org/", "http://169.254.169.254/latest"} {
		b.Submit(file, url.Values{"callback_url": {address}}).Is(http.StatusUnprocessableEntity).Shows("callback_url")
	}
	if left := s.Photos(); len(left) != 0 || len(s.Kept()) != 0 {
		t.Errorf("%d photos and the files %v are left", len(left), s.Kept())
	}
}
