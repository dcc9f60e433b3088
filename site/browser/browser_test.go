package browser_test

import (
	"slices"
	"strings"
	"testing"

	"superbook/kit/browsertest"
	"superbook/models"
	"superbook/site/sitetest"
)

// stranger is who has not logged in.
var stranger models.User

// TestBrowser is everything that takes a real browser. One browser serves all:
// each row has tabs, a site and a database of its own.
func TestBrowser(t *testing.T) {
	t.Parallel()
	browser := browsertest.Start(t)
	for name, test := range map[string]func(*testing.T, *browsertest.Browser){
		"every page, in every light":                     everyPage,
		"a photo is submitted and watched":               photoWatched,
		"a photo is described, and cancelled on its way": photoCancelled,
		"a photo is refused before it is sent":           photoRefusedHere,
		"a photo is refused by the server":               photoRefusedThere,
		"a photo is submitted without scripts":           photoBare,
		"a photo is watched over a line that breaks":     photoDropped,
		"a photo is watched through a hole in the net":   photoOffline,
		"a photo fails while it is watched":              photoFails,
		"a task is followed to what came of it":          taskWatched,
		"a task is cancelled while another page looks":   taskCancelled,
		"the crop stage, in every light":                 cropLooks,
		"a square is cut by keys":                        cropByKeys,
		"a square is cut by pointer and touch":           cropByPointer,
		"a square is cut, and sent":                      cropSent,
		"a photo is made smaller before it is sent":      photoScaled,
		"pictures of each kind are made smaller":         picturesShrunk,
		"pictures of odd bitmaps are whole":              bitmapsOddlySized,
		"a photo goes on after a lost line":              photoResumed,
		"a photo is sent again after a lost line":        photoTriedAgain,
		"a photo is saved, and its answer is lost":       photoAnswerLost,
		"a large photo is refused, and given up":         photoGivenUp,
		"a photo is dropped, pasted and taken":           photoArrives,
		"files are dropped on a post, and pasted":        filesArrive,
		"files are attached to a post":                   filesAttached,
		"files are attached without scripts":             filesBare,
		"nothing moves while a page comes":               nothingShifts,
		"nothing plays for who prefers calm":             nothingPlays,
		"files of a post are played":                     filesPlayed,
		"posts come, change and go while they are read":  postsLive,
		"posts come through a line that breaks":          postsOffline,
		"a long list of posts goes on":                   postsGoOn,
		"the keyboard is enough to log in and edit":      keysAreEnough,
		"the keyboard shows where it is, on a phone too": keysAreSeen,
		"the keyboard finds what is wrong in a form":     keysFindErrors,
		"who is followed hears of it, who comes is seen": peopleLive,
		"names are suggested, to the keyboard too":       namesSuggested,
		"a newcomer joins, edits, looks around and goes": newcomer,
		"a sighting is reported while others look on":    sightingSeenLive,
		"two talk in a room, over a line that breaks":    roomTalk,
		"a room's past is read by scrolling up":          roomPast,
		"a verdict comes after its page":                 verdictComesLate,
		"a dossier is read while it comes, no scripts":   dossierBare,
		"the pulse of the site is watched":               pulseWatched,
		"staff watch the queues":                         queuesWatched,
		"a webhook is called while its page is read":     hookWatched,
		"colours are switched and stay, page after page": colours,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, browser)
		})
	}
}

// world is a site that browsers can reach.
type world struct {
	*sitetest.Site
	url string
}

func openWorld(t *testing.T, opts ...sitetest.Option) *world {
	t.Helper()
	s := sitetest.New(t, opts...)
	s.Unlimited()
	return &world{s, s.Server().URL}
}

// tab is a page of a browser in which the user has logged in.
func (w *world) tab(t *testing.T, b *browsertest.Browser, u models.User) *browsertest.Tab {
	t.Helper()
	tab := b.Tab(t)
	tab.Viewport(1280, 900, false)
	for _, c := range w.As(t, u).Cookies() {
		tab.SetCookie(w.url, c)
	}
	return tab
}

// quiet checks that the page has not complained about anything except what the
// test expects, such as " 422 ".
func quiet(t *testing.T, tab *browsertest.Tab, except ...string) {
	t.Helper()
	for _, complaint := range tab.ConsoleErrors() {
		if !slices.ContainsFunc(except, func(words string) bool { return strings.Contains(complaint, words) }) {
			t.Errorf("the console complains: %s", complaint)
		}
	}
}

// mark leaves a note in the page that no reload survives.
func mark(tab *browsertest.Tab) { browsertest.Eval[bool](tab, "window.marked = true") }

func marked(tab *browsertest.Tab) bool { return browsertest.Eval[bool](tab, "window.marked === true") }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
