package views_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"gorm.io/gorm"

	"superbook/models"
	"superbook/site"
	"superbook/site/sitetest"
)

func local(set *site.Settings) { set.WebhooksLocal = true }

// hooking is a form for a webhook that is accepted, with some fields replaced.
func hooking(change url.Values) url.Values {
	form := url.Values{"url": {"https://example.org/hook"}, "description": {"My <b>album</b>"}, "every": {"true"}}
	for field, value := range change {
		form[field] = value
	}
	return form
}

// addHook makes a webhook and gives its path and number.
func addHook(b *sitetest.Browser, change url.Values) (path, id string) {
	path = b.Post("webhook.new", hooking(change)).Is(http.StatusSeeOther).Header.Get("Location")
	return path, strings.TrimPrefix(path, "/users/me/webhooks/")
}

func TestWebhookFromTheFirstToTheLast(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	b.Get("webhooks").Is(http.StatusOK).Shows("No webhooks yet", "up to 10", "webhook-id").AtMost(3)
	b.Get("webhook.new").Is(http.StatusOK).Shows("A new webhook").AtMost(2)
	path, id := addHook(b, nil)
	b.Visit(path).Is(http.StatusOK).Shows("Saved. Give its secret", "https://example.org/hook", "My <b>album</b>", "Hears of everything", "Nothing yet").Hides(`<p class="secret">`).AtMost(6)
	b.Get("webhooks").Shows("https://example.org/hook", "On").AtMost(3)

	form := b.Get("webhook.edit", id).Is(http.StatusOK).AtMost(3)
	if form.Value("url") != "https://example.org/hook" || form.HTML().Find("[name=every][checked]").Length() != 1 {
		t.Error("the form has forgotten what it was")
	}
	change := hooking(url.Values{"url": {"https://example.org/other"}})
	change.Del("every")
	b.Post("webhook.edit", change, id).Is(http.StatusSeeOther).GoesTo(path).AtMost(6)
	b.Visit(path).Shows("https://example.org/other", "Hears only of what names")

	b.Post("webhook.off", nil, id).Is(http.StatusSeeOther).GoesTo(path).AtMost(6)
	b.Visit(path).Shows("Nothing is sent while it is off", "Switch on").Hides("Send a test message")
	b.Post("webhook.test", nil, id).Is(http.StatusForbidden).Shows("Switch it on first")
	b.Post("webhook.on", nil, id).Is(http.StatusSeeOther).AtMost(5)
	b.Visit(path).Shows("It is on.", "Send a test message")

	b.Get("webhook.delete", id).Is(http.StatusOK).Shows("Delete this webhook?", "https://example.org/other").AtMost(3)
	b.Post("webhook.delete", nil, id).Is(http.StatusSeeOther).GoesTo("/users/me/webhooks")
	b.Get("webhooks").Shows("is deleted", "No webhooks yet")
	b.Visit(path).Is(http.StatusNotFound)
}

func TestSecretIsShownOnlyWhenItIsAskedFor(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	path, id := addHook(b, nil)
	secret := func() string {
		a := b.Post("webhook.secret", nil, id).Is(http.StatusOK).Shows("Keep it where").AtMost(6)
		if got := a.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("the page with the secret may be kept: %q", got)
		}
		return a.HTML().Find(".secret code").Text()
	}
	first := secret()
	if !strings.HasPrefix(first, "whsec_") || len(first) < 40 {
		t.Fatalf("the secret is %q", first)
	}
	b.Visit(path).Hides(first)
	b.Post("webhook.rotate", nil, id).Is(http.StatusSeeOther).GoesTo(path).AtMost(5)
	b.Visit(path).Shows("within 24 hours", "signs as well until").Hides(first)
	if secret() == first {
		t.Error("the new secret is the old one")
	}
}

func TestDeliveriesOnTheirPages(t *testing.T) {
	t.Parallel()
	fail := true
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if fail {
			w.WriteHeader(http.StatusGone)
		}
		_, _ = w.Write([]byte("<script>alert(1)</script>"))
	}))
	t.Cleanup(receiver.Close)
	s := sitetest.New(t, local)
	b := s.As(t, s.Hero("nightheron"))
	path, id := addHook(b, url.Values{"url": {receiver.URL}})
	b.Post("webhook.test", nil, id).Is(http.StatusSeeOther).GoesTo(path).AtMost(5)
	if b.Visit(path).Shows("webhook.test", "On its way").HTML().Find("noscript").Length() == 0 {
		t.Error("without scripts nobody sees how it goes on")
	}
	s.Work()
	s.Settle("webhook.send")
	page := b.Visit(path).Is(http.StatusOK).Shows("Failed for good", "Off: it said that it is gone").AtMost(6)
	at, _ := page.HTML().Find(".deliveries a").Attr("href")
	b.Visit(at).Is(http.StatusOK).Shows("The receiver answered 410", "Webhook-Signature: v1,", "msg_", "<script>alert(1)", "Attempt 1").
		Hides("whsec_", "Send again").AtMost(5)
	if b.Visit(at).HTML().Find("main script").Length() > 0 {
		t.Error("what the receiver answers is a part of the page")
	}
	delivery := at[strings.LastIndex(at, "/")+1:]
	b.Post("delivery.again", nil, id, delivery).Is(http.StatusForbidden).Shows("Switch it on first")
	fail = false
	b.Post("webhook.on", nil, id).Is(http.StatusSeeOther)
	b.Visit(at).Shows("Send again")
	b.Post("delivery.again", nil, id, delivery).Is(http.StatusSeeOther).GoesTo(at)
	s.Settle("webhook.send")
	b.Visit(at).Shows("Delivered", "Attempt 2", "Attempt 1")
	if b.Get("notifications").Shows("is switched off").HTML().Find(`a[href="`+path+`"]`).Length() == 0 {
		t.Error("the notification leads nowhere")
	}
}

