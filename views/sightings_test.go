package views_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"superbook/models"
	"superbook/site/sitetest"
)

// saw is a report that is accepted, with some fields replaced.
func saw(change map[string]string) url.Values {
	form := url.Values{"hero": {"nightheron"}, "power": {"Fog craft"}, "when": {"2026-03-31T15:30"}, "location": {""},
		"place": {"Port Sable"}, "country": {"XZ"}, "coordinates": {"41°30'N 31°12'W"}, "note": {"Stood very still."}}
	for field, value := range change {
		form.Set(field, value)
	}
	return form
}

var sightingFields = []string{"hero", "power", "when", "place", "coordinates", "note"}

func TestSightingIsReportedAndShown(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Hero("nightheron")
	wren := s.As(t, s.Fan("wren"))
	wren.Get("sighting.new").Is(http.StatusOK).Shows("Report a sighting").AtMost(5)
	wren.Post("sighting.new", saw(nil)).Is(http.StatusSeeOther).GoesTo("/sightings/1")
	page := wren.Get("sighting", 1).Is(http.StatusOK).Shows("It is on the map", "nightheron was seen in Port Sable", "International waters", "41.5° N, 31.2° W",
		"31 March 2026, 15:30 UTC", "Fog craft", "Stood very still.", "wren", "Delete")
	if at := page.HTML().Find("#pin-1 circle"); at.AttrOr("cx", "") != "297.6" || at.AttrOr("cy", "") != "85" {
		t.Errorf("the pin is at %s, %s", at.AttrOr("cx", ""), at.AttrOr("cy", ""))
	}
	list := s.As(t, stranger).Get("sightings").Is(http.StatusOK).Shows("Seen last", "nightheron", "Port Sable", "Stood very still.").AtMost(4)
	if list.HTML().Find("#sightings #sighting-1").Length() != 1 || list.HTML().Find("#pins #pin-1").Length() != 1 {
		t.Error("the list or the map lacks it")
	}
	s.As(t, stranger).Get("sighting", 1).Is(http.StatusOK).Hides("Delete", "It is on the map").AtMost(1)

	var body struct {
		ID                        int64
		URL, Hero, Place, Country string
		Latitude, Longitude       float64
		SeenAt                    time.Time `json:"seen_at"`
	}
	again := saw(map[string]string{"location": "1", "when": "2026-03-31T18:00", "power": "", "place": "", "country": "", "coordinates": ""})
	wren.JSON().Post("sighting.new", again).Is(http.StatusCreated).Decode(&body)
	if body.ID != 2 || body.URL != "/sightings/2" || body.Place != "Port Sable" || body.Country != "XZ" || body.Latitude != 41.5 || body.SeenAt.Hour() != 18 {
		t.Errorf("%+v", body)
	}
	s.As(t, stranger).JSON().Get("sighting", 2).Is(http.StatusOK).Decode(&body)
	if body.Hero != "nightheron" {
		t.Errorf("%+v", body)
	}
}

func TestRefusedSightingKeepsEveryField(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Hero("nightheron")
	s.Member("mask1", models.Profile{Kind: models.Hero, Name: "The Mask"})
	s.Member("mask2", models.Profile{Kind: models.Hero, Name: "The Mask"})
	b := s.As(t, s.Fan("wren"))
	b.Post("sighting.new", saw(nil)).Is(http.StatusSeeOther)
	for row, tt := range map[string]struct{ field, value, words string }{
		"a hero that is not":      {"hero", "nobody", "no hero called that"},
		"a fan":                   {"hero", "wren", "no hero called that"},
		"two of a name":           {"hero", "the mask", "Several heroes"},
		"a power nobody has":      {"power", "Tax law", "No hero here has that power"},
		"a time to come":          {"when", "2999-01-01T00:00", "still to come"},
		"a place that is not":     {"location", "99", "no longer know"},
		"a place of text":         {"location", "x", "Choose a place"},
		"off the Earth":           {"coordinates", "0, 181", "not on Earth"},
		"the name of another":     {"coordinates", "-41, 30", "another Port Sable in that country, at 41.5° N, 31.2° W"},
		"the same sighting again": {"note", "<script>again</script>", ""},
	} {
		t.Run(row, func(t *testing.T) {
			form := saw(map[string]string{tt.field: tt.value})
			a := b.In(t).Post("sighting.new", form).Is(http.StatusUnprocessableEntity).AtMost(14)
			field, words := tt.field, tt.words
			switch row {
			case "the name of another":
				field = "place"
			case "the same sighting again":
				field, words = "hero", "Somebody was quicker"
				if a.HTML().Find(`main a[href="/sightings/1"]`).Length() != 1 || a.HTML().Find("script:not([src])").Length() != 0 {
					t.Error("there is no way to the one that is there, or a script")
				}
			}
			if got := a.HTML().Find("#" + field + "-error").Text(); !strings.Contains(got, words) {
				t.Errorf("the words beside %s are %q, want %q", field, got, words)
			}
			for _, name := range sightingFields {
				if got := a.Value(name); got != form.Get(name) {
					t.Errorf("%s came back as %q, want %q", name, got, form.Get(name))
				}
			}
			if a.HTML().Find("#country option[selected]").AttrOr("value", "") != "XZ" {
				t.Error("the country is lost")
			}
			p := problemOf(t, b.In(t).JSON().Post("sighting.new", form).Is(http.StatusUnprocessableEntity))
			if len(p.Errors) != 1 || !strings.Contains(p.Errors[field], words) {
				t.Errorf("as JSON: %v", p.Errors)
			}
		})
	}
	if n := rows(t, s, "sightings", "1 = 1"); n != 1 {
		t.Errorf("%d are kept", n)
	}
	if n := rows(t, s, "locations", "1 = 1"); n != 1 {
		t.Errorf("%d places are kept", n)
	}
}

