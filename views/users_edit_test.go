package views_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"superbook/kit/db"
	"superbook/models"
	"superbook/site/sitetest"
)

// telling is a profile form that is accepted, with some fields replaced.
func telling(change map[string]string) url.Values {
	form := url.Values{"kind": {"hero"}, "name": {"Night Heron"}, "bio": {"Stands very still."}, "birthdate": {"1988-07-01"},
		"origin": {"Port Sable"}, "powers": {"Fog craft, Patience"}, "address": {""}}
	for field, value := range change {
		form.Set(field, value)
	}
	return form
}

var profileFields = []string{"kind", "name", "bio", "birthdate", "origin", "powers", "address"}

func TestEditedProfileIsKeptAndShown(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	b.Post("me.edit", telling(nil)).Is(http.StatusSeeOther).GoesTo("/users/nightheron")
	b.Get("user", "nightheron").Is(http.StatusOK).Shows("Saved.", "Night Heron", "Stands very still.", "Port Sable", "Fog craft", "Patience")
	page := b.Get("me.edit").Is(http.StatusOK)
	for _, field := range profileFields {
		if got, want := page.Value(field), telling(nil).Get(field); got != want {
			t.Errorf("%s is %q in the form, want %q", field, got, want)
		}
	}
	empty := telling(map[string]string{"bio": "", "birthdate": "", "origin": "", "powers": " , ,, "})
	b.Post("me.edit", empty).Is(http.StatusSeeOther)
	b.Get("user", "nightheron").Is(http.StatusOK).Shows("Unverified").Hides("Stands very still.", "Fog craft", "Patience", "Port Sable")
}

func TestPlainTextIsTidied(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Fan("wren"))
	b.Post("me.edit", telling(map[string]string{"kind": "fan", "name": "  Wren \t of\x00 the  Quay ", "bio": "one\r\ntwo\x07\xff",
		"powers": "Tea,  tea , TEA,Fog  craft", "address": "3 Rope Walk\r\nLow Quay"})).Is(http.StatusSeeOther)
	page := b.Get("me.edit")
	for field, want := range map[string]string{"name": "Wren of the Quay", "bio": "one\ntwo\ufffd", "powers": "Tea, Fog craft",
		"address": "3 Rope Walk\nLow Quay"} {
		if got := page.Value(field); got != want {
			t.Errorf("%s is %q, want %q", field, got, want)
		}
	}
}

func TestRefusedProfileKeepsEveryField(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	b.Post("me.edit", telling(nil)).Is(http.StatusSeeOther)
	tomorrow := time.Now().UTC().AddDate(0, 0, 2).Format(time.DateOnly)
	for row, tt := range map[string]struct{ field, value, words string }{
		"neither hero nor fan":   {"kind", "villain", "Choose hero or fan"},
		"no name":                {"name", "", "Everybody needs a name"},
		"a name of 61":           {"name", strings.Repeat("é", 61), "60 characters"},
		"a bio of 201":           {"bio", strings.Repeat("ж", 201), "200 characters"},
		"an origin of 81":        {"origin", strings.Repeat("o", 81), "80 characters"},
		"an origin of signs":     {"origin", "!?", "at least one letter"},
		"an address of 201":      {"address", strings.Repeat("a", 201), "200 characters"},
		"a date in words":        {"birthdate", "yesterday", "like 1990-12-31"},
		"a date that is not":     {"birthdate", "1990-02-30", "like 1990-12-31"},
		"a date to come":         {"birthdate", tomorrow, "still to come"},
		"a date of long ago":     {"birthdate", "0999-01-01", "very long time ago"},
		"seven powers":           {"powers", "a1,b1,c1,d1,e1,f1,g1", "best six"},
		"a power of 25":          {"powers", "Fog craft, " + strings.Repeat("p", 25), "24 characters"},
		"a power made of a sign": {"powers", "Fog craft, ★", "at least one letter"},
	} {
		t.Run(row, func(t *testing.T) {
			form := telling(map[string]string{tt.field: tt.value})
			a := b.Post("me.edit", form).Is(http.StatusUnprocessableEntity)
			if got := a.HTML().Find("#" + tt.field + "-error").Text(); !strings.Contains(got, tt.words) {
				t.Errorf("the words beside %s are %q, want %q", tt.field, got, tt.words)
			}
			for _, field := range profileFields {
				if got, want := a.Value(field), form.Get(field); got != want && want != "villain" {
					t.Errorf("%s came back as %q, want %q", field, got, want)
				}
			}
			p := problemOf(t, b.JSON().Post("me.edit", form).Is(http.StatusUnprocessableEntity))
			if len(p.Errors) != 1 || !strings.Contains(p.Errors[tt.field], tt.words) {
				t.Errorf("as JSON: %v", p.Errors)
			}
		})
	}
	page := b.Get("me.edit")
	for _, field := range profileFields {
		if got, want := page.Value(field), telling(nil).Get(field); got != want {
			t.Errorf("a refused form changed %s to %q", field, got)
		}
	}
}

