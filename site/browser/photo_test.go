package browser_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"superbook/kit/browsertest"
	"superbook/models"
	"superbook/site/sitetest"
)

const (
	statusIs   = `.photo-status[data-state=%q]`
	onPhoto    = `/^\/photos\/\d+$/.test(location.pathname) && document.readyState === 'complete'`
	shown      = `(i => i.checkVisibility() && i.complete && i.naturalWidth > 0)(document.querySelector(%q))`
	whatItIs   = "Fog over the harbour, and one lamp"
	sendButton = "form[data-upload] .btn.main"
)

func photoWatched(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	hero, asked := w.Hero("grey-heron"), w.ask()
	_, letGo := w.holdUploads(t)
	reached, goOn := w.HoldPhotos()
	tab := w.tab(t, b, stranger)
	w.logIn(t, tab, hero, "/users/me/photos")

	choose(tab, fileOf(t, "harbour.jpg", heavy(t)))
	tab.WaitFor(fmt.Sprintf(shown, "[data-crop-view] img"))
	tab.Type("#alt", whatItIs)
	tab.Click(sendButton)
	tab.WaitFor("(p => p.checkVisibility() && p.value > 0 && p.value < 100)(document.querySelector('progress'))")
	tab.WaitText("[data-upload-status]", "Sending your photo")
	tab.WaitVisible("[data-upload-cancel]")
	spotless(t, tab, "while it is sent")
	letGo()
	tab.WaitFor(onPhoto)
	tab.WaitVisible(fmt.Sprintf(statusIs, "queued"))
	tab.WaitVisible(`body[data-live-state=on]`)
	mark(tab)

	w.Work()
	waitFor(t, "the work on the photo to be half done", reached)
	tab.WaitVisible(fmt.Sprintf(statusIs, "processing"))
	tab.WaitFor("(p => p.value > 0 && p.value < 100)(document.querySelector('.photo-status progress'))")
	spotless(t, tab, "while it is worked on")
	goOn()
	tab.WaitVisible(fmt.Sprintf(statusIs, "ready"))
	tab.WaitFor(fmt.Sprintf(shown, ".photo-status .pic img:last-child"))
	tab.WaitGone(".photo-status progress, .live-tag")
	spotless(t, tab, "when it is ready")
	if !marked(tab) {
		t.Error("the page was loaded again")
	}
	if alt := browsertest.Eval[string](tab, "document.querySelector('.photo-status .pic img:last-child').alt"); alt != whatItIs {
		t.Errorf("the photo is said to show %q", alt)
	}
	if n := asked.times(submitting); n != 1 {
		t.Errorf("it was sent %d times", n)
	}
	isFace(t, w, tab, hero)
	quiet(t, tab)
}

// isFace follows the link to the profile, where the photo now is.
func isFace(t *testing.T, w *world, tab *browsertest.Tab, u models.User) {
	t.Helper()
	p := w.Photos()[0]
	if p.UserID != u.ID || p.State != models.Ready || p.Alt != whatItIs || w.Chosen(u) != p.ID {
		t.Errorf("kept is %+v", p)
	}
	tab.Click(`main .actions a[href="/users/grey-heron"]`)
	tab.WaitURL("/users/grey-heron")
	for _, at := range []string{".top .av", ".portrait .pic img:last-child"} {
		tab.WaitFor(fmt.Sprintf(shown, at))
		if src := browsertest.Eval[string](tab, fmt.Sprintf("document.querySelector(%q).src", at)); !strings.Contains(src, p.Folder) {
			t.Errorf("at %s is %s, not the new photo", at, src)
		}
	}
}

// spotless checks a page in the middle of what it does.
func spotless(t *testing.T, tab *browsertest.Tab, when string) {
	t.Helper()
	for _, wrong := range tab.Axe(browsertest.BestPractice) {
		t.Errorf("%s: %s", when, wrong)
	}
}