func TestHeldDeliveriesAndPagesOfThem(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	u := s.Hero("nightheron")
	b := s.As(t, u)
	path, id := addHook(b, nil)
	for n := range 30 {
		s.Exec("INSERT INTO deliveries (webhook_id, message_id, type, payload, state, run, attempts, created_at) VALUES (?, ?, ?, '{}', 'held', 1, 0, ?)",
			id, fmt.Sprintf("msg_%d", n), fmt.Sprintf("task.number%02d", n), models.Today())
	}
	first := b.Visit(path).Is(http.StatusOK).Shows("task.number29", "task.number05", "Not sent", "Send what waited").Hides("task.number04")
	more, _ := first.HTML().Find("[rel=next]").Attr("href")
	b.Visit(more).Is(http.StatusOK).Shows("task.number04", "task.number00", "Back to the newest").Hides("task.number05").AtMost(5)
	b.Post("webhook.held", nil, id).Is(http.StatusSeeOther).GoesTo(path)
	b.Visit(path).Shows("30 messages are on the way", "On its way").Hides("Not sent", "Send what waited")
}

func TestWebhooksAreTheirOwnersAndStaffs(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	owner := s.As(t, s.Hero("nightheron"))
	path, id := addHook(owner, nil)
	owner.Post("webhook.test", nil, id).Is(http.StatusSeeOther)
	delivery, _ := owner.Visit(path).HTML().Find(".deliveries a").Attr("href")
	number := delivery[strings.LastIndex(delivery, "/")+1:]
	fan, staff := s.As(t, s.Fan("wren")), s.As(t, s.Staff())
	fan.Get("webhooks").Is(http.StatusOK).Hides("example.org/hook")
	fan.Get("dashboard.webhooks").Is(http.StatusNotFound)
	_, fans := addHook(fan, nil) // the same address as somebody else's
	for _, a := range []*sitetest.Answer{fan.Visit(path), fan.Visit(delivery), fan.Get("webhook.edit", id), fan.Post("webhook.edit", hooking(nil), id),
		fan.Get("webhook.delete", id), fan.Post("webhook.delete", nil, id), fan.Post("webhook.secret", nil, id), fan.Post("webhook.rotate", nil, id),
		fan.Post("webhook.on", nil, id), fan.Post("webhook.off", nil, id), fan.Post("webhook.test", nil, id), fan.Post("webhook.held", nil, id),
		fan.Post("delivery.again", nil, id, number), fan.Get("delivery", fans, number), fan.Post("delivery.again", nil, fans, number),
		staff.Get("webhook.edit", id), staff.Post("webhook.edit", hooking(nil), id), staff.Post("webhook.delete", nil, id),
		staff.Post("webhook.secret", nil, id), staff.Post("webhook.rotate", nil, id), staff.Post("webhook.test", nil, id),
		owner.Visit("/users/me/webhooks/x"), owner.Visit("/users/me/webhooks/0"), owner.Visit(path + "/deliveries/x"), owner.Visit(path + "/deliveries/9999")} {
		a.Is(http.StatusNotFound).Hides("whsec_")
	}
	staff.Get("dashboard.webhooks").Is(http.StatusOK).Shows("example.org/hook", "@nightheron", "on their way", "In order").Hides("whsec_").AtMost(7)
	staff.Visit(path).Is(http.StatusOK).Shows("It belongs to", "nightheron").Hides("Show the secret", "Make a new one", "whsec_").AtMost(6)
	staff.Visit(delivery).Is(http.StatusOK)
	staff.Post("webhook.off", nil, id).Is(http.StatusSeeOther)
	owner.Visit(path).Shows("Switched off by staff", "Ask staff").Hides(">Switch on<")
	owner.Post("webhook.on", nil, id).Is(http.StatusForbidden).Shows("Ask them why")
	first := staff.Get("dashboard.webhooks").Shows("Switched off by staff", "held").HTML()
	if got := first.Find("#webhooks-off h3").First().Text(); !strings.Contains(got, "example.org/hook") {
		t.Errorf("in trouble: %q", got)
	}
	staff.Post("webhook.on", nil, id).Is(http.StatusSeeOther)
	staff.Post("delivery.again", nil, id, number).Is(http.StatusSeeOther).GoesTo(delivery)
	owner.Visit(path).Shows("On its way")
}

