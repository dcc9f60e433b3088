package views_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"superbook/site"
	"superbook/site/sitetest"
)

func TestSessionCookieIsOutOfReach(t *testing.T) {
	t.Parallel()
	for base, name := range map[string]string{"http://superbook.test": "session", "https://superbook.test": "__Host-session"} {
		s := sitetest.New(t, func(set *site.Settings) { set.BaseURL = base })
		b := s.As(t, stranger)
		b.Post("signup", joining(nil)).Is(http.StatusSeeOther)
		c := b.Cookie(name)
		if c == nil {
			t.Fatalf("%s: there is no cookie %s", base, name)
		}
		secure := strings.HasPrefix(base, "https:")
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.Secure != secure {
			t.Errorf("%s: cookie %v", base, c)
		}
	}
}

func TestLogoutEndsTheSession(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	stolen := *b.Cookie("session")
	if n := rows(t, s, "sessions", "1 = 1"); n != 1 {
		t.Fatalf("%d sessions before the logout", n)
	}
	a := b.Do(httptest.NewRequest(http.MethodGet, "/accounts/logout", nil)).Is(http.StatusMethodNotAllowed).Shows("Not possible here")
	if got := a.Header.Get("Allow"); !strings.Contains(got, http.MethodPost) {
		t.Errorf("Allow is %q", got)
	}
	b.Get("me").GoesTo("/users/nightheron")
	b.Post("logout", nil).Is(http.StatusSeeOther).GoesTo("/")
	if n := rows(t, s, "sessions", "1 = 1"); n != 0 || b.Cookie("session") != nil {
		t.Errorf("%d sessions after the logout, cookie %v", n, b.Cookie("session"))
	}
	b.SetCookie(&stolen)
	b.Get("me").GoesTo("/accounts/login?next=%2Fusers%2Fme")
	s.As(t, stranger).Post("logout", nil).Is(http.StatusSeeOther).GoesTo("/")
}

// changing is a change of the cast's password, with some fields replaced.
func changing(change map[string]string) url.Values {
	form := url.Values{"old_password": {sitetest.Password}, "password": {newPassword}, "password2": {newPassword}}
	for field, value := range change {
		form.Set(field, value)
	}
	return form
}

func TestNewPasswordLogsOutEverywhereElse(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	u := s.Hero("nightheron")
	here, there, wren := s.As(t, u), s.As(t, u), s.As(t, s.Fan("wren"))
	old := *here.Cookie("session")
	here.Post("password.change", changing(nil)).Is(http.StatusSeeOther).GoesTo("/users/nightheron")
	if here.Cookie("session").Value == old.Value {
		t.Error("the session keeps its id")
	}
	here.Get("user", "nightheron").Is(http.StatusOK).Shows("Your password is changed", "Log out")
	there.Get("me").GoesTo("/accounts/login?next=%2Fusers%2Fme")
	there.Get("home").Is(http.StatusOK).Hides("Log out")
	wren.Get("me").GoesTo("/users/wren")

	stolen := s.As(t, stranger)
	stolen.SetCookie(&old)
	stolen.Get("me").GoesTo("/accounts/login?next=%2Fusers%2Fme")
	s.As(t, stranger).Post("login", login("nightheron", sitetest.Password)).Is(http.StatusUnprocessableEntity)
	s.As(t, stranger).Post("login", login("nightheron", newPassword)).Is(http.StatusSeeOther)
}

func TestRefusedChangeOfPassword(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	b.Get("password.change").Is(http.StatusOK).Shows("Change your password")
	for row, tt := range map[string]struct {
		change map[string]string
		field  string
	}{
		"the old one is wrong":     {map[string]string{"old_password": "not the right words"}, "old_password"},
		"the old one is missing":   {map[string]string{"old_password": ""}, "old_password"},
		"the new one is short":     {map[string]string{"password": "short", "password2": "short"}, "password"},
		"the new one is the name":  {map[string]string{"password": "nightheron!", "password2": "nightheron!"}, "password"},
		"the new ones are not one": {map[string]string{"password2": "lanterns over the river"}, "password2"},
	} {
		a := b.Post("password.change", changing(tt.change)).Is(http.StatusUnprocessableEntity).
			Hides(sitetest.Password, newPassword, "not the right words")
		if a.HTML().Find("#"+tt.field+"-error").Text() == "" {
			t.Errorf("%s: no words beside %s", row, tt.field)
		}
	}
	b.Get("me").GoesTo("/users/nightheron")
	s.As(t, stranger).Post("login", login("nightheron", sitetest.Password)).Is(http.StatusSeeOther)
}

// A session that is open on somebody's desk must not become a way to guess.
func TestGuessingTheOldPasswordIsSlowedDown(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	s.Views.Limits.LoginByAccount = new(clock).allow(2)
	for range 2 {
		b.Post("password.change", changing(map[string]string{"old_password": "a guess"})).Is(http.StatusUnprocessableEntity)
	}
	b.Post("password.change", changing(nil)).Is(http.StatusTooManyRequests)
}

func TestSessionOfAnAccountThatIsGoneIsOver(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	u := s.Fan("moth")
	b := s.As(t, u)
	for _, statement := range []string{"DELETE FROM profile_words", "DELETE FROM profiles", "DELETE FROM users"} {
		if err := s.DB.Write.WithContext(t.Context()).Exec(statement).Error; err != nil {
			t.Fatal(err)
		}
	}
	b.Get("home").Is(http.StatusOK).Hides("Log out")
	b.Get("me").GoesTo("/accounts/login?next=%2Fusers%2Fme")
	if n := rows(t, s, "sessions", "1 = 1"); n != 0 {
		t.Errorf("%d sessions of nobody are left", n)
	}
}