func photoCancelled(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	hero := w.Hero("grey-heron")
	reached, letGo := w.holdUploads(t)
	w.Work()
	tab := w.tab(t, b, hero)
	tab.Open(w.url + "/users/me/photos")
	choose(tab, fileOf(t, "harbour.jpg", heavy(t)))
	tab.Click(sendButton)
	waitFor(t, "the first part of the photo", reached)
	tab.Click("[data-upload-cancel]")
	tab.WaitText("[data-upload-status]", "Cancelled. Your picture is still chosen.")
	tab.WaitGone("[data-upload-cancel], form progress, [aria-busy]")
	letGo()
	for end := time.Now().Add(time.Minute); len(w.Photos())+len(w.Kept()) != 0; {
		if time.Now().After(end) {
			t.Fatalf("what was cancelled is kept: %+v, %v", w.Photos(), w.Kept())
		}
	}

	tab.Click(sendButton)
	tab.WaitVisible(fmt.Sprintf(statusIs, "ready"))
	tab.Click(`main a[href="/users/me/photos"]`)
	tab.WaitURL("/users/me/photos")
	tab.WaitText(".mine .tag.good", "Your profile photo")
	tab.Click(".mine summary")
	tab.Type(".describe textarea", whatItIs)
	tab.Click(".describe button")
	tab.WaitText(".flash", "The description is saved.")
	if got := w.Photos(); len(got) != 1 || got[0].Alt != whatItIs {
		t.Errorf("kept are %+v", got)
	}
	quiet(t, tab)
}

func photoRefusedHere(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	hero, asked := w.Hero("grey-heron"), w.ask()
	tab := w.tab(t, b, hero)
	tab.Open(w.url + "/users/me/photos")
	large := fileOf(t, "large.gif", sitetest.GIF(t, sitetest.Picture(64, 64, 1)))
	if err := os.Truncate(large, 25<<20+1); err != nil {
		t.Fatal(err)
	}
	for file, words := range map[string]string{
		large: "larger than 25 MB",
		fileOf(t, "IMG_0001.HEIC", []byte("\x00\x00\x00\x18ftypheic")):    "HEIC",
		fileOf(t, "from-a-phone.jpg", []byte("\x00\x00\x00\x18ftypheic")): "HEIC",
		fileOf(t, "note.jpg", []byte("a shopping list")):                  "That file is not a picture.",
		fileOf(t, "none.jpg", nil):                                        "That file is empty.",
	} {
		choose(tab, file)
		tab.WaitText("#photo-error", words)
		tab.Click(sendButton)
		tab.WaitText("#photo-error", words)
		tab.WaitVisible("#photo[aria-invalid=true]")
		tab.WaitGone("[data-upload-preview], .stage, form progress")
		spotless(t, tab, words)
	}
	if n := asked.times(submitting); n != 0 {
		t.Errorf("it was sent %d times", n)
	}
	quiet(t, tab)
}

func photoRefusedThere(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	tab := w.tab(t, b, w.Hero("grey-heron"))
	tab.Open(w.url + "/users/me/photos")
	mark(tab)
	good, long := sitetest.JPEG(t, sitetest.Picture(640, 400, 1)), sitetest.JPEG(t, sitetest.Picture(3000, 2000, 1))
	tab.Type("#alt", whatItIs)
	for name, refused := range map[string]struct {
		content []byte
		words   string
	}{
		"long.jpg": {long[:len(long)/2], "The end of that picture is missing"}, // it is not made smaller with half of it grey
		"half.jpg": {good[:len(good)/2], "The end of that picture is missing"},
		"else.jpg": {sitetest.PNG(t, sitetest.Picture(64, 64, 1)), "The name of that file says one kind of picture"},
	} {
		choose(tab, fileOf(t, name, refused.content))
		tab.Click(sendButton)
		tab.WaitText("#photo-error", refused.words)
		tab.WaitVisible("#photo[aria-invalid=true]")
		spotless(t, tab, name)
	}
	if alt := browsertest.Eval[string](tab, "document.querySelector('#alt').value"); alt != whatItIs || !marked(tab) || len(w.Photos()) != 0 {
		t.Errorf("after a refusal the page has %q, the database %d photos", alt, len(w.Photos()))
	}
	choose(tab, fileOf(t, "good.jpg", good))
	tab.WaitFor("document.querySelector('#photo-error').textContent === ''")
	tab.Click(sendButton)
	tab.WaitFor(onPhoto)
	quiet(t, tab, "status of 422 ")
}