func TestRefusedWebhookKeepsEveryField(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Unlimited()
	b := s.As(t, s.Hero("nightheron"))
	_, id := addHook(b, nil)
	addHook(b, url.Values{"url": {"https://example.org/taken"}})
	for row, tt := range map[string]struct {
		change       url.Values
		field, words string
	}{
		"nothing":            {url.Values{"url": {" "}}, "url", "Give the address"},
		"no scheme":          {url.Values{"url": {"example.org"}}, "url", "Begin the address"},
		"an inner address":   {url.Values{"url": {"http://169.254.169.254/latest/meta-data"}}, "url", "everybody can reach"},
		"one's own machine":  {url.Values{"url": {"http://localhost:8000/"}}, "url", "everybody can reach"},
		"a password in it":   {url.Values{"url": {"https://a:b@example.org"}}, "url", "Leave name and password"},
		"another port":       {url.Values{"url": {"https://example.org:25/"}}, "url", "Use the port"},
		"the same again":     {url.Values{"url": {"https://example.org/taken"}}, "url", "already"},
		"a long description": {url.Values{"description": {strings.Repeat("é", 101)}}, "description", "100 characters"},
	} {
		t.Run(row, func(t *testing.T) {
			b, form := b.In(t), hooking(tt.change)
			for _, a := range []*sitetest.Answer{b.Post("webhook.new", form), b.Post("webhook.edit", form, id)} {
				a.Is(http.StatusUnprocessableEntity)
				if got := a.HTML().Find("#" + tt.field + "-error").Text(); !strings.Contains(got, tt.words) {
					t.Errorf("the words are %q, want %q", got, tt.words)
				}
				for _, field := range []string{"url", "description"} {
					if got := a.HTML().Find("#"+field).AttrOr("value", ""); got != strings.TrimSpace(form.Get(field)) {
						t.Errorf("%s came back as %q", field, got)
					}
				}
			}
			p := problemOf(t, b.JSON().Post("webhook.new", form).Is(http.StatusUnprocessableEntity))
			if !strings.Contains(p.Errors[tt.field], tt.words) {
				t.Errorf("as JSON: %v", p.Errors)
			}
		})
	}
	for n := 2; n < models.MaxWebhooks; n++ {
		addHook(b, url.Values{"url": {fmt.Sprintf("https://example.org/%d", n)}})
	}
	b.Post("webhook.new", hooking(url.Values{"url": {"https://example.org/more"}})).Is(http.StatusUnprocessableEntity).Shows("there may not be more")
	b.Get("webhooks").Shows("and you do").Hides("Add a webhook")
}

func TestCallsByHandAreSlowedDown(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	_, id := addHook(b, nil)
	s.Views.Limits.CallsByAccount = new(clock).allow(2)
	for range 2 {
		b.Post("webhook.test", nil, id).Is(http.StatusSeeOther)
	}
	b.Post("webhook.test", nil, id).Is(http.StatusTooManyRequests)
	b.Post("webhook.held", nil, id).Is(http.StatusTooManyRequests)
}

func TestPageSaysHowToVerify(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	page := s.As(t, s.Hero("nightheron")).Get("webhooks").HTML()
	if n := page.Find("#verify").NextAll().FilterFunction(func(_ int, e *goquery.Selection) bool { return e.Is("details") && e.Find("pre code").Text() != "" }).Length(); n != 2 {
		t.Errorf("%d languages", n)
	}
}

// More was held than is sent at a time: it says how many went, and that there are
// more.
func TestHeldMessagesAreSentInParts(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	u := s.Hero("nightheron")
	b := s.As(t, u)
	path, id := addHook(b, nil)
	w, err := models.WebhooksIn(s.DB.Read).Where("id = ?", id).Take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	err = s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
		for i := range 203 {
			held := models.Delivery{Type: "webhook.test", Payload: fmt.Sprintf(`{"n":%d}`, i)}
			if err := models.CreateDelivery(t.Context(), tx, w, &held); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Exec("UPDATE deliveries SET state = 'held', finished_at = CURRENT_TIMESTAMP")
	for _, words := range []string{"200 messages are on the way. 3 more wait: send again for those.", "3 messages are on the way.", "Nothing waited."} {
		b.Post("webhook.held", nil, id).Is(http.StatusSeeOther)
		b.Visit(path).Shows(words)
	}
	b.Visit(path).Hides("Send what waited")
}
