package browser_test

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"testing"
	"time"

	"superbook/kit/browsertest"
	"superbook/models"
)

// sightingBy has a member report that the hero was seen, a moment ago.
func (w *world) sightingBy(t *testing.T, by models.User, hero string) int64 {
	t.Helper()
	a := w.As(t, by).Post("sighting.new", url.Values{"hero": {hero}, "power": {"Fog craft"}, "when": {time.Now().UTC().Format("2006-01-02T15:04")},
		"place": {"Port Sable, at the very end of the Unpronounceable Archipelago"}, "country": {"XZ"}, "coordinates": {"41.5, -31.2"},
		"note": {"Stood on one leg for an hour. I counted."}}).Is(http.StatusSeeOther)
	id, err := strconv.ParseInt(path.Base(a.Header.Get("Location")), 10, 64)
	must(t, err)
	return id
}

// sightingExamples are the pages about sightings.
func (c *cast) sightingExamples() map[string][]visit {
	now := time.Now().UTC()
	detail := c.Path("sighting", c.sighting)
	return map[string][]visit{
		"sightings": {{shows: "all"}, {shows: "found", path: "/sightings?hero=grey-heron&country=XZ&period=week"},
			{shows: "nobody", path: "/sightings?hero=zzz"}, {shows: "nothing", path: "/sightings?country=AT"}},
		"sighting.new":      {{who: c.fan}},
		"sightings.archive": {{}},
		"sightings.month":   {{path: c.Path("sightings.month", now.Year(), int(now.Month()))}},
		"sighting":          {{shows: "stranger", path: detail}, {shows: "own", who: c.fan, path: detail}},
		"sighting.delete":   {{who: c.fan, path: c.Path("sighting.delete", c.sighting)}},
	}
}

// clickMap clicks a place on the map of the form with the mouse.
func clickMap(t *testing.T, tab *browsertest.Tab, latitude, longitude float64) {
	t.Helper()
	browsertest.Eval[bool](tab, fmt.Sprintf(`(svg => {
		svg.scrollIntoView({block: 'center', behavior: 'instant'});
		const {x, y} = new DOMPoint((%g + 180) * 2, (84 - %g) * 2).matrixTransform(svg.getScreenCTM());
		document.elementFromPoint(x, y).dispatchEvent(new MouseEvent('click', {clientX: x, clientY: y, bubbles: true}));
		return true;
	})(document.querySelector('[data-pick] svg'))`, longitude, latitude))
}

// sightingSeenLive has one report a sighting by clicking the map, while the
// map and the list of another change without being loaded again.
func sightingSeenLive(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	hero, fan := w.Hero("grey-heron"), w.Fan("wren")
	first := w.sightingBy(t, hero, "grey-heron")
	looking := w.tab(t, b, stranger)
	looking.Open(w.url + "/sightings")
	looking.WaitVisible(`body[data-live-state=on]`)
	mark(looking)

	tab := w.tab(t, b, fan)
	tab.Open(w.url + "/sightings/new")
	tab.Type("#hero", "grey-heron")
	clickMap(t, tab, -33, -71.5)
	tab.WaitFor("(([lat, lon]) => Math.abs(+lat + 33) < .6 && Math.abs(+lon + 71.5) < .6)(document.querySelector('#coordinates').value.split(', '))")
	tab.WaitFor("document.activeElement.id === 'place'")
	spotless(t, tab, "with a pin on the map")
	tab.Type("#place", "Valparaíso")
	browsertest.Eval[string](tab, "document.querySelector('#country').value = 'CL'")
	browsertest.Eval[string](tab, "document.querySelector('#when').value = '2026-01-01T10:00'") // longer ago than the first
	tab.Type("#note", "Fog on the funicular.")
	tab.Click("main form .btn.main")
	tab.WaitText(".flash", "It is on the map.")
	id, err := strconv.ParseInt(path.Base(tab.URL()), 10, 64)
	must(t, err)

	looking.WaitVisible(fmt.Sprintf("#sighting-%d", id))
	looking.WaitFor(fmt.Sprintf("(c => Math.abs(c.getAttribute('cx') - 217) < 1.5 && Math.abs(c.getAttribute('cy') - 234) < 1.5)(document.querySelector('#pins #pin-%d circle'))", id))
	looking.WaitText(fmt.Sprintf("#sightings li:nth-child(2)#sighting-%d", id), "Fog on the funicular.")
	looking.WaitVisible(fmt.Sprintf("#pins > :first-child#pin-%d + #pin-%d", id, first))
	spotless(t, looking, "after the news")

	tab.Open(w.url + "/sightings/new") // a click on a dot chooses the place
	clickMap(t, tab, -33, -71.5)
	tab.WaitFor("document.querySelector('#location').selectedOptions[0].text === 'Valparaíso, Chile'")
	tab.WaitGone("#new-place")
	tab.Open(w.url + w.Path("sighting.delete", id))
	tab.Click("main form .btn.danger")
	tab.WaitURL("/sightings")
	looking.WaitGone(fmt.Sprintf("#sighting-%d, #pin-%d", id, id))
	if !marked(looking) {
		t.Error("the page was loaded again")
	}
	quiet(t, tab)
	quiet(t, looking)
}
