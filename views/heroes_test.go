package views_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"superbook/models"
	"superbook/site/sitetest"
)

func TestHeroes(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Member("nightheron", models.Profile{Kind: models.Hero, Name: "Night Heron", Origin: "Port Sable", Powers: []string{"Fog craft"}})
	s.Member("copper.bolt", models.Profile{Kind: models.Hero, Name: "Copper Bolt", Origin: "Brasswick", Powers: []string{"Electricity"}})
	s.Member("wren", models.Profile{Kind: models.Fan, Name: "Wren"})
	for name, c := range map[string]struct {
		query string
		found string
		names []string
	}{
		"heroes, newest first":              {"", "2 heroes", []string{"Copper Bolt", "Night Heron"}},
		"by name":                           {"?sort=name", "2 heroes", []string{"Copper Bolt", "Night Heron"}},
		"everybody":                         {"?kind=all&sort=name", "3 ", []string{"Copper Bolt", "Night Heron", "Wren"}},
		"fans":                              {"?kind=fan", "1 fan", []string{"Wren"}},
		"a prefix of a name":                {"?q=nig", "1 hero", []string{"Night Heron"}},
		"a prefix of a power":               {"?q=elec", "1 hero", []string{"Copper Bolt"}},
		"a power by its slug":               {"?power=fog-craft", "1 hero", []string{"Night Heron"}},
		"a power as somebody typed it":      {"?power=Fog+Craft", "1 hero", []string{"Night Heron"}},
		"an origin":                         {"?origin=brasswick", "1 hero", []string{"Copper Bolt"}},
		"filters combine":                   {"?q=bolt&origin=brasswick&power=electricity&kind=all", "1 ", []string{"Copper Bolt"}},
		"filters that nobody fits":          {"?q=bolt&origin=port-sable", "", nil},
		"what it does not know is not said": {"?kind=villain&sort=height", "2 heroes", []string{"Copper Bolt", "Night Heron"}},
		"a page behind the last":            {"?page=7", "", nil},
		"a page before the first":           {"?page=-3", "2 heroes", []string{"Copper Bolt", "Night Heron"}},
		"a very long search":                {"?q=" + strings.Repeat("x", 5000), "", nil},
		"hostile signs":                     {"?q=%27%22%3E%3Cscript%3E%25_%5C", "", nil},
		"bytes that are no text":            {"?q=%ff%fe%00", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page := s.As(t, models.User{}).Visit("/heroes" + c.query).Is(200)
			if strings.Contains(page.Body, "<script>%") {
				t.Error("what was searched for stands in the page as markup")
			}
			var names []string
			page.HTML().Find(".hero-card h3").Each(func(_ int, h *goquery.Selection) { names = append(names, strings.TrimSpace(h.Text())) })
			if fmt.Sprint(names) != fmt.Sprint(c.names) {
				t.Errorf("shows %v, want %v", names, c.names)
			}
			if c.found != "" {
				page.Shows(c.found)
			}
		})
	}
}

func TestHeroesBeyondWhatIsShown(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.As(t, models.User{}).Visit("/heroes?page=99999").Is(404).Shows("Search or filter")
	s.As(t, models.User{}).Visit("/heroes?page=two").Is(404)
}

func TestHeroesHasPages(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	for i := range 50 {
		s.Member(fmt.Sprintf("hero%02d", i), models.Profile{Kind: models.Hero, Name: fmt.Sprintf("Hero %02d", i), Powers: []string{"Patience"}})
	}
	b := s.As(t, models.User{})
	first := b.Visit("/heroes?power=patience&sort=name").Is(200).Shows("50 heroes", "Page 1 of 3", "Hero 00", "Hero 23").Hides("Hero 24")
	next := first.HTML().Find("a[rel=next]").AttrOr("href", "")
	second := b.Visit(next).Is(200).Shows("Page 2 of 3", "Hero 24", "Hero 47").Hides("Hero 23", "Hero 48")
	if back := second.HTML().Find("a[rel=prev]").AttrOr("href", ""); !strings.Contains(back, "power=patience") {
		t.Errorf("the way back is %q", back)
	}
}

// The number of queries does not grow with the number of heroes.
func TestQueriesOfPublicPages(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	for i := range 30 {
		s.Hero(fmt.Sprintf("hero%02d", i))
	}
	b := s.As(t, models.User{})
	for name, most := range map[string]int{"/": 5, "/heroes": 6, "/heroes?q=fog&power=fog-craft&origin=port-sable&sort=name": 7, "/users/hero01": 5, "/about": 0} {
		b.Visit(name).Is(200).AtMost(most)
	}
}

func TestHome(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.As(t, models.User{}).Get("home").Is(200).Shows("Join", "Log in")
	u := s.Hero("nightheron")
	s.Fan("wren")
	s.As(t, models.User{}).Get("home").Is(200).Shows("nightheron").Hides("wren")
	s.As(t, u).Get("home").Is(200).Shows("nightheron").AtMost(5)
	s.As(t, models.User{}).Get("about").Is(200).Shows("About")
}
