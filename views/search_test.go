package views_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"superbook/kit/throttle"
	"superbook/models"
	"superbook/site/sitetest"
)

func post(b *sitetest.Browser, text, to string) {
	b.Post("post.new", url.Values{"text": {text}, "to": {to}}).Is(http.StatusSeeOther)
}

func search(b *sitetest.Browser, query string) *sitetest.Answer {
	return b.Visit("/search?" + url.Values{"q": {query}}.Encode())
}

func TestSearch(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	heron := s.As(t, s.Hero("nightheron"))
	s.Fan("fogfan")
	post(heron, "Fog over <script>the</script> quay & Foghorns", "")
	post(heron, "A secret fog", "fogfan")
	b := s.As(t, models.User{})
	for name, c := range map[string]struct {
		query  string
		marked []string
		shows  []string
		hides  []string
	}{
		"nothing asked":     {"", nil, []string{"Who or what is it?"}, []string{"No luck"}},
		"only spaces":       {" \t ", nil, []string{"Who or what is it?"}, []string{"No luck"}},
		"a post and a fan":  {"fog", []string{"Fog", "Foghorns"}, []string{"fogfan", "@nightheron"}, []string{"secret", "<script>the"}},
		"words of markup":   {"<script>", []string{"script", "script"}, nil, []string{"<script>the", "No luck"}},
		"nobody":            {"zzz", nil, []string{"No luck", "“zzz”"}, []string{"<mark>"}},
		"markup for nobody": {"<b>zz</b>", nil, []string{"No luck", "“<b>zz</b>”"}, []string{"<b>"}},
		"only signs":        {"%\"'*", nil, []string{"There is no word in that"}, []string{"<mark>"}},
		"a very long one":   {strings.Repeat("x", 10_000), nil, []string{"“" + strings.Repeat("x", 100) + "”"}, nil},
		"no text":           {"\xff\x00", nil, []string{"There is no word in that"}, nil},
	} {
		page := search(b, c.query).Is(http.StatusOK).Shows(c.shows...)
		for _, w := range c.hides {
			if strings.Contains(page.Body, w) {
				t.Errorf("%s: shows %q", name, w)
			}
		}
		var marked []string
		page.HTML().Find("mark").Each(func(_ int, m *goquery.Selection) { marked = append(marked, m.Text()) })
		if fmt.Sprint(marked) != fmt.Sprint(c.marked) {
			t.Errorf("%s: marks %q, want %q", name, marked, c.marked)
		}
		if got, _ := page.HTML().Find("main #q").Attr("value"); c.marked != nil && got != c.query {
			t.Errorf("%s: the box says %q", name, got)
		}
	}
	b.Visit("/search?q=fog&before=x").Is(http.StatusNotFound)
	b.Visit("/search?q=fog&what=members").Is(http.StatusOK).Shows("@fogfan").Hides("quay")
	b.Visit("/search?q=fog&what=posts").Is(http.StatusOK).Shows("quay").Hides("@fogfan")
}

// What is for one person is found by the two whom it concerns.
func TestSearchKeepsSecrets(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	heron, wren, other, staff := s.Hero("nightheron"), s.Fan("wren"), s.Fan("other"), s.Staff()
	post(s.As(t, heron), "The lantern is under the bridge", "wren")
	for who, sees := range map[models.User]bool{heron: true, wren: true, other: false, staff: false, {}: false} {
		b := s.As(t, who)
		page, program := search(b, "lantern").Is(http.StatusOK), search(b.JSON(), "lantern").Is(http.StatusOK)
		if sees {
			page.Shows("under the bridge", "Only for")
			program.Shows("under the bridge")
		} else {
			page.Shows("No luck").Hides("under the bridge")
			program.Hides("bridge")
		}
	}
}

func TestSearchAsJSON(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	heron := s.As(t, s.Hero("nightheron"))
	for i := range 25 {
		post(heron, fmt.Sprintf("Heron %d <here>", i), "")
	}
	type body struct {
		Members []struct{ Username, URL, Kind string }
		Posts   []struct{ Text, Author string }
		Next    string
	}
	var first, second, none body
	b := s.As(t, models.User{}).JSON()
	search(b, "nightheron").Is(http.StatusOK).Decode(&none)
	if len(none.Members) != 1 || none.Members[0].URL != "/users/nightheron" || none.Members[0].Kind != "hero" || len(none.Posts) != 0 || none.Next != "" {
		t.Errorf("the hero: %+v", none)
	}
	search(b, "heron").Is(http.StatusOK).Decode(&first)
	if len(first.Posts) != 20 || first.Next == "" || first.Posts[0].Author != "nightheron" || !strings.HasSuffix(first.Posts[0].Text, "<here>") {
		t.Fatalf("first: %+v", first)
	}
	post(heron, "Heron, new", "")
	b.Visit(first.Next).Is(http.StatusOK).Decode(&second)
	if len(second.Posts) != 5 || second.Next != "" || len(second.Members) != 0 {
		t.Errorf("second: %+v", second)
	}
	seen := map[string]bool{}
	for _, p := range append(first.Posts, second.Posts...) {
		if seen[p.Text] {
			t.Errorf("%q came twice", p.Text)
		}
		seen[p.Text] = true
	}
	search(b, "").Is(http.StatusOK).Shows(`"members":[]`, `"posts":[]`)
}

func TestSearchHasPages(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	heron := s.As(t, s.Hero("nightheron"))
	for i := range 25 {
		post(heron, fmt.Sprintf("Quay number %d.", i), "")
	}
	b := s.As(t, models.User{})
	first := search(b, "quay").Is(http.StatusOK).Shows("number 24.", "More posts").Hides("number 4.")
	next := first.HTML().Find("a[rel=next]").AttrOr("href", "")
	second := b.Visit(next).Is(http.StatusOK).Shows("number 4.", "Back to the first ones").Hides("number 5.", "More posts")
	if n := second.HTML().Find("#posts > article").Length(); n != 5 {
		t.Errorf("the second page has %d posts", n)
	}
	b.Visit("/search?q=quay&what=posts&before=1").Is(http.StatusOK).Shows("That was all")
}

// The number of queries does not grow with what is found.
func TestQueriesOfSearch(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	for i := range 30 {
		s.Hero(fmt.Sprintf("foghero%02d", i))
	}
	u := s.Hero("nightheron")
	heron := s.As(t, u)
	for i := range 25 {
		post(heron, fmt.Sprintf("Fog, day %d", i), "")
	}
	stranger := s.As(t, models.User{})
	for query, most := range map[string]int{"": 0, "fog": 11, "fog day": 11, "zzz": 7} {
		search(stranger, query).Is(http.StatusOK).AtMost(most)
		search(heron, query).Is(http.StatusOK).AtMost(most + 4) // and who it is
	}
}

func TestStrangersSearchInMeasure(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Views.Limits.SearchByAddress = throttle.New(throttle.Rate{Burst: 2, Every: time.Hour}, 10, nil)
	b, member := s.As(t, models.User{}), s.As(t, s.Fan("wren"))
	search(b, "fog").Is(http.StatusOK)
	search(b, "").Is(http.StatusOK)
	search(b, "fog").Is(http.StatusOK)
	search(b, "fog").Is(http.StatusTooManyRequests)
	search(b, "").Is(http.StatusOK)
	for range 5 {
		search(member, "fog").Is(http.StatusOK)
	}
}