func TestLongestFieldsAreTaken(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Fan("wren"))
	form := telling(map[string]string{"kind": "fan", "name": strings.Repeat("é", 60), "bio": strings.Repeat("ж", 200),
		"origin": strings.Repeat("o", 80), "address": strings.Repeat("a", 200), "birthdate": "1000-01-01",
		"powers": strings.Repeat("p", 24) + ", b1, c1, d1, e1, f1"})
	b.Post("me.edit", form).Is(http.StatusSeeOther)
	page := b.Get("me.edit")
	for _, field := range profileFields {
		if page.Value(field) != form.Get(field) {
			t.Errorf("%s came back as %q", field, page.Value(field))
		}
	}
}

func TestMarkupIsTextWhereverItIsShown(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	const evil = `"><script>x()</script><b class=evil>`
	b := s.As(t, s.Fan("wren"))
	b.Post("me.edit", telling(map[string]string{"kind": "fan", "name": evil, "bio": evil + "</textarea><i class=evil>", "origin": evil,
		"powers": `<b class=evil>, '"><s>`, "address": evil})).Is(http.StatusSeeOther)
	b.Post("me.edit", telling(map[string]string{"kind": `"><b class=evil>`, "name": evil, "birthdate": evil, "powers": evil})).
		Is(http.StatusUnprocessableEntity)
	for _, path := range []string{"/users/wren", "/users/me/edit", "/heroes?kind=fan", "/heroes?kind=fan&q=" + url.QueryEscape(evil), "/", "/nowhere/" + url.PathEscape(evil)} {
		page := b.Visit(path).HTML()
		if n := page.Find("script:not([src]), .evil, s").Length(); n != 0 {
			t.Errorf("%s: what a member wrote became %d elements", path, n)
		}
	}
	b.Get("user", "wren").Shows(evil)
}

func TestAddressIsForFansAndForgottenByHeroes(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Fan("wren"))
	b.Post("me.edit", telling(map[string]string{"kind": "fan", "address": "3 Rope Walk"})).Is(http.StatusSeeOther)
	b.Get("user", "wren").Shows("3 Rope Walk")
	b.Post("me.edit", telling(map[string]string{"kind": "hero", "address": "3 Rope Walk"})).Is(http.StatusSeeOther)
	b.Get("user", "wren").Hides("3 Rope Walk")
	if n := rows(t, s, "profiles", "address <> ''"); n != 0 {
		t.Error("a hero's address is kept")
	}
}

// counts is how many heroes each power and origin says it has.
func counts(t *testing.T, s *sitetest.Site) map[string]int {
	t.Helper()
	m := map[string]int{}
	powers, err := db.Rows[models.Power](s.DB.Read).Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range powers {
		m[p.Slug] = p.Heroes
	}
	origins, err := db.Rows[models.Origin](s.DB.Read).Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range origins {
		m["from "+o.Slug] = o.Heroes
	}
	return m
}

func TestCountsOfPowersFollowEveryEdit(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Hero("tidewright") // Fog craft, Port Sable
	b := s.As(t, s.Fan("wren"))
	for _, step := range []struct {
		what                  string
		change                map[string]string
		fog, tea, sable, quay int
	}{
		{"a fan's powers do not count", map[string]string{"kind": "fan", "powers": "Fog craft, Tea"}, 1, 0, 1, 0},
		{"as a hero they do", map[string]string{"kind": "hero", "powers": "Fog craft, Tea"}, 2, 1, 2, 0},
		{"the same again changes nothing", map[string]string{"powers": "fog  CRAFT, Tea, tea"}, 2, 1, 2, 0},
		{"one less", map[string]string{"powers": "Tea"}, 1, 1, 2, 0},
		{"another origin", map[string]string{"powers": "Tea", "origin": "Low Quay"}, 1, 1, 1, 1},
		{"no origin", map[string]string{"powers": "Tea", "origin": ""}, 1, 1, 1, 0},
		{"back to a fan", map[string]string{"kind": "fan", "powers": "Tea", "origin": "Low Quay"}, 1, 0, 1, 0},
		{"a hero without powers", map[string]string{"kind": "hero", "powers": ""}, 1, 0, 2, 0},
	} {
		b.Post("me.edit", telling(step.change)).Is(http.StatusSeeOther)
		got := counts(t, s)
		if got["fog-craft"] != step.fog || got["tea"] != step.tea || got["from port-sable"] != step.sable || got["from low-quay"] != step.quay {
			t.Errorf("%s: %v, want %+v", step.what, got, step)
		}
	}
}
