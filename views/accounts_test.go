package views_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"superbook/models"
	"superbook/site/sitetest"
)

// stranger is nobody's account, for Site.As.
var stranger models.User

const newPassword = "lanterns over the harbour"

// joining is a sign-up form that is accepted, with some fields replaced.
func joining(change url.Values) url.Values {
	form := url.Values{"username": {"nightheron"}, "email": {"heron@example.org"}, "kind": {"hero"},
		"password": {sitetest.Password}, "password2": {sitetest.Password}}
	for field, value := range change {
		form[field] = value
	}
	return form
}

// formTo is a form on its way to a path, for tests that change the request.
func formTo(path string, form url.Values) *http.Request {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// rows counts what a condition finds.
func rows(t *testing.T, s *sitetest.Site, table, where string, args ...any) (n int) {
	t.Helper()
	q := s.DB.Write.WithContext(t.Context()).Raw("SELECT count(*) FROM "+table+" WHERE "+where, args...)
	if err := q.Scan(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWhoJoinsIsLoggedInAndWelcome(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	for kind, tag := range map[string]string{"hero": "Unverified", "fan": "Fan"} {
		t.Run(kind, func(t *testing.T) {
			b := s.As(t, stranger)
			name := "the-" + kind
			b.Get("signup").Is(http.StatusOK).Shows("Join SuperBook")
			b.Post("signup", joining(url.Values{"username": {name}, "kind": {kind}})).Is(http.StatusSeeOther).GoesTo("/users/me/edit")
			edit := b.Get("me.edit").Is(http.StatusOK).Shows("Welcome, " + name)
			if got := edit.Value("kind"); got != kind {
				t.Errorf("the new profile is of a %q", got)
			}
			b.Get("me.edit").Hides("Welcome, ")
			b.Get("me").GoesTo("/users/" + name)
			b.Get("user", name).Is(http.StatusOK).Shows("@"+name, tag)
		})
	}
}

func TestSignupOffersTheKindThatTheLinkNames(t *testing.T) {
	t.Parallel()
	b := sitetest.New(t).As(t, stranger)
	for address, kind := range map[string]string{
		"/accounts/signup": "hero", "/accounts/signup?kind=fan": "fan", "/accounts/signup?kind=villain": "hero",
	} {
		if got := b.Visit(address).Is(http.StatusOK).Value("kind"); got != kind {
			t.Errorf("%s: %q is chosen, want %q", address, got, kind)
		}
	}
}

func TestRefusedSignupKeepsAllButThePasswords(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Hero("tidewright")
	s.Views.Limits = unlimited()
	const secret = "kept-to-myself-9"
	long := strings.Repeat("a", 250) + "@example.org"
	for row, tt := range map[string]struct {
		change url.Values
		field  string
		words  string
	}{
		"no username":             {url.Values{"username": {""}}, "username", "Choose a username"},
		"username of somebody":    {url.Values{"username": {"TideWright"}}, "username", "Somebody has that name"},
		"username with a slash":   {url.Values{"username": {"a/b/c"}}, "username", "Use letters, digits"},
		"no address":              {url.Values{"email": {""}}, "email", "looks like you@example.org"},
		"address without domain":  {url.Values{"email": {"heron@harbour"}}, "email", "looks like you@example.org"},
		"address with a name":     {url.Values{"email": {"Heron <heron@example.org>"}}, "email", "looks like you@example.org"},
		"two addresses":           {url.Values{"email": {"a@example.org, b@example.org"}}, "email", "looks like you@example.org"},
		"address beyond bounds":   {url.Values{"email": {long}}, "email", "looks like you@example.org"},
		"neither hero nor fan":    {url.Values{"kind": {"villain"}}, "kind", "Choose hero or fan"},
		"no password":             {url.Values{"password": {""}, "password2": {""}}, "password", "Choose a password"},
		"short password":          {url.Values{"password": {"short"}, "password2": {"short"}}, "password", "at least 10 characters"},
		"password is the name":    {url.Values{"password": {"nightheron-1"}, "password2": {"nightheron-1"}}, "password", "Leave your name"},
		"password beyond bounds":  {url.Values{"password": {strings.Repeat("ab", 501)}}, "password", "1,000 characters"},
		"passwords that differ":   {url.Values{"password": {secret}, "password2": {secret + "!"}}, "password2", "differ"},
		"everybody's password":    {url.Values{"password": {"password123"}, "password2": {"password123"}}, "password", "easy to guess"},
		"one character, repeated": {url.Values{"password": {"zzzzzzzzzz"}, "password2": {"zzzzzzzzzz"}}, "password", "more than one character"},
	} {
		t.Run(row, func(t *testing.T) {
			form := joining(tt.change)
			b := s.As(t, stranger)
			a := b.Post("signup", form).Is(http.StatusUnprocessableEntity).Hides(secret, sitetest.Password)
			if got := a.HTML().Find("#" + tt.field + "-error").Text(); !strings.Contains(got, tt.words) {
				t.Errorf("%s: %q, want %q", tt.field, got, tt.words)
			}
			for _, field := range []string{"username", "email"} {
				if got := a.Value(field); got != form.Get(field) {
					t.Errorf("%s was %q and came back as %q", field, form.Get(field), got)
				}
			}
			if a.Value("password") != "" || a.Value("password2") != "" {
				t.Error("a password came back")
			}
			if kind := form.Get("kind"); kind != "villain" && a.Value("kind") != kind {
				t.Errorf("the choice %q came back as %q", kind, a.Value("kind"))
			}
			if b.Cookie("session") != nil || rows(t, s, "users", "username_key = 'nightheron'") != 0 {
				t.Error("an account was made all the same")
			}
		})
	}
}

func TestNamesAreOneHoweverTheyAreWritten(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Views.Limits = unlimited()
	for taken, variants := range map[string][]string{
		"fireFly":   {"firefly", "FIREFLY", "ﬁrefly", "ｆｉｒｅｆｌｙ", " firefly "},
		"Жар-птица": {"жар-птица", "ЖАР-ПТИЦА"},
		"Straße":    {"STRASSE", "strasse"},
		"Élan":      {"e\u0301lan", "E\u0301LAN"},
		"ΣΊΣΥΦΟΣ":   {"σίσυφος"},
	} {
		s.As(t, stranger).Post("signup", joining(url.Values{"username": {taken}})).Is(http.StatusSeeOther)
		for _, v := range append(variants, taken) {
			s.As(t, stranger).Post("signup", joining(url.Values{"username": {v}})).
				Is(http.StatusUnprocessableEntity).Shows("Somebody has that name already")
			s.As(t, stranger).Get("user", strings.TrimSpace(v)).Is(http.StatusOK).Shows("@" + taken)
		}
	}
}

func TestTwentyWantOneNameAndOneGetsIt(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	var wg sync.WaitGroup
	status := make([]int, 20)
	for i := range status {
		b := s.As(t, stranger)
		wg.Go(func() {
			name := []string{"echo", "Echo", "ECHO", "ｅｃｈｏ"}[i%4]
			status[i] = b.Post("signup", joining(url.Values{"username": {name}, "email": {fmt.Sprintf("e%d@example.org", i)}})).Status
		})
	}
	wg.Wait()
	won := 0
	for i, code := range status {
		switch code {
		case http.StatusSeeOther:
			won++
		case http.StatusUnprocessableEntity:
		default:
			t.Errorf("number %d met a %d", i, code)
		}
	}
	if n := rows(t, s, "users", "username_key = 'echo'"); won != 1 || n != 1 {
		t.Errorf("%d were let in, there are %d accounts; want one of each", won, n)
	}
	if p, u := rows(t, s, "profiles", "1 = 1"), rows(t, s, "users", "1 = 1"); p != u {
		t.Errorf("%d profiles for %d accounts", p, u)
	}
}
