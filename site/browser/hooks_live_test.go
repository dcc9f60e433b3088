package browser_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"superbook/kit/browsertest"
	"superbook/site"
)

// hookWatched has a webhook's owner look on while it is called, on its page and on
// that of a message, and staff on theirs.
func hookWatched(t *testing.T, b *browsertest.Browser) {
	var well atomic.Bool
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if !well.Load() {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	t.Cleanup(receiver.Close)
	w := openWorld(t, func(set *site.Settings) { set.WebhooksLocal = true })
	w.Work()
	hero, boss := w.Hero("grey-heron"), w.Staff()
	owner := w.As(t, hero)
	path := owner.Post("webhook.new", url.Values{"url": {receiver.URL}}).Is(http.StatusSeeOther).Header.Get("Location")
	id := path[strings.LastIndex(path, "/")+1:]
	here, there, staff := w.tab(t, b, hero), w.tab(t, b, hero), w.tab(t, b, boss)
	for tab, at := range map[*browsertest.Tab]string{here: path, staff: w.Path("dashboard.webhooks")} {
		tab.Open(w.url + at)
		tab.WaitVisible(`body[data-live-state=on]`)
		mark(tab)
	}

	owner.Post("webhook.test", nil, id).Is(http.StatusSeeOther)
	here.WaitText(".deliveries", "webhook.test")
	here.WaitText(".deliveries", "1 attempt")
	here.WaitText(".head", "The last call failed")
	staff.WaitText("#webhooks-undelivered", "webhook.test")
	staff.WaitText("#webhooks-failing", receiver.URL)

	there.Open(w.url + path + "/deliveries/1")
	there.WaitVisible(`body[data-live-state=on]`)
	mark(there)
	well.Store(true)
	there.WaitText(".attempts", "Attempt 2")
	there.WaitText("#delivery-1-now", "Delivered")
	here.WaitText(".deliveries", "Delivered")
	staff.WaitText("#webhooks-counts", "Everything has arrived")
	for _, tab := range []*browsertest.Tab{here, there, staff} {
		if !marked(tab) {
			t.Error("a page was loaded again")
		}
		quiet(t, tab)
	}
	w.As(t, boss).Post("webhook.off", nil, id).Is(http.StatusSeeOther)
	here.WaitText(".head", "Switched off by staff")
	here.WaitText("#webhook-"+id+"-act-owner", "Ask staff to switch it on")
	here.WaitGone(`form[action$="/test"]`)
	if !marked(here) {
		t.Error("the page was loaded again")
	}
	spotless(t, here, "when it is switched off")
	spotless(t, there, "when it is delivered")
	spotless(t, staff, "when all has arrived")
}
