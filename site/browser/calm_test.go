package browser_test

import (
	"net/url"
	"strings"
	"testing"

	"superbook/kit/browsertest"
	"superbook/models"
	"superbook/site/sitetest"
)

// nothingShifts opens the pages with pictures over a slow line, where everything
// comes late, and over a fast one, where fonts come in time to be used.
func nothingShifts(t *testing.T, b *browsertest.Browser) {
	c := castOf(t, openWorld(t))
	pages := []string{"/", "/feed", "/users/grey-heron", "/heroes", "/users/me/photos", c.Path("photo", c.photos[models.Ready]),
		c.Path("post", c.post), c.Path("post", c.withFiles(t))}
	for _, on := range []screen{{name: "desktop"}, {name: "phone", phone: true}} {
		t.Run(on.name, func(t *testing.T) {
			t.Parallel()
			tab := on.tab(t, c.world, b, c.hero)
			for _, line := range []string{"slow", "fast"} {
				if tab.Slow(0, 0); line == "slow" {
					tab.Slow(200_000, 50)
				}
				for _, page := range pages {
					tab.Open(c.url + page)
					browsertest.Eval[bool](tab, everyImage)
					for _, shift := range tab.Shifts() {
						t.Errorf("%s over a %s line: %s", page, line, shift)
					}
				}
			}
		})
	}
}

// withFiles is a post of the hero with pictures of several shapes.
func (c *cast) withFiles(t *testing.T) int64 {
	b := c.As(t, c.hero)
	form := url.Values{"text": {"Three"}}
	for n, file := range [][]byte{sitetest.JPEG(t, sitetest.Picture(640, 400, 31)), sitetest.JPEG(t, sitetest.Picture(300, 900, 32)),
		sitetest.GIF(t, sitetest.Picture(320, 200, 1), sitetest.Picture(320, 200, 2))} {
		form.Add("attachment", b.Attach([]string{"a.jpg", "b.jpg", "c.gif"}[n], file).Token)
	}
	post := b.Say(form)
	c.Settle()
	return post
}

// nothingPlays looks for moving pictures, as a portrait and in a post, where the
// visitor prefers that little moves: they stand still until they are played.
func nothingPlays(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	w.Work()
	hero := w.Hero("grey-heron")
	as, moving := w.As(t, hero), sitetest.GIF(t, sitetest.Picture(320, 200, 1), sitetest.Picture(320, 200, 2))
	as.Submit(moving, nil).Is(303)
	post := as.Say(url.Values{"attachment": {as.Attach("wave.gif", moving).Token}})
	w.Settle()
	tab := w.tab(t, b, hero)
	tab.Calm(true)
	for _, page := range []string{"/", "/feed", "/users/grey-heron", "/heroes", "/users/me/photos", w.Path("post", post)} {
		tab.Open(w.url + page)
		browsertest.Eval[bool](tab, everyImage)
		images := browsertest.Eval[[]string](tab, "[...document.images].map(i => i.currentSrc || i.src)")
		if len(images) == 0 {
			t.Errorf("%s has no pictures", page)
		}
		for _, src := range images {
			if strings.HasSuffix(src, ".gif") {
				t.Errorf("%s shows %s, which moves", page, src)
			}
		}
		if n := browsertest.Eval[int](tab, "document.getAnimations().length"); n != 0 {
			t.Errorf("%s: %d animations run", page, n)
		}
	}
	tab.Click("button.play")
	tab.WaitFor("document.querySelector('.shot img:last-of-type').src.endsWith('/wave.gif')") // on demand it moves
	quiet(t, tab)
}
