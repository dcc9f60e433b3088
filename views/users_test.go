package views_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"superbook/models"
	"superbook/site/sitetest"
)

// registry is a hero registry that does what the test says.
type registry func(ctx context.Context, c models.Claim) (models.Verdict, error)

func (r registry) Check(ctx context.Context, c models.Claim) (models.Verdict, error) {
	return r(ctx, c)
}

// lamplighter is a fan with everything on the profile.
func lamplighter(s *sitetest.Site) models.User {
	return s.Member("lamplighter", models.Profile{Kind: models.Fan, Name: "The Lamplighter", Bio: "Walks home late.",
		Birthdate: "1990-02-28", Origin: "Low Quay", Powers: []string{"Patience", "Good shoes"}, Address: "3 Rope Walk"})
}

func TestProfileShowsItsMember(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	owner, other := lamplighter(s), s.Hero("nightheron")
	age, _ := models.Age("1990-02-28", time.Now().UTC())
	for row, b := range map[string]*sitetest.Browser{"a stranger": s.As(t, stranger), "another member": s.As(t, other), "staff": s.As(t, s.Staff())} {
		t.Run("but not the address to "+row, func(t *testing.T) {
			a := b.Get("user", "lamplighter").Is(http.StatusOK).
				Shows("The Lamplighter", "@lamplighter", "Fan", "Walks home late.", "Patience", "Good shoes", "Low Quay", fmt.Sprint("Age", age)).
				Hides("3 Rope Walk", "1990", "lamplighter@superbook.test")
			if a.HTML().Find(`main a[href="/users/me/edit"]`).Length() != 0 {
				t.Error("a page that is not theirs offers to edit")
			}
		})
	}
	a := s.As(t, owner).Get("user", "lamplighter").Is(http.StatusOK).Shows("3 Rope Walk", "Only you see this", "You have no photos yet")
	if a.HTML().Find(`main a[href="/users/me/edit"]`).Length() == 0 {
		t.Error("the owner finds no way to edit")
	}
}

func TestProfileIsFoundHoweverItsNameIsWritten(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Hero("Жар-птица")
	b := s.As(t, stranger)
	for _, path := range []string{"/users/Жар-птица", "/users/жар-птица", "/users/%D0%96%D0%90%D0%A0-%D0%BF%D1%82%D0%B8%D1%86%D0%B0", "/users/%d0%96ар-птица"} {
		u := &url.URL{Path: path}
		if strings.Contains(path, "%") {
			u, _ = url.Parse(path)
		}
		b.Visit(u.String()).Is(http.StatusOK).Shows("@Жар-птица")
	}
	for _, path := range []string{"/users/nobody", "/users/..%2fabout", "/users/%00", "/users/a%00b", "/users/%ff%fe",
		"/users/%252e", "/users/x%27%20OR%201=1--", "/users/" + strings.Repeat("n", 3000), "/users/nobody/photos"} {
		a := b.Visit(path)
		if a.Status != http.StatusNotFound {
			t.Errorf("%.60s: %d", path, a.Status)
		}
		problemOf(t, b.JSON().Visit(path).Is(http.StatusNotFound))
	}
}

func TestMeLeadsToOnesOwnPage(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.As(t, s.Hero("Ночная.цапля")).Get("me").Is(http.StatusSeeOther).GoesTo(s.Path("user", "Ночная.цапля"))
	s.As(t, stranger).Get("me").Is(http.StatusSeeOther).GoesTo("/accounts/login?next=%2Fusers%2Fme")
}

func TestRegistryNeverBreaksThePage(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Hero("nightheron")
	s.Fan("wren")
	b := s.As(t, stranger)
	for row, tt := range map[string]struct {
		ask  registry
		want string
	}{
		"says yes":    {func(context.Context, models.Claim) (models.Verdict, error) { return models.Verified, nil }, "Verified hero"},
		"says no":     {func(context.Context, models.Claim) (models.Verdict, error) { return models.Unverified, nil }, "Unverified"},
		"is down":     {func(context.Context, models.Claim) (models.Verdict, error) { return "", errors.New("no route") }, "Unverified"},
		"falls apart": {func(context.Context, models.Claim) (models.Verdict, error) { panic("the cabinet is on fire") }, "Unverified"},
	} {
		t.Run(row, func(t *testing.T) {
			s.Views.Registry = tt.ask
			a := b.Get("user", "nightheron").Is(http.StatusOK).Shows("@nightheron", tt.want)
			if tags := a.HTML().Find(".sub .tag").Text(); tags != tt.want {
				t.Errorf("the tag is %q, want %q", tags, tt.want)
			}
		})
	}
	s.Views.Registry = registry(func(_ context.Context, c models.Claim) (models.Verdict, error) {
		t.Errorf("the registry is asked about the fan %s", c.Username)
		return models.Verified, nil
	})
	b.Get("user", "wren").Is(http.StatusOK).Hides("Verified hero")
}

func TestRegistryInTheHouseWantsOriginAndPowers(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Hero("nightheron")
	s.Member("mothwick", models.Profile{Kind: models.Hero, Origin: "Port Sable"})
	s.Member("quill", models.Profile{Kind: models.Hero, Powers: []string{"Ink"}})
	for name, want := range map[string]string{"nightheron": "Verified hero", "mothwick": "Unverified", "quill": "Unverified"} {
		if got := s.As(t, stranger).Get("user", name).HTML().Find(".sub .tag").Text(); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// The bounds are what the pages take, without any to spare.
func TestPagesOfMembersTakeFewQueries(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	u := s.Hero("nightheron")
	reader, anybody := s.As(t, lamplighter(s)), s.As(t, stranger)
	own := s.As(t, u)
	for what, tt := range map[string]struct {
		b    *sitetest.Browser
		path string
		most int
	}{
		"a profile, logged in":  {reader, "/users/nightheron", 7},
		"a profile, a stranger": {anybody, "/users/nightheron", 5},
		"one's own profile":     {own, "/users/nightheron", 7},
		"no such profile":       {anybody, "/users/nobody", 1},
		"me":                    {own, "/users/me", 2},
		"the form to edit":      {own, "/users/me/edit", 6},
		"login":                 {anybody, "/accounts/login", 0},
		"about, a stranger":     {anybody, "/about", 0},
		"about, logged in":      {own, "/about", 2},
	} {
		t.Run(what, func(t *testing.T) {
			if got := tt.b.Visit(tt.path).Queries; got != tt.most {
				t.Errorf("%s takes %d queries, want %d", tt.path, got, tt.most)
			}
		})
	}
}
