package browser_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"superbook/kit/browsertest"
	"superbook/models"
)

// screen is a way of looking at pages.
type screen struct {
	name  string
	phone bool
	bare  bool // without scripts
}

var desktop = screen{name: "desktop"}

// everyPage looks at each page on each screen, light and dark: no rule of
// accessibility is broken, nothing sticks out, and the console has nothing to say.
func everyPage(t *testing.T, b *browsertest.Browser) {
	c := castOf(t, openWorld(t))
	if os.Getenv("SCREENSHOTS") != "" {
		furnish(t, c)
	}
	visits := c.visits(t)
	developing, broken := debugPage(t)
	for _, on := range []screen{desktop, {name: "phone", phone: true}, {name: "bare", bare: true}} {
		t.Run(on.name, func(t *testing.T) {
			t.Parallel()
			tabs := map[int64]*browsertest.Tab{}
			for _, v := range visits {
				if tabs[v.who.ID] == nil {
					tabs[v.who.ID] = on.tab(t, c.world, b, v.who)
				}
				on.look(t, tabs[v.who.ID], c.url, v)
			}
			on.look(t, on.tab(t, developing, b, stranger), developing.url, broken)
		})
	}
}

// furnish makes pictures worth looking at, with the demo members in them.
func furnish(t *testing.T, c *cast) {
	t.Helper()
	if _, _, err := c.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.Settle()
}

func (on screen) tab(t *testing.T, w *world, b *browsertest.Browser, who models.User) *browsertest.Tab {
	t.Helper()
	tab := w.tab(t, b, who)
	tab.Dark(false)
	if on.phone {
		tab.Viewport(390, 844, true)
	}
	if on.bare {
		tab.NoScript()
	}
	return tab
}

func (on screen) look(t *testing.T, tab *browsertest.Tab, site string, v visit) {
	t.Helper()
	tab.ForgetErrors()
	tab.Open(site + v.path)
	if v.form != "" {
		sendForm(t, tab, v)
	}
	if v.live && on.bare {
		browsertest.Eval[bool](tab, "window.stop(), true") // it would reload while it is looked at
	}
	if got := browsertest.Eval[int](tab, "performance.getEntriesByType('navigation')[0].responseStatus"); got != v.status {
		t.Errorf("%s: status %d, want %d", v.shows, got, v.status)
	}
	if words := browsertest.Eval[string](tab, "document.querySelector('main').innerText"); len(words) < 40 || !strings.Contains(words, heading(tab)) {
		t.Errorf("%s: the page is all but empty: %q", v.shows, words)
	}
	on.spotless(t, tab, v, "light")
	if on.phone {
		fits(t, tab, v)
	}
	if on == desktop || !on.bare && os.Getenv("SCREENSHOTS") != "" {
		tab.Dark(true)
		on.spotless(t, tab, v, "dark")
		tab.Dark(false)
	}
	quiet(t, tab, fmt.Sprintf("status of %d ", v.status)) // Chromium notes it as an error that the page itself was one
}

// coloured waits until colours have changed as far as they will. What moves on a
// page that news changes meanwhile may be broken off.
const coloured = `Promise.allSettled(document.getAnimations().filter(a => a.effect.getComputedTiming().endTime < Infinity).map(a => a.finished)).then(() => true)`

func (on screen) spotless(t *testing.T, tab *browsertest.Tab, v visit, light string) {
	t.Helper()
	if !on.bare {
		browsertest.Eval[bool](tab, coloured)
	}
	for _, wrong := range on.axe(tab, light) {
		if wrong.ID == "meta-refresh" && v.live && on.bare {
			continue // that is how news comes without scripts, and it ends by itself: see WCAG 2.2.1, real-time events
		}
		t.Errorf("%s, %s: %s", v.shows, light, wrong)
	}
	on.picture(t, tab, v, light)
}

// axe checks everything on the desktop, and elsewhere what may differ there.
func (on screen) axe(tab *browsertest.Tab, light string) []browsertest.Violation {
	switch {
	case light == "dark":
		return tab.AxeColours()
	case on.phone:
		return tab.AxeWidth()
	case on.bare:
		return tab.AxeElements(browsertest.BestPractice)
	}
	return tab.Axe(browsertest.BestPractice)
}

// sendForm fills in and sends a form without asking the browser whether it is right.
func sendForm(t *testing.T, tab *browsertest.Tab, v visit) {
	t.Helper()
	fields, err := json.Marshal(v.fields)
	if err != nil {
		t.Fatal(err)
	}
	browsertest.Eval[bool](tab, fmt.Sprintf(`(form => {
		for (const [name, value] of Object.entries(%s)) form.elements[name].value = value;
		form.submit();
		return true;
	})(document.querySelector(%q))`, fields, v.form))
	tab.WaitFor("document.readyState === 'complete' && " + refused)
}

// refused says that the page has words about what is wrong, and leads to the
// field: by a link, or by the focus.
const refused = `[...document.querySelectorAll('[role=alert]')].some(el => el.checkVisibility() && el.innerText.trim() !== '')
	&& (document.activeElement.matches('[aria-invalid=true]')
		|| [...document.querySelectorAll('.note.bad a')].some(a => document.querySelector(a.hash).matches('[aria-invalid=true]')))`

func heading(tab *browsertest.Tab) string {
	return browsertest.Eval[string](tab, "document.querySelector('main h1').innerText")
}

// fits checks that nothing has to be scrolled sideways, on a phone and on the
// narrowest one of WCAG 1.4.10.
func fits(t *testing.T, tab *browsertest.Tab, v visit) {
	t.Helper()
	for _, width := range []int64{320, 390} {
		tab.Viewport(width, 844, true)
		if got := browsertest.Eval[int64](tab, "document.documentElement.scrollWidth"); got > width {
			t.Errorf("%s: %d pixels wide on a phone of %d; what sticks out: %s", v.shows, got, width, browsertest.Eval[string](tab,
				fmt.Sprintf(`[...document.querySelectorAll('body *')].filter(el => el.getBoundingClientRect().right > %d + 1)
					.slice(0, 5).map(el => el.outerHTML.slice(0, 120)).join('\n')`, width)))
		}
	}
}

// everyImage waits for images that would be loaded only when scrolled to.
const everyImage = `Promise.all([...document.images].map(i => (i.loading = 'eager', i.decode().catch(() => 0)))).then(() => true)`

// picture keeps what the page looks like, when SCREENSHOTS names a folder.
func (on screen) picture(t *testing.T, tab *browsertest.Tab, v visit, light string) {
	t.Helper()
	folder := os.Getenv("SCREENSHOTS")
	if folder == "" || on.bare { // without scripts it looks the same
		return
	}
	folder = filepath.Join(folder, on.name+"-"+light)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	browsertest.Eval[bool](tab, everyImage)
	tab.Screenshot(filepath.Join(folder, strings.ReplaceAll(v.shows, " ", "-")+".png"))
}
