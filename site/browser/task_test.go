package browser_test

import (
	"fmt"
	"testing"

	"superbook/kit/browsertest"
	"superbook/models"
	"superbook/site/sitetest"
)

const taskIs = `.task-now[data-state=%q]`

// taskWatched follows a task on its page to the end, and from there to the photo.
func taskWatched(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	hero := w.Hero("grey-heron")
	reached, goOn := w.HoldPhotos()
	id := w.As(t, hero).Submit(sitetest.JPEG(t, sitetest.Picture(1600, 1200, 1)), nil).Is(303).PhotoID()
	tab := w.tab(t, b, hero)
	tab.Open(w.url + w.Path("photo", id))
	tab.Click(fmt.Sprintf(`main .actions a[href=%q]`, w.Path("task", w.Task(id).ID)))
	tab.WaitURL(w.Path("task", w.Task(id).ID))
	tab.WaitVisible(fmt.Sprintf(taskIs, "waiting"))
	tab.WaitVisible(`body[data-live-state=on]`)
	mark(tab)

	w.Work()
	waitFor(t, "the work on the photo to be half done", reached)
	tab.WaitVisible(fmt.Sprintf(taskIs, "running"))
	tab.WaitText(".task-steps .now", "Begun")
	spotless(t, tab, "while it is worked on")
	goOn()
	tab.WaitVisible(fmt.Sprintf(taskIs, "done"))
	tab.WaitGone(".task-now progress, .live-tag, .unless-ended")
	spotless(t, tab, "when it is done")
	if !marked(tab) {
		t.Error("the page was loaded again")
	}
	tab.Click(".task-end a")
	tab.WaitURL(w.Path("photo", id))
	tab.WaitVisible(fmt.Sprintf(statusIs, models.Ready))
	quiet(t, tab)
}

// taskCancelled cancels a task on its page while another page follows it.
func taskCancelled(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	hero := w.Hero("grey-heron")
	id := w.As(t, hero).Submit(sitetest.JPEG(t, sitetest.Picture(64, 64, 1)), nil).Is(303).PhotoID()
	here, there := w.tab(t, b, hero), w.tab(t, b, hero)
	for _, tab := range []*browsertest.Tab{here, there} {
		tab.Open(w.url + w.Path("task", w.Task(id).ID))
		tab.WaitVisible(`body[data-live-state=on]`)
	}
	here.Click(".unless-ended .btn")
	here.WaitText(".flash", "It is cancelled.")
	here.WaitText(".task-now", "You cancelled this.")
	there.WaitVisible(fmt.Sprintf(taskIs, "cancelled"))
	there.WaitGone(".unless-ended, .live-tag")
	spotless(t, there, "when it is cancelled elsewhere")
	here.Open(w.url + w.Path("tasks"))
	here.WaitText(".task-tag", "Cancelled")
	quiet(t, here)
	quiet(t, there)
}
