package browser_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"superbook/kit/browsertest"
	"superbook/site/sitetest"
)

// anHour has the pulse measure an hour that ends before now, with a quiet half
// and a busy one.
func anHour(t *testing.T, s *sitetest.Site, end time.Time) {
	t.Helper()
	f := s.Figures
	answer := func(n int, status string, took float64) {
		for range n {
			f.Requests.Total.With("home", "GET", status).Inc()
			f.Requests.Seconds.With("home", "GET", status).Observe(took)
		}
	}
	const every = 5 * time.Second
	for i := range 721 {
		busy := max(0, math.Sin(float64(i)/115)) * (1 + .3*math.Sin(float64(i)/9))
		answer(int(260*busy)+i%7, "2xx", .004+.003*busy)
		answer(int(20*busy), "2xx", .03)
		answer(int(6*busy), "2xx", .12)
		answer(int(4*busy)+i%90/89, "4xx", .002)
		answer(i%180/179, "5xx", .4)
		if _, err := s.Views.Pulse.Take(t.Context(), end.Add(time.Duration(i-720)*every)); err != nil {
			t.Fatal(err)
		}
	}
}

// plotGrows says how much taller the card is with the plot than with the drawing that it replaces.
const plotGrows = `(() => {
	const card = document.querySelector('[data-plot]'), plot = card.querySelector('.plot'), height = card.getBoundingClientRect().height;
	plot.style.display = 'none', delete card.dataset.plotted;
	const drawn = card.getBoundingClientRect().height;
	plot.style.display = '', card.dataset.plotted = '';
	return height - drawn;
})()`

// pulseWatched reads the charts by keys and pointer, and sees them go on.
func pulseWatched(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	anHour(t, w.Site, time.Now().UTC().Add(-10*time.Second))
	tab := w.tab(t, b, w.Staff())
	tab.Open(w.url + w.Path("dashboard.pulse"))
	tab.WaitFor(`document.querySelector('[data-plotted] canvas') !== null && document.body.dataset.liveState === 'on'`)
	tab.WaitText(".plot-at", "Point at the chart")
	if moved := browsertest.Eval[float64](tab, plotGrows); math.Abs(moved) > 1 {
		t.Errorf("what stands below the chart moves by %g pixels when it gets its cursor", moved)
	}
	browsertest.Eval[bool](tab, "document.querySelector('.plot').focus(), true")
	tab.Press(browsertest.KeyRight)
	tab.WaitFor(`/^\d\d:\d\d:\d\d p50 .*s, p95 .*s, p99 .*s$/.test(document.querySelector('.plot-at').textContent.replace(/\s+/g, ' '))`)
	tab.WaitFor(`document.querySelector('.plot').ariaValueText.includes('p95')`)
	tab.Click("#pulse-requests ~ details summary")
	tab.WaitVisible("#pulse-requests ~ details table")

	mark(tab)
	before := browsertest.Eval[string](tab, "document.querySelector('#pulse-requests-now svg').outerHTML")
	rows := browsertest.Eval[string](tab, "document.querySelector('#pulse-requests-table').textContent")
	ended := w.StartPulse(t.Context())
	t.Cleanup(ended)
	tab.WaitFor(fmt.Sprintf(`document.querySelector("#pulse-requests-now svg").outerHTML !== %q`, before))
	tab.WaitFor(fmt.Sprintf(`document.querySelector("#pulse-requests-table").textContent !== %q`, rows))
	tab.WaitVisible("#pulse-requests ~ details table") // still open
	if !marked(tab) {
		t.Error("the page was reloaded")
	}
	quiet(t, tab)
}
