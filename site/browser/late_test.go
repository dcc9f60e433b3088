package browser_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"superbook/kit/async"
	"superbook/kit/browsertest"
	"superbook/models"
)

// slowRegistry says yes once it is opened.
type slowRegistry chan struct{}

func (r slowRegistry) Check(ctx context.Context, _ models.Claim) (models.Verdict, error) {
	select {
	case <-r:
		return models.Verified, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// slowly is a site with a hero whose registry waits to be opened.
func slowly(t *testing.T) (*world, slowRegistry) {
	t.Helper()
	w, slow := openWorld(t), make(slowRegistry)
	w.Views.Patience, w.Views.Registry = 200*time.Millisecond, slow
	w.Views.Late.Registry = async.NewLate(8, 5*time.Minute, w.Log) // a busy machine is no reason to give up
	u, fan := w.Hero("nightheron"), w.Fan("wren")
	w.Say(u, "All boats home.")
	w.Follow(fan, u)
	w.As(t, fan).Post("sighting.new", url.Values{"hero": {"nightheron"}, "when": {time.Now().UTC().Add(-time.Hour).Format("2006-01-02T15:04")},
		"place": {"Low Quay"}, "country": {"NO"}, "coordinates": {"60.4, 5.3"}}).Is(http.StatusSeeOther)
	return w, slow
}

// verdictComesLate waits for the answer of a slow registry, over a stream that
// has to begin anew in between.
func verdictComesLate(t *testing.T, b *browsertest.Browser) {
	w, slow := slowly(t)
	tab := w.tab(t, b, stranger)
	tab.Open(w.url + "/users/nightheron")
	tab.WaitText(".sub", "Asking the hero registry…")
	tab.WaitVisible("body[data-live-state=on]")
	mark(tab)
	spotless(t, tab, "with a verdict that is late")
	shot(tab, "profile-late")
	topic := browsertest.Eval[string](tab, "document.querySelector('.sub [data-topic]').dataset.topic")
	w.Live.Renew() // as after a hole in the net: the page takes its regions anew, and waits for another question
	tab.WaitFor("document.querySelector('.sub [data-topic]').dataset.topic !== '" + topic + "'")
	close(slow)
	tab.WaitText(".sub", "Verified hero")
	tab.WaitGone("[data-topic^='page:']")
	if !marked(tab) {
		t.Error("the page was loaded anew")
	}
	shot(tab, "profile-come")
	quiet(t, tab)
}

// dossierBare reads a dossier without scripts while it comes.
func dossierBare(t *testing.T, b *browsertest.Browser) {
	w, slow := slowly(t)
	tab := w.tab(t, b, stranger)
	tab.NoScript()
	tab.Open(w.url + "/about")
	browsertest.Eval[bool](tab, "location.href = '/users/nightheron/dossier', true") // Open would wait for its end
	tab.WaitFor("document.querySelector('.dossier [slot=posts]')?.checkVisibility() && document.querySelector('.dossier [slot=followers]')?.checkVisibility()")
	place := "document.querySelector('article.dossier').shadowRoot.querySelector('slot[name=registry]')"
	if words := browsertest.Eval[string](tab, place+".innerText"); words != "The registry\n\nAsking the hero registry…" {
		t.Errorf("in the place of the registry stands %q", words)
	}
	shot(tab, "dossier-coming")
	close(slow)
	tab.WaitFor("document.readyState === 'complete' && " + place + ".assignedElements().length === 1")
	tops := browsertest.Eval[[]float64](tab, `[...document.querySelectorAll('.dossier > [slot]')].toSorted((a, b) =>
		a.getBoundingClientRect().top - b.getBoundingClientRect().top).map(el => ['registry', 'places', 'witnesses', 'posts', 'photos', 'followers'].indexOf(el.slot))`)
	for i, at := range tops {
		if int(at) != i {
			t.Errorf("the chapters stand in the order %v", tops)
			break
		}
	}
	if last := browsertest.Eval[string](tab, "document.querySelector('.dossier > [slot]:last-of-type').slot"); last != "registry" {
		t.Errorf("the last to come was %s", last)
	}
	spotless(t, tab, "without scripts")
	shot(tab, "dossier-come")
	tab.Viewport(320, 800, true)
	if width := browsertest.Eval[int](tab, "document.documentElement.scrollWidth"); width > 320 {
		t.Errorf("it is %d pixels wide on a phone of 320", width)
	}
	shot(tab, "dossier-phone")

	dark := w.tab(t, b, stranger) // with scripts, and in the dark
	dark.Dark(true)
	dark.Open(w.url + "/users/nightheron/dossier")
	quiet(t, dark)
	browsertest.Eval[bool](dark, coloured)
	spotless(t, dark, "in the dark")
	shot(dark, "dossier-dark")
	quiet(t, dark)
}

// shot keeps a picture when SCREENSHOTS names a folder.
func shot(tab *browsertest.Tab, name string) {
	if folder := os.Getenv("SCREENSHOTS"); folder != "" {
		tab.Screenshot(filepath.Join(folder, name+".png"))
	}
}
