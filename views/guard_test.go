package views_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"superbook/site"
	"superbook/site/sitetest"
)

// forAll are the rows of the URL table that a stranger may use. Every other row
// is for members: a new one has to be guarded, or to be listed here.
var forAll = []string{"home", "about", "theme", "heroes", "live", "media", "attachment", "static", "healthz", "readyz", "metrics", "dev.mail", "dev.faults", "signup",
	"login", "logout", "password.forgotten", "password.reset", "user", "user.followers", "user.following", "user.dossier", "photo", "public", "post", "newsletter", "newsletter.confirm",
	"search", "sightings", "sighting", "sightings.archive", "sightings.month", "uploads"}

var parameter = regexp.MustCompile(`[:*]\w*`)

func TestStrangersAreSentToTheLogin(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b, guarded := s.As(t, stranger), 0
	for _, row := range s.URLs.Rows() {
		if slices.Contains(forAll, row.Name) {
			continue
		}
		guarded++
		path := parameter.ReplaceAllString(row.Path, "1")
		ask := func(b *sitetest.Browser, method string) *sitetest.Answer {
			return b.Do(httptest.NewRequest(method, path+"?a=b", nil))
		}
		if row.Method == http.MethodHead {
			ask(b, row.Method).Is(http.StatusUnauthorized).AtMost(0)
			continue
		}
		want := "/accounts/login"
		if row.Method == http.MethodGet {
			want += "?" + url.Values{"next": {path + "?a=b"}}.Encode()
			ask(b, http.MethodHead).Is(http.StatusUnauthorized)
		}
		ask(b, row.Method).Is(http.StatusSeeOther).GoesTo(want).AtMost(0)
		p := problemOf(t, ask(b.JSON(), row.Method).Is(http.StatusUnauthorized).AtMost(0))
		if p.Title != "Please log in" {
			t.Errorf("%s %s: %+v", row.Method, path, p)
		}
	}
	if guarded < 8 {
		t.Errorf("only %d rows are guarded", guarded)
	}
}

func TestStrangersMayUseWhatIsForAll(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Fan("wren")
	b := s.As(t, stranger)
	for _, path := range []string{"/", "/about", "/heroes", "/healthz", "/readyz", "/dev/mail", "/accounts/signup", "/accounts/login",
		"/accounts/password/forgotten", "/users/wren"} {
		b.Visit(path).Is(http.StatusOK)
	}
}

// A page elsewhere must not be able to act in a visitor's name.
func TestFormsFromOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	u := s.Hero("nightheron")
	for row, tt := range map[string]struct {
		headers map[string]string
		status  int
	}{
		"another site":           {map[string]string{"Sec-Fetch-Site": "cross-site"}, http.StatusForbidden},
		"a neighbour's site":     {map[string]string{"Sec-Fetch-Site": "same-site"}, http.StatusForbidden},
		"another origin":         {map[string]string{"Origin": "https://evil.test"}, http.StatusForbidden},
		"an origin that hides":   {map[string]string{"Origin": "null"}, http.StatusForbidden},
		"a page of ours":         {map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": "http://superbook.test"}, http.StatusSeeOther},
		"ours in an old browser": {map[string]string{"Origin": "http://superbook.test"}, http.StatusSeeOther},
		"no browser":             {nil, http.StatusSeeOther},
	} {
		t.Run(row, func(t *testing.T) {
			b := s.As(t, u)
			post := func(b *sitetest.Browser) *sitetest.Answer {
				r := formTo("http://superbook.test/accounts/logout", nil)
				for name, value := range tt.headers {
					r.Header.Set(name, value)
				}
				return b.Do(r).Is(tt.status)
			}
			if tt.status == http.StatusForbidden {
				problemOf(t, post(b.JSON()))
				post(b).Shows("This door stays shut", "sent from another site")
				b.Get("me").GoesTo("/users/nightheron")
				return
			}
			post(b)
			b.Get("me").GoesTo("/accounts/login?next=%2Fusers%2Fme")
		})
	}
	b := s.As(t, u)
	link := httptest.NewRequest(http.MethodGet, "/users/nightheron", nil)
	link.Header.Set("Sec-Fetch-Site", "cross-site")
	b.Do(link).Is(http.StatusOK)
}

func TestEveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	t.Parallel()
	for base, hsts := range map[string]string{"http://superbook.test": "", "https://superbook.test": "max-age=31536000"} {
		s := sitetest.New(t, func(set *site.Settings) { set.BaseURL = base })
		b := s.As(t, stranger)
		for _, path := range []string{"/", "/nowhere", "/users/me", "/accounts/logout", "/static/css/site.css", "/static/nothing.css", "/healthz"} {
			h := b.Visit(path).Header
			for name, want := range map[string]string{
				"Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; " +
					"base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
				"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Strict-Transport-Security": hsts,
				"Cross-Origin-Opener-Policy": "same-origin",
			} {
				if got := h.Get(name); got != want {
					t.Errorf("%s%s: %s is %q, want %q", base, path, name, got, want)
				}
			}
		}
	}
}

// The policy forbids what is inline; a page that has some would be broken.
func TestPagesHaveNothingInline(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	for _, path := range []string{"/", "/about", "/heroes", "/users/nightheron", "/users/me/edit", "/users/me/photos",
		"/accounts/login", "/accounts/signup", "/accounts/password/change", "/accounts/password/forgotten", "/dev/mail", "/nowhere"} {
		page := b.Visit(path).HTML()
		if n := page.Find("style, script:not([src]), [style], [onclick], [onload], [onsubmit]").Length(); n != 0 {
			t.Errorf("%s has %d inline styles or scripts", path, n)
		}
	}
}

// A member whose name is a page of the site would never be found.
func TestNobodyIsCalledLikeAPage(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Views.Limits = unlimited()
	met := 0
	for _, row := range s.URLs.Rows() {
		rest, ok := strings.CutPrefix(row.Path, "/users/")
		if word, _, _ := strings.Cut(rest, "/"); ok && !strings.HasPrefix(word, ":") {
			met++
			s.As(t, stranger).Post("signup", joining(url.Values{"username": {word}})).Is(http.StatusUnprocessableEntity)
		}
	}
	if met == 0 {
		t.Error("the table has no pages beside those of members")
	}
}
