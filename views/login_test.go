package views_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"superbook/models"
	"superbook/site/sitetest"
)

func login(name, password string) url.Values {
	return url.Values{"username": {name}, "password": {password}}
}

// nextOf is where the login form goes on to; the switch of colours above it has
// a next of its own.
func nextOf(a *sitetest.Answer) string {
	return a.HTML().Find("form.form [name=next]").AttrOr("value", "")
}

func TestLoginByNameOrAddress(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Hero("Nightheron")
	for _, name := range []string{"Nightheron", "nightheron", "NIGHTHERON", "ｎｉｇｈｔｈｅｒｏｎ", " nightheron ",
		"nightheron@superbook.test", "NightHeron@SuperBook.Test"} {
		b := s.As(t, stranger)
		b.Post("login", login(name, sitetest.Password)).Is(http.StatusSeeOther).GoesTo("/")
		b.Get("me").GoesTo("/users/Nightheron")
	}
}

func TestTwoOfOneAddressLogInEachWithTheirOwnPassword(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	const address = "letterbox@example.org"
	for name, password := range map[string]string{"by-day": "an ordinary weekday", "by-night": "a cape and a lantern"} {
		s.As(t, stranger).Post("signup", joining(url.Values{"username": {name}, "email": {address},
			"password": {password}, "password2": {password}})).Is(http.StatusSeeOther)
		b := s.As(t, stranger)
		b.Post("login", login(address, password)).Is(http.StatusSeeOther)
		b.Get("me").GoesTo("/users/" + name)
	}
}

// A visitor must not learn whether an account exists: neither from words nor
// from the work that was done, which shows as time.
func TestWrongPasswordAndMissingAccountLookTheSame(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Hero("nightheron")
	noPassword := s.Fan("moth")
	if err := models.SetPassword(t.Context(), s.DB.Write, noPassword.ID, ""); err != nil {
		t.Fatal(err)
	}
	try := func(name string) (a *sitetest.Answer, hashes int64) {
		before := s.Views.Hasher.Done()
		a = s.As(t, stranger).Post("login", login(name, "not the right words")).Is(http.StatusUnprocessableEntity)
		return a, s.Views.Hasher.Done() - before
	}
	for row, pair := range map[string][2]string{
		"by name":             {"nightheron", "nobody-here"},
		"without a password":  {"moth", "nobody-here"},
		"by address":          {"nightheron@superbook.test", "nobody-here@superbook.test"},
		"by name and address": {"NIGHTHERON", "NOBODY-HERE"},
	} {
		there, work := try(pair[0])
		gone, otherWork := try(pair[1])
		if work != otherWork || work == 0 {
			t.Errorf("%s: %d hashes for who is there, %d for who is not", row, work, otherWork)
		}
		if there.Queries != gone.Queries {
			t.Errorf("%s: %d queries for who is there, %d for who is not", row, there.Queries, gone.Queries)
		}
		if a, b := strings.ReplaceAll(there.Body, pair[0], "WHO"), strings.ReplaceAll(gone.Body, pair[1], "WHO"); a != b {
			t.Errorf("%s: the pages differ:\n%s\n%s", row, a, b)
		}
		there.Shows("That name and password do not fit together").Hides("not the right words")
	}
}

func TestLoginAsksForWhatIsMissing(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Hero("nightheron")
	for _, form := range []url.Values{login("", sitetest.Password), login("nightheron", ""), {},
		login(strings.Repeat("n", 300), sitetest.Password), login("nightheron", strings.Repeat("p", 1001))} {
		before := s.Views.Hasher.Done()
		s.As(t, stranger).Post("login", form).Is(http.StatusUnprocessableEntity)
		if s.Views.Hasher.Done() != before {
			t.Errorf("a form that says too little or too much was hashed: %.80v", form)
		}
	}
}

func TestLoginGoesOnOnlyToOurOwnPaths(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Hero("nightheron")
	s.Views.Limits = unlimited()
	for next, want := range map[string]string{
		"":                              "/",
		"/heroes?q=fog&page=2":          "/heroes?q=fog&page=2",
		"/users/me/edit":                "/users/me/edit",
		"//evil.test":                   "/",
		"/\\evil.test":                  "/",
		"\\\\evil.test":                 "/",
		"https://evil.test":             "/",
		"https:evil.test":               "/",
		"HTTPS:\\\\evil.test":           "/",
		"javascript:alert(1)":           "/",
		"/%2f%2fevil.test":              "/",
		"%2f%2fevil.test":               "/",
		"/%5cevil.test":                 "/",
		"/\tevil.test":                  "/",
		"/\t/evil.test":                 "/",
		"/\n/evil.test":                 "/",
		"/heroes\r\nSet-Cookie: a=b":    "/",
		"/..//evil.test":                "/",
		" //evil.test":                  "/",
		"home":                          "/",
		"/" + strings.Repeat("a", 5000): "/",
	} {
		form := login("nightheron", sitetest.Password)
		form.Set("next", next)
		s.As(t, stranger).Post("login", form).Is(http.StatusSeeOther).GoesTo(want)

		page := s.As(t, stranger).Visit("/accounts/login?" + url.Values{"next": {next}}.Encode()).Is(http.StatusOK)
		if got := nextOf(page); got != "" && got != want {
			t.Errorf("the login page carries %q on from %q", got, next)
		}
	}
}

func TestRefusedLoginKeepsWhereToGo(t *testing.T) {
	t.Parallel()
	form := login("nightheron", "not the right words")
	form.Set("next", "/heroes?q=fog")
	a := sitetest.New(t).As(t, stranger).Post("login", form).Is(http.StatusUnprocessableEntity)
	if nextOf(a) != "/heroes?q=fog" || a.Value("username") != "nightheron" || a.Value("password") != "" {
		t.Errorf("kept %q, %q and %q", nextOf(a), a.Value("username"), a.Value("password"))
	}
}

// Somebody plants a session of their own in another's browser and waits for
// them to log in.
func TestPlantedSessionDoesNotSurviveLogin(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Hero("nightheron")
	villain := s.As(t, s.Fan("moth"))
	planted := *villain.Cookie("session")
	victim := s.As(t, stranger)
	victim.SetCookie(&planted)
	victim.Get("me").GoesTo("/users/moth")
	victim.Post("login", login("nightheron", sitetest.Password)).Is(http.StatusSeeOther)
	if victim.Cookie("session").Value == planted.Value {
		t.Error("the session keeps its id at login")
	}
	victim.Get("me").GoesTo("/users/nightheron")
	villain.Get("me").Is(http.StatusSeeOther).GoesTo("/accounts/login?next=%2Fusers%2Fme")

	made := s.As(t, stranger)
	made.SetCookie(&http.Cookie{Name: "session", Value: strings.Repeat("A", 43)})
	made.Post("login", login("nightheron", sitetest.Password)).Is(http.StatusSeeOther)
	if made.Cookie("session").Value == strings.Repeat("A", 43) {
		t.Error("an id that we never gave became a session")
	}
}
