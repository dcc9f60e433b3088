package browser_test

import (
	"fmt"
	"testing"

	"superbook/kit/browsertest"
	"superbook/models"
	"superbook/site/sitetest"
)

// tabTo presses Tab until the focus is on an element that matches.
func tabTo(t *testing.T, tab *browsertest.Tab, selector string) {
	t.Helper()
	for range 80 {
		tab.Press(browsertest.KeyTab)
		if onFocus(tab, selector) {
			return
		}
	}
	t.Fatalf("Tab does not come to %s", selector)
}

func onFocus(tab *browsertest.Tab, selector string) bool {
	return browsertest.Eval[bool](tab, fmt.Sprintf("document.activeElement.matches(%q)", selector))
}

// wantFocus waits: some of it comes only after the next frame.
func wantFocus(tab *browsertest.Tab, selector string) {
	tab.WaitFor(fmt.Sprintf("document.activeElement.matches(%q)", selector))
}

func keysAreEnough(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	hero := w.Hero("grey-heron")
	tab := w.tab(t, b, stranger)
	tab.Open(w.url + "/accounts/login?next=/users/me/edit")
	tab.Press(browsertest.KeyTab)
	if !onFocus(tab, ".skip") || !browsertest.Eval[bool](tab, "document.activeElement.getBoundingClientRect().top >= 0") {
		t.Error("Tab does not bring up the link that skips to the page")
	}
	tab.Press(browsertest.KeyEnter)
	wantFocus(tab, "#main")
	tab.Press(browsertest.KeyTab)
	if !onFocus(tab, "main *") {
		t.Error("after skipping, Tab is not within the page")
	}
	tabTo(t, tab, "#username")
	tab.Press(hero.Username + "\t" + sitetest.Password + browsertest.KeyEnter)
	tab.WaitURL("/users/me/edit")

	openMenu(t, tab)
	tab.Press(browsertest.KeyTab)
	if !onFocus(tab, "#account a") {
		t.Error("Tab does not lead from the account button into its menu")
	}
	spotless(t, tab, "with the menu open")
	tab.Press(browsertest.KeyEscape)
	tab.WaitGone("#account")
	wantFocus(tab, "[popovertarget=account]")

	tabTo(t, tab, "#name") // which selects what is there
	tab.Press("The Grey Heron" + browsertest.KeyEnter)
	tab.WaitURL("/users/grey-heron")
	tab.WaitText("main h1", "The Grey Heron")
	openMenu(t, tab)
	tabTo(t, tab, "#account button")
	tab.Press(browsertest.KeyEnter)
	tab.WaitURL("/")
	tab.WaitVisible(`.top a[href="/accounts/login"]`)
	quiet(t, tab)
}

func openMenu(t *testing.T, tab *browsertest.Tab) {
	t.Helper()
	tabTo(t, tab, "[popovertarget=account]")
	tab.Press(browsertest.KeyEnter)
	tab.WaitVisible("#account")
}

// stop is where Tab has stopped. It is seen when it or what it fills has an
// outline, and in view when some part of it is not beneath something else.
type stop struct {
	HTML         string
	Again        bool // the focus was here before, or is nowhere
	Seen, InView bool
}

const whereFocus = `(el => {
	const stop = {HTML: el.outerHTML.slice(0, 160), Again: el === document.body || el.wasHere === true, Seen: false, InView: false};
	el.wasHere = true;
	for (let e = el, i = 0; e && i < 4; e = e.parentElement, i++) {
		const style = getComputedStyle(e);
		if (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) stop.Seen = true;
	}
	for (const r of el.getClientRects())
		for (const x of [.1, .5, .9])
			for (const y of [.1, .5, .9]) {
				const top = document.elementFromPoint(r.left + x * r.width, r.top + y * r.height);
				if (top && (el.contains(top) || top.contains(el) && !top.matches('.middle, .page, body, html'))) stop.InView = true;
			}
	return stop;
})(document.activeElement)`

func keysAreSeen(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	hero := w.Hero("grey-heron")
	for i := range 9 {
		w.Member(fmt.Sprintf("heron-%d", i), models.Profile{Kind: models.Hero, Powers: []string{"Flight"}})
	}
	w.As(t, hero).Submit(picture(t), nil)
	tab := w.tab(t, b, hero)
	for _, phone := range []bool{false, true} {
		for _, path := range []string{"/", "/heroes?q=heron", "/users/grey-heron", "/users/me/photos", "/users/me/edit", "/accounts/signup"} {
			if tab.Viewport(1280, 700, false); phone {
				tab.Viewport(390, 700, true)
			}
			tab.Open(w.url + path)
			if n := walk(t, tab, fmt.Sprintf("%s (phone: %t)", path, phone)); n < 10 {
				t.Errorf("%s: Tab stops only %d times", path, n)
			}
		}
	}
}

// walk presses Tab from one end of a page to the other.
func walk(t *testing.T, tab *browsertest.Tab, page string) (stops int) {
	t.Helper()
	for ; stops < 200; stops++ {
		tab.Press(browsertest.KeyTab)
		at := browsertest.Eval[stop](tab, whereFocus)
		if at.Again {
			break
		}
		if !at.Seen {
			t.Errorf("%s: nothing shows that the focus is on %s", page, at.HTML)
		}
		if !at.InView {
			t.Errorf("%s: something covers, or the window does not show, %s", page, at.HTML)
		}
	}
	return stops
}

func keysFindErrors(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	tab := w.tab(t, b, stranger)
	for _, field := range []string{"username", "password"} {
		tab.Open(w.url + "/accounts/signup")
		tabTo(t, tab, "#username")
		tab.Press("heroes\tme@example.org\tshort\tother" + browsertest.KeyEnter)
		tab.WaitVisible(".note.bad[role=alert]")
		tabTo(t, tab, fmt.Sprintf(`.note.bad a[href="#%s"]`, field))
		tab.Press(browsertest.KeyEnter)
		wantFocus(tab, "#"+field+"[aria-invalid=true]")
		if words := browsertest.Eval[string](tab, fmt.Sprintf("document.getElementById('%s-error').textContent", field)); len(words) < 10 {
			t.Errorf("beside %s stands %q", field, words)
		}
		if got := browsertest.Eval[string](tab, "document.querySelector('#username').value + ' ' + document.querySelector('#email').value"); got != "heroes me@example.org" {
			t.Errorf("what was typed is now %q", got)
		}
	}
	quiet(t, tab, "status of 422 ")
}
