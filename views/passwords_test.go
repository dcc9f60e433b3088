package views_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"superbook/kit/mail"
	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

const mailJob = "mail.password_link"

func twice(password string) url.Values {
	return url.Values{"password": {password}, "password2": {password}}
}

// askFor asks for the link and gives the mails that came of it, newest first.
func askFor(t *testing.T, s *sitetest.Site, address string) []mail.Stored {
	t.Helper()
	s.As(t, stranger).Post("password.forgotten", url.Values{"email": {address}}).Is(http.StatusOK).Shows("Look into your mail")
	s.Settle(mailJob)
	mails, err := s.Mails.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return mails
}

var link = regexp.MustCompile(`http://superbook\.test(/accounts/password/reset/[\w-]+)`)

// links are the paths in a mail's text.
func links(t *testing.T, m mail.Stored) (paths []string) {
	t.Helper()
	for _, found := range link.FindAllStringSubmatch(m.Text, -1) {
		paths = append(paths, found[1])
		if !strings.Contains(m.HTML, `href="`+found[0]+`"`) {
			t.Errorf("the link %s is in the text and not in the HTML", found[0])
		}
	}
	return paths
}

func TestAskingForALinkSaysNothingOfWhoIsHere(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Hero("nightheron")
	ask := func(address string) *sitetest.Answer {
		a := s.As(t, stranger).Post("password.forgotten", url.Values{"email": {address}}).Is(http.StatusOK)
		a.Body = strings.ReplaceAll(a.Body, address, "ADDRESS")
		return a
	}
	known, unknown := ask("nightheron@superbook.test"), ask("nobody@superbook.test")
	if known.Body != unknown.Body {
		t.Errorf("the pages differ:\n%s\n%s", known.Body, unknown.Body)
	}
	if known.Queries != unknown.Queries {
		t.Errorf("%d queries for an address that is known, %d for one that is not", known.Queries, unknown.Queries)
	}
	known.Shows("If an account has this address")
	s.As(t, stranger).Post("password.forgotten", url.Values{"email": {"not an address"}}).Is(http.StatusUnprocessableEntity).
		Shows("Give the address that you signed up with")
}

func TestMailedLinkSetsANewPasswordOnce(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	u := s.Hero("nightheron")
	s.Work()
	elsewhere := s.As(t, u)
	mails := askFor(t, s, "NightHeron@superbook.test")
	if len(mails) != 1 || mails[0].To != "nightheron@superbook.test" || mails[0].Subject != "A new password for SuperBook" {
		t.Fatalf("the mails are %+v", mails)
	}
	paths := links(t, mails[0])
	if len(paths) != 1 {
		t.Fatalf("the links are %v", paths)
	}
	b := s.As(t, stranger)
	page := b.Visit(paths[0]).Is(http.StatusOK).Shows("Choose a new password", "nightheron")
	if page.HTML().Find(`meta[name=robots][content=noindex]`).Length() == 0 || page.Header.Get("Referrer-Policy") != "same-origin" {
		t.Error("the page with the secret address may leave our hands")
	}
	b.Do(formTo(paths[0], twice("short"))).Is(http.StatusUnprocessableEntity).Shows("at least 10 characters")
	b.Do(formTo(paths[0], twice("nightheron-1"))).Is(http.StatusUnprocessableEntity).Shows("Leave your name")
	b.Do(formTo(paths[0], twice(newPassword))).Is(http.StatusSeeOther).GoesTo("/")
	b.Get("home").Is(http.StatusOK).Shows("Your new password is set")
	b.Get("me").GoesTo("/users/nightheron")
	elsewhere.Get("me").GoesTo("/accounts/login?next=%2Fusers%2Fme")

	s.As(t, stranger).Visit(paths[0]).Is(http.StatusNotFound).Shows("This link no longer works")
	s.As(t, stranger).Do(formTo(paths[0], twice("another set of words"))).Is(http.StatusNotFound)
	s.As(t, stranger).Post("login", login("nightheron", newPassword)).Is(http.StatusSeeOther)
}

