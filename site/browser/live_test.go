package browser_test

import (
	"fmt"
	"testing"

	"superbook/kit/browsertest"
	"superbook/site/sitetest"
)

// following is a page that follows a photo which waits for its turn.
func following(t *testing.T, w *world, b *browsertest.Browser, file []byte) *browsertest.Tab {
	t.Helper()
	hero := w.Hero("grey-heron")
	id := w.As(t, hero).Submit(file, nil).PhotoID()
	tab := w.tab(t, b, hero)
	tab.Open(w.url + w.Path("photo", id))
	tab.WaitVisible(`body[data-live-state=on]`)
	tab.WaitVisible(fmt.Sprintf(statusIs, "queued"))
	mark(tab)
	return tab
}

// ends waits for the picture, on the page that was there from the beginning.
func ends(t *testing.T, tab *browsertest.Tab) {
	t.Helper()
	tab.WaitVisible(fmt.Sprintf(statusIs, "ready"))
	tab.WaitFor(fmt.Sprintf(shown, ".photo-status .pic img:last-child"))
	if !marked(tab) {
		t.Error("the page was loaded again")
	}
}

func picture(t *testing.T) []byte {
	t.Helper()
	return sitetest.JPEG(t, sitetest.Picture(1600, 1200, 5))
}

func photoDropped(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	reached, goOn := w.HoldPhotos()
	tab := following(t, w, b, picture(t))
	w.Live.DropAll()
	w.Work()
	waitFor(t, "the work on the photo to be half done", reached)
	tab.WaitVisible(fmt.Sprintf(statusIs, "processing"))
	w.Live.DropAll()
	goOn()
	ends(t, tab)
}

func photoOffline(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	tab := following(t, w, b, picture(t))
	tab.Offline(true)
	w.Live.DropAll()
	tab.WaitVisible(`body[data-live-state=off]`)
	w.Work()
	w.Settle()
	if !browsertest.Eval[bool](tab, fmt.Sprintf("document.querySelector('%s') !== null", fmt.Sprintf(statusIs, "queued"))) {
		t.Error("news came over a line that is cut: this test tests nothing")
	}
	tab.Offline(false)
	ends(t, tab)
}

// damaged is a PNG that is whole, with nonsense in the middle: who does not
// decode it cannot tell.
func damaged(t *testing.T) []byte {
	t.Helper()
	file := sitetest.PNG(t, sitetest.Picture(640, 400, 5))
	copy(file[len(file)/2:], "nonsense")
	return file
}

func photoFails(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	tab := following(t, w, b, damaged(t))
	w.Work()
	tab.WaitVisible(fmt.Sprintf(statusIs, "failed"))
	tab.WaitText(".photo-status .note.bad", "Save it again as JPEG or PNG")
	if !marked(tab) {
		t.Error("the page was loaded again")
	}
	spotless(t, tab, "when it has failed")
	tab.Click(".photo-status .note.bad a")
	tab.WaitURL("/users/me/photos")
	tab.WaitText(".mine .wrong", "Save it again as JPEG or PNG")
	quiet(t, tab)
}

// photoBare goes the whole way with scripts switched off.
func photoBare(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	hero := w.Hero("grey-heron")
	reached, goOn := w.HoldPhotos()
	tab := w.tab(t, b, stranger)
	tab.NoScript()
	w.logIn(t, tab, hero, "/users/me/photos")
	tab.WaitGone("[data-upload-preview], form progress, [data-upload-cancel]")
	choose(tab, fileOf(t, "half.jpg", picture(t)[:9000]))
	tab.Click(sendButton)
	tab.WaitText("#photo-error", "The end of that picture is missing")
	choose(tab, fileOf(t, "harbour.jpg", picture(t)))
	tab.Type("#alt", whatItIs)
	tab.Click(sendButton)
	tab.WaitFor(onPhoto)
	tab.WaitVisible(fmt.Sprintf(statusIs, "queued"))
	tab.WaitText("noscript p", "This page looks again every 2 seconds")
	w.Work()
	waitFor(t, "the work on the photo to be half done", reached)
	tab.WaitVisible(fmt.Sprintf(statusIs, "processing"))
	goOn()
	tab.WaitVisible(fmt.Sprintf(statusIs, "ready"))
	tab.WaitFor(fmt.Sprintf(shown, ".photo-status .pic img:last-child"))
	if browsertest.Eval[bool](tab, "document.querySelector('meta[http-equiv=refresh]') !== null") {
		t.Error("the page goes on reloading itself")
	}
	isFace(t, w, tab, hero)
}