func TestSightingIsDeletedByItsReporterOnly(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	hero, wren := s.As(t, s.Hero("nightheron")), s.As(t, s.Fan("wren"))
	wren.Post("sighting.new", saw(nil)).Is(http.StatusSeeOther)
	for _, b := range []*sitetest.Browser{hero, s.As(t, s.Staff())} {
		b.Get("sighting.delete", 1).Is(http.StatusNotFound)
		b.Post("sighting.delete", nil, 1).Is(http.StatusNotFound)
		b.Get("sighting", 1).Is(http.StatusOK).Hides("/sightings/1/delete")
	}
	wren.Get("sighting", 1).Is(http.StatusOK).Shows("It is on the map") // which is told once, and costs a query
	wren.Get("sighting.delete", 1).Is(http.StatusOK).Shows("Delete this sighting?", "nightheron", "Port Sable").AtMost(3)
	wren.Post("sighting.delete", nil, 1).Is(http.StatusSeeOther).GoesTo("/sightings")
	wren.Get("sightings").Is(http.StatusOK).Shows("The sighting is deleted.", "Nobody has been seen anywhere").Hides("Stood very still.")
	wren.Get("sighting.delete", 1).Is(http.StatusNotFound)
	wren.Post("sighting.delete", nil, 1).Is(http.StatusNotFound)
	for _, path := range []string{"/sightings/1", "/sightings/0", "/sightings/-1", "/sightings/x", "/sightings/99999999999999999999", "/sightings/1/delete"} {
		wren.Visit(path).Is(http.StatusNotFound)
	}
	wren.JSON().Get("sighting", 1).Is(http.StatusNotFound)
}

// many reports n sightings, one in each hour before noon of the last day of March.
func many(t *testing.T, s *sitetest.Site, b *sitetest.Browser, n int) {
	t.Helper()
	s.Unlimited()
	for i := range n {
		when := time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC).Add(-time.Duration(i) * time.Hour)
		b.Post("sighting.new", saw(map[string]string{"when": when.Format("2006-01-02T15:04"), "note": fmt.Sprintf("Number %d.", i)})).Is(http.StatusSeeOther)
	}
}

func TestPagesOfSightingsMeetEachOnce(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Hero("nightheron")
	many(t, s, s.As(t, s.Fan("wren")), 45)
	b := s.As(t, stranger)
	for _, start := range []string{"/sightings", "/sightings?hero=nightheron&country=XZ&period=year", "/sightings/archive/2026/3"} {
		met, pages := map[string]int{}, 0
		for address := start; address != ""; pages++ {
			page := b.Visit(address).Is(http.StatusOK).AtMost(5)
			for _, n := range page.HTML().Find("#sightings > li").Nodes {
				for _, a := range n.Attr {
					if a.Key == "id" {
						met[a.Val]++
					}
				}
			}
			address = page.HTML().Find("main a[rel=next]:contains(older)").AttrOr("href", "")
			if pages == 1 { // what comes or goes meanwhile moves nothing
				s.Exec("DELETE FROM sightings WHERE id = 10")
			}
		}
		if want := 45; pages != 3 || len(met) < want-1 || len(met) > want {
			t.Errorf("%s: %d pages with %d sightings", start, pages, len(met))
		}
		for id, n := range met {
			if n != 1 {
				t.Errorf("%s: met %s %d times", start, id, n)
			}
		}
	}
	var list struct {
		Sightings []struct{ ID int64 }
		Next      string
	}
	b.JSON().Visit("/sightings").Is(http.StatusOK).AtMost(1).Decode(&list)
	if len(list.Sightings) != 20 || list.Sightings[0].ID != 1 || list.Next == "" {
		t.Errorf("%+v", list)
	}
	b.JSON().Visit(list.Next).Is(http.StatusOK).Decode(&list)
	if len(list.Sightings) != 20 || list.Sightings[0].ID != 22 {
		t.Errorf("%+v", list)
	}
}

