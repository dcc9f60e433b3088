package views_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/kit/mail"
	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

func wish(w models.Wish, email string) url.Values {
	return url.Values{"email": {email}, "action": {string(w)}}
}

// mailed sends the form, and gives all mails after it, newest first.
func mailed(t *testing.T, s *sitetest.Site, w models.Wish, email string) []mail.Stored {
	t.Helper()
	s.As(t, stranger).Post("newsletter", wish(w, email)).Is(http.StatusOK).Shows("Look into your mail")
	s.Settle(tasks.MailNewsletterLink{}.Kind())
	mails, err := s.Mails.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return mails
}

var confirmLink = regexp.MustCompile(`http://superbook\.test(/newsletter/confirm/[\w-]+)`)

// linkIn is the path in a mail, which has it in the text and in the HTML.
func linkIn(t *testing.T, m mail.Stored) string {
	t.Helper()
	found := confirmLink.FindStringSubmatch(m.Text)
	if found == nil || !strings.Contains(m.HTML, `href="`+found[0]+`"`) {
		t.Fatalf("the mail has no link:\n%s\n%s", m.Text, m.HTML)
	}
	return found[1]
}

// subscribed says how many subscribers there are, confirmed and not.
func subscribed(t *testing.T, s *sitetest.Site) (confirmed, waiting int) {
	t.Helper()
	return rows(t, s, "subscribers", "confirmed_at IS NOT NULL"), rows(t, s, "subscribers", "confirmed_at IS NULL")
}

func wantSubscribed(t *testing.T, s *sitetest.Site, confirmed, waiting int) {
	t.Helper()
	if c, w := subscribed(t, s); c != confirmed || w != waiting {
		t.Errorf("%d are confirmed and %d wait, want %d and %d", c, w, confirmed, waiting)
	}
}

func TestNewsletterFromJoiningToLeaving(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Views.Limits = unlimited()
	s.Work()
	b := s.As(t, stranger)
	b.Get("newsletter").Is(http.StatusOK).Shows("The newsletter", "Subscribe", "Unsubscribe").AtMost(0)

	mails := mailed(t, s, models.Subscribe, "Wren@Example.org")
	wantSubscribed(t, s, 0, 1)
	if len(mails) != 1 || mails[0].To != "Wren@Example.org" || mails[0].Subject != "Do you want the SuperBook newsletter?" {
		t.Fatalf("the mails are %+v", mails)
	}
	join := linkIn(t, mails[0])
	page := b.Visit(join).Is(http.StatusOK).Shows("Subscribe to the newsletter?", "Wren@Example.org").AtMost(1)
	if page.HTML().Find(`meta[name=robots][content=noindex]`).Length() == 0 {
		t.Error("the page with the secret address may be found")
	}
	wantSubscribed(t, s, 0, 1) // looking is not agreeing
	b.Do(formTo(join, nil)).Is(http.StatusOK).Shows("Welcome aboard", "Wren@Example.org")
	wantSubscribed(t, s, 1, 0)
	b.Visit(join).Is(http.StatusNotFound).Shows("This link no longer works")
	b.Do(formTo(join, nil)).Is(http.StatusNotFound)

	if again := mailed(t, s, models.Subscribe, "WREN@example.org"); len(again) != 1 {
		t.Errorf("a mail for who is subscribed already: %+v", again[0])
	}
	wantSubscribed(t, s, 1, 0)
	mails = mailed(t, s, models.Unsubscribe, "wren@EXAMPLE.org")
	if len(mails) != 2 || mails[0].Subject != "No more newsletters?" || mails[0].To != "Wren@Example.org" {
		t.Fatalf("the mails are %+v", mails)
	}
	leave := linkIn(t, mails[0])
	b.Visit(leave).Is(http.StatusOK).Shows("Leave the newsletter?")
	wantSubscribed(t, s, 1, 0)
	b.Do(formTo(leave, nil)).Is(http.StatusOK).Shows("Goodbye")
	wantSubscribed(t, s, 0, 0)
	b.Do(formTo(leave, nil)).Is(http.StatusNotFound)

	next := linkIn(t, mailed(t, s, models.Subscribe, "wren@example.org")[0])
	b.Do(formTo(join, nil)).Is(http.StatusNotFound) // the old link means the old number
	b.Do(formTo(next, nil)).Is(http.StatusOK)
	b.Do(formTo(leave, nil)).Is(http.StatusNotFound)
	wantSubscribed(t, s, 1, 0)
}

