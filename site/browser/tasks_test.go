package browser_test

import (
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"gorm.io/gorm"

	"superbook/kit/browsertest"
	"superbook/models"
	"superbook/tasks"
)

// failedJob leaves a job that failed with a stack, one that waits for its time and
// one that runs on paper, and answers the number of the first.
func (c *cast) failedJob(t *testing.T) (failed int64) {
	for i := range 3 {
		args := tasks.ProcessPhoto{PhotoID: c.photos[models.Failed]}
		err := c.DB.Tx(t.Context(), func(tx *gorm.DB) error {
			added, err := c.Jobs.Insert(t.Context(), tx, args, &river.InsertOpts{ScheduledAt: time.Now().Add(time.Hour)})
			if err == nil && i == 0 {
				failed = added.Job.ID
			}
			return err
		})
		must(t, err)
	}
	trace := strings.Repeat("superbook/tasks.(*processPhotoWorker).Work(0xc000123456) /somewhere/superbook/tasks/photo.go:58 ", 6)
	entry := `{"at":"2026-01-02T03:04:05Z","attempt":1,"error":"open the original: ` + strings.Repeat("itisnotthere", 12) + `","trace":"` + trace + `"}`
	errors := "jsonb('[" + entry + "]')"
	if c.DB.Dialect == "postgres" {
		errors = "ARRAY['" + entry + "'::jsonb]"
	}
	c.Exec("UPDATE river_job SET state = 'discarded', attempt = 1, finalized_at = CURRENT_TIMESTAMP, errors = "+errors+" WHERE id = ?", failed)
	c.Exec("UPDATE river_job SET state = 'running', attempt = 1, attempted_at = CURRENT_TIMESTAMP WHERE id = ?", failed+2)
	return failed
}

func (c *cast) taskExamples() map[string][]visit {
	return map[string][]visit{
		"dashboard.tasks":         {{who: c.staff, live: true}},
		"dashboard.tasks.history": {{shows: "all", who: c.staff}, {shows: "failed", who: c.staff, path: "/dashboard/tasks/history?state=failed"}, {shows: "nothing", who: c.staff, path: "/dashboard/tasks/history?q=zzz"}},
		"dashboard.tasks.job":     {{shows: "failed", who: c.staff, path: c.Path("dashboard.tasks.job", c.failed)}, {shows: "scheduled", who: c.staff, path: c.Path("dashboard.tasks.job", c.failed+1)}},
	}
}

// queuesWatched has somebody of the staff look on while things happen: the cells
// change one by one, and the button that has the focus keeps it.
func queuesWatched(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	w.Work()
	c := &cast{world: w, photos: map[models.State]int64{}}
	tab := w.tab(t, b, w.Staff())
	tab.Open(w.url + "/dashboard/tasks")
	tab.WaitFor("document.body.dataset.liveState === 'on'")
	mark(tab)
	browsertest.Eval[bool](tab, "document.querySelector('#queue-media-button').focus(), true")
	failed := c.failedJob(t)
	tab.WaitFor("document.querySelector('#jobs-failed').innerText.includes('open the original')")
	tab.WaitFor("document.querySelector('#jobs-running').innerText.includes('photo.process')")
	tab.WaitFor("document.querySelector('#queue-rows > #queue-media > #queue-media-scheduled').innerText.trim() === '1'")
	if got := browsertest.Eval[string](tab, "document.activeElement.id"); got != "queue-media-button" || !marked(tab) {
		t.Errorf("the focus is on %q, or the page was loaded anew", got)
	}
	browsertest.Eval[bool](tab, "document.activeElement.click(), true")
	tab.WaitFor("document.querySelector('#queue-media').innerText.includes('Paused by staff')")
	quiet(t, tab)
	w.jobWatched(t, tab, failed+1)
}

// jobWatched opens the page of a job that waits for its time, and sees it begin and
// end; the button under the finger stays for as long as it is there.
func (w *world) jobWatched(t *testing.T, tab *browsertest.Tab, id int64) {
	tab.Open(w.url + w.Path("dashboard.tasks.job", id))
	tab.WaitFor("document.body.dataset.liveState === 'on'")
	mark(tab)
	browsertest.Eval[bool](tab, "document.querySelector('#job-cancel').focus(), true")
	w.Exec("UPDATE river_job SET state = 'running', attempt = 1, attempted_at = CURRENT_TIMESTAMP WHERE id = ?", id)
	tab.WaitFor("document.querySelector('.job-live').innerText.includes('Running') && document.querySelector('#job-discard') === null")
	if got := browsertest.Eval[string](tab, "document.activeElement.id"); got != "job-cancel" {
		t.Errorf("the focus is on %q", got)
	}
	w.Exec("UPDATE river_job SET state = 'completed', finalized_at = CURRENT_TIMESTAMP WHERE id = ?", id)
	tab.WaitFor("document.querySelector('.job-live').innerText.includes('Done') && document.querySelector('#job-cancel') === null")
	tab.WaitFor("document.querySelector('dl.facts').innerText.includes('Ended')")
	if !marked(tab) {
		t.Error("the page was loaded anew")
	}
	quiet(t, tab)
}