func TestSightingsAreFiltered(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Hero("nightheron")
	s.Hero("tidewright")
	wren := s.As(t, s.Fan("wren"))
	now := time.Now().UTC().Format("2006-01-02T15:04")
	wren.Post("sighting.new", saw(map[string]string{"note": "At sea in March."})).Is(http.StatusSeeOther)
	wren.Post("sighting.new", saw(map[string]string{"hero": "@TideWright", "when": now, "place": "Lagos", "country": "NG", "coordinates": "6.45 3.39", "note": "Now in Lagos."})).Is(http.StatusSeeOther)
	b := s.As(t, stranger)
	for query, shows := range map[string][2]bool{ // at sea in March, now in Lagos
		"":                                 {true, true},
		"?hero=nightheron":                 {true, false},
		"?hero=%40TIDEWRIGHT":              {false, true},
		"?country=xz":                      {true, false},
		"?country=AT":                      {false, false},
		"?country=nowhere":                 {true, true},
		"?period=day":                      {false, true},
		"?hero=nightheron&country=NG":      {false, false},
		"?hero=nobody":                     {false, false},
		"?before=nonsense":                 {true, true},
		"?before=1.1":                      {false, false},
		"?hero=%00%ff&period=%00&before=9": {false, false},
	} {
		page := b.Visit("/sightings" + query).Is(http.StatusOK).AtMost(5)
		for i, words := range []string{"At sea in March.", "Now in Lagos."} {
			if got := strings.Contains(page.Text(), words); got != shows[i] {
				t.Errorf("%q shows %q: %v", query, words, got)
			}
		}
		if live := strings.Contains(page.Body, "data-live="); live != (query == "" || query == "?before=nonsense" || query == "?country=nowhere") {
			t.Errorf("%q is live: %v", query, live)
		}
	}
	b.Visit("/sightings?hero=nobody").Shows("There is no hero called “nobody” here")
	b.JSON().Visit("/sightings?hero=nobody").Is(http.StatusNotFound)
}

func TestArchive(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Hero("nightheron")
	b := s.As(t, s.Fan("wren"))
	b.Get("sightings.archive").Is(http.StatusOK).Shows("The archive is empty")
	for _, when := range []string{"2024-12-31T23:59", "2025-01-01T00:00", "2026-03-01T00:00", "2026-03-31T23:59", "2026-05-05T05:05"} {
		b.Post("sighting.new", saw(map[string]string{"when": when, "note": "At " + when})).Is(http.StatusSeeOther)
	}
	b = s.As(t, stranger)
	b.Get("sightings.archive").Is(http.StatusOK).Shows("2026 3 sightings", "March 2 sightings", "2025 1 sighting", "2024 1 sighting").Hides("April").AtMost(1)
	march := b.Get("sightings.month", 2026, 3).Is(http.StatusOK).Shows("March 2026", "At 2026-03-01T00:00", "At 2026-03-31T23:59").
		Hides("At 2025", "At 2026-05").AtMost(3)
	for rel, want := range map[string]string{"prev": "/sightings/archive/2025/1", "next": "/sightings/archive/2026/5"} {
		if got := march.HTML().Find("a[rel="+rel+"]").AttrOr("href", ""); got != want {
			t.Errorf("%s leads to %q", rel, got)
		}
	}
	for _, path := range []string{"2026/4", "2026/03", "2026/13", "2026/0", "2026/x", "x/1", "02026/3", "-1/3", "99999999999999999999/3", "2026/+3"} {
		b.Visit("/sightings/archive/" + path).Is(http.StatusNotFound)
	}
}

func TestTooManySightingsAreSlowedDown(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Hero("nightheron")
	b := s.As(t, s.Fan("wren"))
	for range 30 {
		b.Post("sighting.new", url.Values{}).Is(http.StatusUnprocessableEntity)
	}
	b.Post("sighting.new", saw(nil)).Is(http.StatusTooManyRequests)
}
