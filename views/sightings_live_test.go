package views_test

import (
	"net/http"
	"strings"
	"testing"

	"superbook/models"
	"superbook/site/sitetest"
)

// What the page shows of a sighting is what those get who look at it.
func TestSightingsAreToldLive(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	srv := s.Server()
	s.Hero("nightheron")
	wren := s.As(t, s.Fan("wren"))
	body := s.As(t, stranger).Get("sightings").Is(http.StatusOK).HTML().Find("body")
	stream := s.As(t, stranger).Follow(srv, body.AttrOr("data-live", "none"), body.AttrOr("data-live-last", ""))
	wren.Post("sighting.new", saw(map[string]string{"note": "<b>Very</b> still."})).Is(http.StatusSeeOther)
	told := stream.Next().Data
	for _, part := range []string{`id="sighting-1" data-to="#sightings" data-at="start"`, `<svg data-wrap><a id="pin-1"`, `data-to="#pins"`, `cx="297.6"`, "&lt;b&gt;Very"} {
		if !strings.Contains(told, part) {
			t.Errorf("%s is missing in %s", part, told)
		}
	}
	page := s.As(t, stranger).Get("sightings").Body
	for _, part := range strings.Split(told, "<svg data-wrap>") {
		if part = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(part), "</svg>")); !strings.Contains(page, part) {
			t.Errorf("the page does not have the markup that came:\n%s", part)
		}
	}
	wren.Post("sighting.new", saw(nil)).Is(http.StatusUnprocessableEntity) // the same again: nothing to tell
	wren.Post("sighting.delete", nil, 1).Is(http.StatusSeeOther)
	if told := stream.Next().Data; !strings.Contains(told, `id="sighting-1" data-at="gone"`) || !strings.Contains(told, `id="pin-1" data-at="gone"`) {
		t.Errorf("of the deletion is told %s", told)
	}
}

// Who has blocked, or is blocked, neither sees nor hears of a sighting, as hero
// or as reporter; everybody else does.
func TestSightingsAreHiddenBetweenWhoBlocks(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	srv := s.Server()
	hero, wren, blocked, blocker := s.Hero("nightheron"), s.Fan("wren"), s.Fan("blocked"), s.Fan("blocker")
	s.Block(hero, blocked)
	s.Block(blocker, wren)
	streams := map[string]*sitetest.Stream{}
	for name, u := range map[string]models.User{"stranger": stranger, "blocked": blocked, "blocker": blocker} {
		streams[name] = s.As(t, u).Follow(srv, "/live?on=sightings", "")
	}
	s.As(t, wren).Post("sighting.new", saw(map[string]string{"note": "Not for all."})).Is(http.StatusSeeOther)
	// What both see comes after; whoever gets it first has missed the other.
	s.As(t, blocked).Post("sighting.new", saw(map[string]string{"hero": "blocker"})).Is(http.StatusUnprocessableEntity) // no hero
	other := s.Hero("tidewright")
	s.As(t, other).Post("sighting.new", saw(map[string]string{"hero": "tidewright", "note": "For all."})).Is(http.StatusSeeOther)
	for name, stream := range streams {
		if told := stream.Next().Data; strings.Contains(told, "Not for all.") != (name == "stranger") {
			t.Errorf("%s is told %s", name, told)
		}
	}
	for _, u := range []models.User{blocked, blocker} {
		b := s.As(t, u)
		b.Get("sighting", 1).Is(http.StatusNotFound)
		b.JSON().Get("sighting", 1).Is(http.StatusNotFound)
		for _, path := range []string{"/sightings", "/sightings?country=XZ", "/sightings/archive/2026/3"} {
			b.Visit(path).Is(http.StatusOK).Shows("For all.").Hides("Not for all.", "pin-1", "sighting-1")
			s.As(t, stranger).Visit(path).Is(http.StatusOK).Shows("Not for all.")
		}
		b.JSON().Visit("/sightings").Is(http.StatusOK).Hides("Not for all.")
		b.Get("sightings.archive").Is(http.StatusOK).Shows("1 sighting")
	}
	s.As(t, blocked).Visit("/sightings?hero=nightheron").Is(http.StatusOK).Shows("There is no hero called “nightheron”").Hides(`value="nightheron">`)
	s.As(t, blocked).Get("sighting.new").Is(http.StatusOK).Hides(`value="nightheron">`)
	s.As(t, blocked).Post("sighting.new", saw(nil)).Is(http.StatusUnprocessableEntity).Shows("There is no hero called that here")
}
