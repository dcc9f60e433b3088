package browser_test

import (
	"fmt"
	"testing"

	"superbook/kit/browsertest"
	"superbook/models"
	"superbook/site/sitetest"
)

// newcomer does by clicking what everybody does first.
func newcomer(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	w.Member("night-owl", models.Profile{Kind: models.Hero, Name: "Night Owl", Origin: "Port Sable", Powers: []string{"Flight"}})
	w.Member("slow-stone", models.Profile{Kind: models.Hero, Name: "Slow Stone", Origin: "Port Sable", Powers: []string{"Patience"}})
	tab := w.tab(t, b, stranger)
	tab.Open(w.url)
	tab.Click(`main a[href="/accounts/signup"]`)
	tab.WaitURL("/accounts/signup")
	tab.Click(".choice:has([value=fan])")
	tab.Type("#username", "wren")
	tab.Type("#email", "wren@example.org")
	tab.Type("#password", sitetest.Password)
	tab.Type("#password2", sitetest.Password)
	tab.Click("main form .btn.main")

	tab.WaitURL("/users/me/edit")
	tab.WaitText(".flash", "Welcome, wren.")
	tab.WaitFor("document.querySelector('[name=kind]:checked').value === 'fan'")
	tab.Type("#bio", "I bring soup.")
	tab.Type("#address", "Harbour Row 1")
	tab.Click("main form .btn.main")
	tab.WaitURL("/users/wren")
	tab.WaitText(".bio", "I bring soup.")
	tab.WaitText(".facts", "Harbour Row 1")

	tab.Click(`.side a[href="/heroes"]`)
	tab.WaitText(".count", "2 heroes found")
	tab.Type("#power", "Flight") // as somebody does who types in a list
	tab.Click(".filters .btn")
	tab.WaitText(".count", "1 hero found")
	tab.WaitText(".chips", "Flight")
	tab.Type("main #q", "zzz")
	tab.Click(".filters .btn")
	tab.WaitText(".empty", "Nobody’s name or power begins with “zzz”.")
	tab.Click(".chips li:first-child a")
	tab.WaitText(".count", "1 hero found")
	tab.Click(".hero-card a")
	tab.WaitURL("/users/night-owl")
	tab.WaitText("main h1", "Night Owl")
	tab.WaitGone(`main a[href="/users/me/edit"]`)

	tab.Click("[popovertarget=account]")
	tab.Click("#account ul a")
	tab.WaitURL("/users/wren")
	tab.Click("[popovertarget=account]")
	tab.Click("#account button")
	tab.WaitURL("/")
	tab.WaitVisible(`.top a[href="/accounts/signup"]`)
	tab.Open(w.url + "/users/me/edit")
	tab.WaitURL("/accounts/login?next=%2Fusers%2Fme%2Fedit")
	quiet(t, tab)
}

const paper = "getComputedStyle(document.body).backgroundColor"

// colours goes round with the button: as the system has it, light, dark.
func colours(t *testing.T, b *browsertest.Browser) {
	const light, dark = "rgb(246, 241, 230)", "rgb(14, 17, 29)"
	w := openWorld(t)
	tab := w.tab(t, b, w.Hero("grey-heron"))
	want := func(colour string) {
		t.Helper()
		for _, path := range []string{"/users/grey-heron", "/heroes?sort=name", "/nowhere"} {
			tab.Open(w.url + path)
			if got := browsertest.Eval[string](tab, paper); got != colour {
				t.Errorf("%s is %s, want %s", path, got, colour)
			}
		}
	}
	choose := func(theme string) {
		t.Helper()
		tab.Open(w.url + "/heroes?sort=name")
		tab.Click(fmt.Sprintf("button[name=theme][value=%s]", theme))
		tab.WaitGone(fmt.Sprintf("button[name=theme][value=%s]", theme))
		tab.WaitURL("/heroes?sort=name")
	}
	tab.Dark(true)
	want(dark)
	choose("light")
	want(light)
	choose("dark")
	tab.Dark(false)
	want(dark)
	choose("system")
	want(light)
	tab.Dark(true)
	want(dark)
	quiet(t, tab, "status of 404 ")
}
