package views_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

func TestWebhooksAreFollowedByOwnerAndStaffOnly(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	owner, fan, staff, stranger := s.As(t, s.Hero("nightheron")), s.As(t, s.Fan("wren")), s.As(t, s.Staff()), s.As(t, models.User{})
	path, id := addHook(owner, nil)
	owner.Post("webhook.test", nil, id).Is(http.StatusSeeOther)
	srv, last := s.Server(), s.Live.Cursor()
	for topic, tt := range map[string]struct {
		shows     string
		followers []*sitetest.Browser
	}{
		tasks.WebhookTopic(1):  {"webhook-1-sent", []*sitetest.Browser{owner, staff}},
		tasks.DeliveryTopic(1): {"delivery-1-attempts", []*sitetest.Browser{owner, staff}},
		tasks.WebhooksTopic:    {"webhooks-counts", []*sitetest.Browser{staff}},
	} {
		on := "/live?on=" + topic
		for _, b := range tt.followers {
			b.Follow(srv, on, last).Until(tt.shows)
		}
		if topic == tasks.WebhooksTopic {
			owner.Visit(on).Is(http.StatusNotFound)
		}
		for _, b := range []*sitetest.Browser{fan, stranger} {
			b.Visit(on).Is(http.StatusNotFound)
		}
	}
	for _, none := range []string{tasks.WebhookTopic(99), tasks.DeliveryTopic(99), "webhooks:1"} {
		staff.Visit("/live?on=" + none).Is(http.StatusNotFound)
	}
	for at, topic := range map[string]string{path: "webhook:1", path + "/deliveries/1": "delivery:1"} {
		if got := owner.Visit(at).HTML().Find("body").AttrOr("data-live", ""); !strings.Contains(got, url.QueryEscape(topic)) {
			t.Errorf("%s follows %q", at, got)
		}
	}
}

// hookFollowed is a webhook of a member whose page follows it.
func hookFollowed(t *testing.T, s *sitetest.Site, at string) (w models.Webhook, stream *sitetest.Stream) {
	owner := s.As(t, s.Hero("nightheron"))
	path, id := addHook(owner, url.Values{"url": {at}})
	address, _ := owner.Visit(path).HTML().Find("body").Attr("data-live")
	stream = owner.Follow(s.Server(), address, "")
	stream.Until("webhook-" + id + "-sent")
	w, err := models.WebhooksIn(s.DB.Read).Get(t.Context(), 1)
	must(t, err)
	return w, stream
}

// However many calls there are, the pages that look on are told at a pace of
// their own.
func TestManyCallsAreFewFragments(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t, local)
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(receiver.Close)
	w, stream := hookFollowed(t, s, receiver.URL)
	const calls = 120
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
		for range calls {
			if err := s.Tasks.TestWebhook(t.Context(), tx, w); err != nil {
				return err
			}
		}
		return nil
	}))
	begin := time.Now()
	s.Work()
	s.Settle("webhook.send")
	s.Exec("INSERT INTO deliveries (webhook_id, message_id, type, payload, state, run, attempts, created_at) VALUES (?, 'msg_end', 'task.end', '{}', 'held', 1, 0, ?)", w.ID, begin.UTC())
	const acts = 3 // the buttons, once for each who may look
	frames, most := len(stream.Until("task.end")), acts+2*(2+int(time.Since(begin)/time.Second))
	if frames > most || most > calls {
		t.Errorf("%d fragments for %d calls, want at most %d", frames, calls, most)
	}
}

func TestWhatHasNotChangedIsNotPushed(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	w, stream := hookFollowed(t, s, "https://example.org/hook")
	for n := 2; n < 5; n++ {
		s.Exec("UPDATE webhooks SET failing_since = ?, failures = ? WHERE id = ?", time.Now().UTC(), n, w.ID)
		for _, e := range stream.Until(fmt.Sprintf("The last %d calls failed", n)) {
			if strings.Contains(e.Data, "-sent") {
				t.Errorf("pushed without need: %s", e.Data)
			}
		}
	}
}