func TestNewsletterSaysNothingOfWhoIsThere(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Views.Limits = unlimited()
	s.Work()
	s.As(t, stranger).Do(formTo(linkIn(t, mailed(t, s, models.Subscribe, "wren@example.org")[0]), nil)).Is(http.StatusOK)
	mailed(t, s, models.Subscribe, "waits@example.org")
	before := len(mailed(t, s, models.Unsubscribe, "nobody@example.org"))
	for _, w := range []models.Wish{models.Subscribe, models.Unsubscribe} {
		ask := func(email string) *sitetest.Answer {
			a := s.As(t, stranger).Post("newsletter", wish(w, email)).Is(http.StatusOK)
			a.Body = strings.ReplaceAll(a.Body, email, "ADDRESS")
			return a
		}
		known := ask("wren@example.org")
		for _, other := range []string{"waits@example.org", "nobody@example.org"} {
			if a := ask(other); a.Body != known.Body || a.Queries != known.Queries {
				t.Errorf("%s: the answer to %s differs", w, other)
			}
		}
	}
	if after := len(mailed(t, s, models.Unsubscribe, "waits@example.org")); after != before+3 {
		t.Errorf("%d mails came of it, want 3: two to join, one to leave", after-before)
	}
}

func TestNewsletterLinksThatDoNotWork(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	var waiting, there models.Subscriber
	err := s.DB.Tx(t.Context(), func(tx *gorm.DB) (err error) {
		if waiting, err = models.AskNewsletter(t.Context(), tx, "waits@example.org", models.Subscribe); err != nil {
			return err
		}
		if there, err = models.AskNewsletter(t.Context(), tx, "wren@example.org", models.Subscribe); err != nil {
			return err
		}
		_, err = models.FulfilWish(t.Context(), tx, there.ID, models.Subscribe)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	sign := func(purpose, payload string, in time.Duration) string {
		return s.Views.Signer.Sign(purpose, payload, time.Now().Add(in))
	}
	payload := tasks.NewsletterPayload(waiting.ID, models.Subscribe)
	good := sign(tasks.NewsletterPurpose, payload, time.Hour)
	b := s.As(t, stranger)
	b.Get("newsletter.confirm", good).Is(http.StatusOK)
	flipped := []byte(good)
	flipped[3] ^= 1
	for row, token := range map[string]string{
		"forged":                      string(flipped),
		"cut":                         good[:len(good)-2],
		"made up":                     "abc",
		"expired":                     sign(tasks.NewsletterPurpose, payload, -time.Second),
		"signed for a password":       sign(tasks.PasswordPurpose, payload, time.Hour),
		"of nobody":                   sign(tasks.NewsletterPurpose, tasks.NewsletterPayload(4711, models.Subscribe), time.Hour),
		"to leave without being in":   sign(tasks.NewsletterPurpose, tasks.NewsletterPayload(waiting.ID, models.Unsubscribe), time.Hour),
		"to join for the second time": sign(tasks.NewsletterPurpose, tasks.NewsletterPayload(there.ID, models.Subscribe), time.Hour),
		"of no number":                sign(tasks.NewsletterPurpose, "subscribe:x", time.Hour),
		"of nothing":                  sign(tasks.NewsletterPurpose, "", time.Hour),
	} {
		t.Run(row, func(t *testing.T) {
			b := b.In(t)
			b.Get("newsletter.confirm", token).Is(http.StatusNotFound).Shows("This link no longer works")
			b.Post("newsletter.confirm", nil, token).Is(http.StatusNotFound)
		})
	}
	wantSubscribed(t, s, 1, 1)
}

func TestRefusedNewsletterForm(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	for row, tt := range map[string]struct{ email, action, field, words string }{
		"no address":             {"", "subscribe", "email", "like you@example.org"},
		"not an address":         {"nowhere", "unsubscribe", "email", "like you@example.org"},
		"two addresses":          {"a@example.org, b@example.org", "subscribe", "email", "like you@example.org"},
		"a second header":        {"a@example.org\r\nBcc: b@example.org", "subscribe", "email", "like you@example.org"},
		"an endless address":     {strings.Repeat("a", 300) + "@example.org", "subscribe", "email", "like you@example.org"},
		"markup":                 {`"><script>x()</script>@example.org`, "subscribe", "email", "like you@example.org"},
		"neither of the buttons": {"wren@example.org", "", "action", "one of the two"},
		"a third button":         {"wren@example.org", "burn", "action", "one of the two"},
	} {
		t.Run(row, func(t *testing.T) {
			b, form := b.In(t), url.Values{"email": {tt.email}, "action": {tt.action}}
			a := b.Post("newsletter", form).Is(http.StatusUnprocessableEntity)
			if got := a.HTML().Find("#" + tt.field + "-error").Text(); !strings.Contains(got, tt.words) {
				t.Errorf("the words beside %s are %q", tt.field, got)
			}
			if got, want := a.Value("email"), strings.Join(strings.Fields(tt.email), " "); got != want {
				t.Errorf("the address came back as %q, want %q", got, want)
			}
			if a.HTML().Find("script:not([src])").Length() > 0 {
				t.Error("the address became an element")
			}
			problemOf(t, b.JSON().Post("newsletter", form).Is(http.StatusUnprocessableEntity))
		})
	}
	if n := rows(t, s, "river_job", "kind = ?", tasks.MailNewsletterLink{}.Kind()); n != 0 {
		t.Errorf("%d jobs came of refused forms", n)
	}
}

func TestNewsletterMailsAreThrottled(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	statuses := map[int]int{}
	for _, address := range []string{"wren@example.org", "WREN@example.org", " wren@EXAMPLE.org", "wren@example.org", "Wren@example.org"} {
		statuses[s.As(t, stranger).Post("newsletter", wish(models.Subscribe, address)).Status]++
	}
	if statuses[http.StatusOK] != 3 || statuses[http.StatusTooManyRequests] != 2 {
		t.Errorf("the answers to one letter box are %v", statuses)
	}
}

// Of many who press the button at once one is told that it is done.
func TestNewsletterLinkWorksOnceAtOnce(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Work()
	link := linkIn(t, mailed(t, s, models.Subscribe, "wren@example.org")[0])
	var wg sync.WaitGroup
	statuses := make(chan int, 6)
	for range cap(statuses) {
		b := s.As(t, stranger)
		wg.Go(func() { statuses <- b.Do(formTo(link, nil)).Status })
	}
	wg.Wait()
	close(statuses)
	done := 0
	for status := range statuses {
		if status == http.StatusOK {
			done++
		} else if status != http.StatusNotFound {
			t.Errorf("status %d", status)
		}
	}
	if done != 1 {
		t.Errorf("done %d times", done)
	}
	wantSubscribed(t, s, 1, 0)
}

func TestUnconfirmedAddressesAreForgotten(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	ask := func(email string, age time.Duration) {
		err := s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
			_, err := models.AskNewsletter(t.Context(), tx, email, models.Subscribe)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		s.Exec("UPDATE subscribers SET asked_at = ? WHERE email = ?", time.Now().UTC().Add(-age), email)
	}
	ask("old@example.org", 25*time.Hour)
	ask("young@example.org", 23*time.Hour)
	ask("again@example.org", 25*time.Hour)
	ask("there@example.org", 25*time.Hour)
	s.Exec("UPDATE subscribers SET confirmed_at = asked_at WHERE email = 'there@example.org'")
	ask("again@example.org", 0)
	if _, err := tasks.ForgetSubscribersNow(t.Context(), s.Tasks); err != nil {
		t.Fatal(err)
	}
	wantSubscribed(t, s, 1, 2)
	if n := rows(t, s, "subscribers", "email = 'old@example.org'"); n != 0 {
		t.Error("the address that nobody confirmed is kept")
	}
}