func TestLinksThatDoNotWork(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	u, other := s.Hero("nightheron"), s.Fan("wren")
	sign := func(purpose, payload string, in time.Duration) string {
		return s.Views.Signer.Sign(purpose, payload, time.Now().Add(in))
	}
	payload := tasks.PasswordPayload(s.Views.Secret, u)
	good := sign(tasks.PasswordPurpose, payload, time.Hour)
	s.As(t, stranger).Get("password.reset", good).Is(http.StatusOK)
	flipped := []byte(good)
	flipped[3] ^= 1
	ofOther, _, _ := strings.Cut(tasks.PasswordPayload(s.Views.Secret, other), ":")
	_, stamp, _ := strings.Cut(payload, ":")
	for row, token := range map[string]string{
		"forged":                    string(flipped),
		"cut":                       good[:len(good)-2],
		"made up":                   "abc",
		"expired":                   sign(tasks.PasswordPurpose, payload, -time.Second),
		"signed for something else": sign("another purpose", payload, time.Hour),
		"of an account that is not": sign(tasks.PasswordPurpose, "4711:"+stamp, time.Hour),
		"of another's number":       sign(tasks.PasswordPurpose, ofOther+":"+stamp, time.Hour),
		"of no number":              sign(tasks.PasswordPurpose, "x:"+stamp, time.Hour),
		"without a stamp":           sign(tasks.PasswordPurpose, strings.TrimSuffix(payload, stamp), time.Hour),
	} {
		t.Run(row, func(t *testing.T) {
			s.As(t, stranger).Get("password.reset", token).Is(http.StatusNotFound)
			s.As(t, stranger).Post("password.reset", twice(newPassword), token).Is(http.StatusNotFound)
		})
	}
	s.As(t, u).Post("password.change", changing(nil)).Is(http.StatusSeeOther)
	s.As(t, stranger).Get("password.reset", good).Is(http.StatusNotFound)
	s.As(t, stranger).Post("password.reset", twice(sitetest.Password), good).Is(http.StatusNotFound)
	s.As(t, stranger).Post("login", login("nightheron", newPassword)).Is(http.StatusSeeOther)
}

func TestOneMailForAllAccountsOfAnAddress(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Work()
	join := func(username, email string) {
		s.As(t, stranger).Post("signup", joining(url.Values{"username": {username}, "email": {email}})).Is(http.StatusSeeOther)
	}
	join("by-day", "box@example.org")
	join("by-night", "box@example.org")
	if mails := askFor(t, s, "nobody@example.org"); len(mails) != 0 {
		t.Fatalf("a mail went to nobody: %+v", mails)
	}
	mails := askFor(t, s, "box@example.org")
	if len(mails) != 1 || !strings.Contains(mails[0].Text, "by-day:") || !strings.Contains(mails[0].Text, "by-night:") {
		t.Fatalf("the mails are %+v", mails)
	}
	paths := links(t, mails[0])
	if len(paths) != 2 {
		t.Fatalf("the links are %v", paths)
	}
	s.As(t, stranger).Visit(paths[0]).Is(http.StatusOK).Shows("For by-day.")
	s.As(t, stranger).Visit(paths[1]).Is(http.StatusOK).Shows("For by-night.")
}

// straße.example and strasse.example are two domains with two owners, though
// the addresses fold to one key: neither may get the links of the other.
func TestLinksGoToNoAddressThatOnlyLooksTheSame(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	for name, email := range map[string]string{"moth": "post@straße.example", "wren": "post@strasse.example"} {
		u := models.User{Username: name, Email: email}
		if _, err := models.CreateUser(t.Context(), s.DB.Write, u, models.Profile{Kind: models.Fan}); err != nil {
			t.Fatal(err)
		}
	}
	s.Work()
	mails := askFor(t, s, "post@strasse.example")
	if len(mails) != 2 {
		t.Fatalf("%d mails, want one for each address", len(mails))
	}
	for _, m := range mails {
		own, other := "wren:", "moth:"
		if m.To == "post@straße.example" {
			own, other = other, own
		}
		if !strings.Contains(m.Text, own) || strings.Contains(m.Text, other) || len(links(t, m)) != 1 {
			t.Errorf("to %s: %s", m.To, m.Text)
		}
	}
}