func TestAllWebhooksAreReachedByStaff(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	u := s.Hero("nightheron")
	at := time.Now().UTC()
	for n := range 90 {
		var failing, off any
		switch n % 3 {
		case 0:
			failing = at
		case 1:
			off = at
		}
		s.Exec("INSERT INTO webhooks (user_id, created_at, url, description, every, secret, old_secret, off_why, failures, failing_since, off_at) VALUES (?, ?, ?, '', FALSE, '', '', '', 1, ?, ?)",
			u.ID, at, fmt.Sprintf("https://example.org/%02d.", n), failing, off)
	}
	staff := s.As(t, s.Staff())
	first := staff.Get("dashboard.webhooks").Is(http.StatusOK).AtMost(8).HTML()
	for rest, health := range []string{"failing", "off", "well"} {
		more, _ := first.Find("#webhooks-" + health + " [rel=next]").Attr("href")
		seen := first.Find("#webhooks-" + health + " li").Length()
		page := staff.Visit(more).Is(http.StatusOK).Shows("All webhooks", "The newest of these").AtMost(4).HTML()
		if left := page.Find(".deliveries li").Length(); seen != 25 || left != 5 || page.Find("[rel=next]").Length() != 0 {
			t.Errorf("%s: %d on the first page, %d on the second", health, seen, left)
		}
		if got := page.Find(".deliveries h3").Last().Text(); got != fmt.Sprintf("https://example.org/%02d.", rest) {
			t.Errorf("%s: the last is %s", health, got)
		}
	}
	staff.Visit("/dashboard/webhooks?state=nonsense&before=3").Is(http.StatusOK).Shows("Failing", "In order")
}

// Whoever looks at a webhook sees the buttons that are theirs, as they change.
func TestButtonsOfAWebhookAreLive(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	w, stream := hookFollowed(t, s, "https://example.org/hook")
	staff := s.As(t, s.Staff())
	staff.Post("webhook.off", nil, w.ID).Is(http.StatusSeeOther)
	owner, others := "webhook-1-act-owner", "webhook-1-act-staff"
	seen := map[string]string{}
	for len(seen) < 2 {
		for _, e := range stream.Until("act-") {
			for _, id := range []string{owner, others} {
				if strings.Contains(e.Data, `id="`+id+`"`) && strings.Contains(e.Data, "while it is off") {
					seen[id] = e.Data
				}
			}
		}
	}
	if on := s.Path("webhook.on", w.ID); strings.Contains(seen[owner], on) || !strings.Contains(seen[others], on) {
		t.Errorf("the buttons are %v", seen)
	}
	if page := staff.Get("webhook", w.ID).HTML(); page.Find("#"+others).Length() != 1 || page.Find("#"+owner).Length() != 0 {
		t.Error("staff have other buttons on the page")
	}
}

func TestWhatIsNotDeliveredIsReachedByStaff(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	_, id := addHook(s.As(t, s.Hero("nightheron")), nil)
	for n := range 30 {
		s.Exec("INSERT INTO deliveries (webhook_id, message_id, type, payload, state, run, attempts, created_at) VALUES (?, ?, 'task.done', '{}', 'held', 1, 0, ?)",
			id, fmt.Sprint("msg_", n), time.Now().UTC())
	}
	staff := s.As(t, s.Staff())
	first := staff.Get("dashboard.webhooks").Is(http.StatusOK).AtMost(8).HTML()
	more, _ := first.Find("#webhooks-undelivered [rel=next]").Attr("href")
	rest := staff.Visit(more).Is(http.StatusOK).Shows("All webhooks", "The newest of these").AtMost(4).HTML().Find("#webhooks-undelivered li")
	if n := first.Find("#webhooks-undelivered li").Length(); n != 25 || rest.Length() != 5 || rest.Last().Find("#undelivered-1").Length() != 1 {
		t.Errorf("%d on the first page, %d on the second", n, rest.Length())
	}
}
