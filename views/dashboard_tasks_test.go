package views_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/riverqueue/river"
	"gorm.io/gorm"

	"superbook/kit/queue"
	"superbook/site/sitetest"
	"superbook/tasks"
)

// addJobs adds jobs about photos that there are not, for later, and answers the
// number of the first.
func addJobs(t *testing.T, s *sitetest.Site, n int) (first int64) {
	t.Helper()
	err := s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
		for i := range n {
			added, err := s.Jobs.Insert(t.Context(), tx, tasks.ProcessPhoto{PhotoID: int64(1000 + i)}, &river.InsertOpts{ScheduledAt: time.Now().Add(time.Hour)})
			if err != nil {
				return err
			}
			if i == 0 {
				first = added.Job.ID
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return first
}

// fail has a job look as if its last attempt had failed.
func fail(s *sitetest.Site, id int64) {
	entry := `{"at":"2026-01-02T03:04:05Z","attempt":5,"error":"the lamp fell over <b>","trace":"lamp.go:12"}`
	errors := "jsonb('[" + entry + "]')"
	if s.DB.Dialect == "postgres" {
		errors = "ARRAY['" + entry + "'::jsonb]"
	}
	s.Exec("UPDATE river_job SET state = 'discarded', attempt = max_attempts, attempted_at = CURRENT_TIMESTAMP, finalized_at = CURRENT_TIMESTAMP, errors = "+errors+" WHERE id = ?", id)
}

func TestTasksAreForStaff(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	id := addJobs(t, s, 1)
	fan, staff := s.As(t, s.Fan("wren")), s.As(t, s.Staff())
	for _, name := range []string{"dashboard.tasks", "dashboard.tasks.history"} {
		fan.Get(name).Is(http.StatusNotFound).Hides("media")
		s.As(t, stranger).Get(name).Is(http.StatusSeeOther)
		staff.Get(name).Is(http.StatusOK)
	}
	fan.Get("dashboard.tasks.job", id).Is(http.StatusNotFound)
	if !strings.Contains(staff.Get("dashboard.tasks").Body, `<noscript><meta http-equiv="refresh"`) {
		t.Error("without scripts there is no news")
	}
	staff.Get("dashboard.tasks.job", id).Is(http.StatusOK).Shows("Cut a photo to its sizes", "Scheduled", "in 59 minutes", "1000")
	for _, act := range []string{"retry", "cancel", "discard"} {
		fan.Post("dashboard.tasks.job."+act, nil, id).Is(http.StatusNotFound)
	}
	fan.Post("dashboard.tasks.retry", nil).Is(http.StatusNotFound)
	fan.Post("dashboard.queue.pause", nil, "media").Is(http.StatusNotFound)
	fan.Visit("/live?on=queues:0").Is(http.StatusNotFound)
	fan.Visit(fmt.Sprintf("/live?on=job:%d", id)).Is(http.StatusNotFound)
	staff.Visit("/live?on=queues:1").Is(http.StatusNotFound)
	staff.Visit("/live?on=job:0").Is(http.StatusNotFound)
	if d, err := s.Jobs.Job(t.Context(), id); err != nil || d.State != queue.Scheduled {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestTasksThatAreNotThere(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	staff := s.As(t, s.Staff())
	for _, id := range []string{"999999", "0", "-1", "x", "1e3", "99999999999999999999"} {
		staff.Visit("/dashboard/tasks/" + id).Is(http.StatusNotFound)
	}
	for _, act := range []string{"retry", "cancel", "discard"} {
		staff.Post("dashboard.tasks.job."+act, nil, 999999).Is(http.StatusNotFound).Shows("no such task")
	}
	for _, name := range []string{"nowhere", "*", "%00"} {
		staff.Post("dashboard.queue.pause", nil, name).Is(http.StatusNotFound)
	}
	for _, query := range []string{"state=zzz", "state=failed&before=9223372036854775807&at=9223372036854775807", "before=-4", "q=%00%ff'%22%25_", "q=a%3D%5C", "kind=%00", "q=" + strings.Repeat("x", 5000)} {
		staff.Visit("/dashboard/tasks/history?" + query).Is(http.StatusOK)
	}
	staff.Visit("/dashboard/tasks/history?before=x").Is(http.StatusNotFound)
}

// Each button once, and once more: the second time somebody was faster.
func TestTaskIsChangedByHand(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	staff := s.As(t, s.Staff())
	for act, tt := range map[string]struct {
		state       queue.State
		words, late string
	}{
		"retry":   {queue.Waiting, "It is in the queue again.", "It is waiting by now, so it cannot be retried."},
		"cancel":  {queue.Cancelled, "Cancelled.", "It is cancelled by now, so it cannot be cancelled."},
		"discard": {queue.Failed, "Discarded:", "It is failed by now, so it cannot be discarded."},
	} {
		id := addJobs(t, s, 1)
		staff.Post("dashboard.tasks.job."+act, nil, id).Is(http.StatusSeeOther).GoesTo(s.Path("dashboard.tasks.job", id))
		staff.Get("dashboard.tasks.job", id).Is(http.StatusOK).Shows(tt.words, "By hand", "staff "+map[string]string{"retry": "retried", "cancel": "cancelled", "discard": "discarded"}[act]+" it")
		staff.Post("dashboard.tasks.job."+act, nil, id).Is(http.StatusConflict).Shows("That did not happen", tt.late)
		if d, err := s.Jobs.Job(t.Context(), id); err != nil || d.State != tt.state || len(d.Entries) != 1 {
			t.Errorf("%s: %+v, %v", act, d, err)
		}
	}
}

func TestFailedTaskShowsWhy(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	staff, id := s.As(t, s.Staff()), addJobs(t, s, 3)
	fail(s, id)
	staff.Get("dashboard.tasks").Is(http.StatusOK).Shows("Latest failures", fmt.Sprint("Cut a photo to its sizes photo.process no. ", id), "the lamp fell over <b>")
	page := staff.Get("dashboard.tasks.job", id).Shows("Attempt 5", "the lamp fell over <b>", "lamp.go:12", "Failed", "photo 1000", "5 of 5")
	if page.HTML().Find("details pre").Length() != 1 {
		t.Error("the stack is not folded")
	}
	staff.Visit("/dashboard/tasks/history?state=failed&q=photo_id%3D1000").Shows("photo.process no. "+fmt.Sprint(id), "Retry all of these")
	staff.Visit("/dashboard/tasks/history?state=failed&q=photo_id%3D1001").Shows("Nothing to show")
	staff.Post("dashboard.tasks.retry", url.Values{"q": {"photo_id=1001"}}).Is(http.StatusSeeOther)
	staff.Get("dashboard.tasks").Shows("There was nothing to retry.")
	staff.Post("dashboard.tasks.retry", url.Values{"q": {"photo_id=1000"}, "state": {"failed"}}).Is(http.StatusSeeOther).GoesTo("/dashboard/tasks")
	staff.Get("dashboard.tasks").Shows("1 task is in the queue again.", "Nothing has failed")
}

func TestQueueIsPausedByHand(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Work()
	staff := s.As(t, s.Staff())
	until(t, "the queues are known", func() bool {
		return staff.Post("dashboard.queue.pause", nil, "media").Status == http.StatusSeeOther
	})
	staff.Get("dashboard.tasks").Shows("Paused by staff", "nothing new is begun in this queue: media.")
	staff.Post("dashboard.queue.pause", nil, "media").Is(http.StatusSeeOther)
	staff.Post("dashboard.queue.resume", nil, "media").Is(http.StatusSeeOther)
	staff.Get("dashboard.tasks").Shows("The queue goes on: media.").Hides("Paused by")
}

func TestTasksTakeAsManyQueriesHoweverManyThereAre(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	staff := s.As(t, s.Staff())
	paths := []string{"/dashboard/tasks", "/dashboard/tasks/history", "/dashboard/tasks/history?q=photo"}
	var before []int
	for _, p := range paths {
		before = append(before, staff.Visit(p).Is(http.StatusOK).Queries)
	}
	first := addJobs(t, s, 70)
	for i := range int64(40) {
		fail(s, first+i)
	}
	s.Exec("UPDATE river_job SET state = 'running', attempted_at = CURRENT_TIMESTAMP WHERE id > ?", first+45)
	for i, p := range paths {
		if page := staff.Visit(p).Is(http.StatusOK); page.Queries > before[i]+1 { // a search that fits nothing asks how far it looked
			t.Errorf("%s takes %d queries, and %d when there is nothing", p, page.Queries, before[i])
		}
	}
	page := staff.Visit("/dashboard/tasks/history").HTML()
	if n := page.Find("#jobs > li").Length(); n != 30 {
		t.Errorf("%d jobs on a page", n)
	}
	next, _ := page.Find("a[rel=next]").Attr("href")
	if n := staff.Visit(next).Is(http.StatusOK).HTML().Find("#jobs > li").Length(); n != 30 {
		t.Errorf("%d jobs on the next page", n)
	}
}

// What is too much for one request is said, with a button that goes on from there.
func TestRetryOfTooManyGoesOn(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	staff := s.As(t, s.Staff())
	oldest := addJobs(t, s, 2)
	fail(s, oldest)
	s.Exec("UPDATE river_job SET finalized_at = ? WHERE id = ?", time.Now().UTC().Add(-time.Hour).Format("2006-01-02 15:04:05.000"), oldest)
	series := "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < ?) "
	columns := "args, attempt, created_at, finalized_at, kind, max_attempts, queue, state, scheduled_at"
	now := time.Now().UTC().Format("2006-01-02 15:04:05.000")
	same := "attempt, created_at, '" + now + "', kind, max_attempts, queue, 'discarded', scheduled_at FROM s, river_job WHERE id = ?"
	if s.DB.Dialect == "postgres" {
		s.Exec(series+"INSERT INTO river_job ("+columns+") SELECT '{}', "+strings.Replace(same, "'"+now+"'", "now()", 1), queue.RetryLook, oldest)
	} else {
		s.Exec(series+"INSERT INTO river_job (metadata, tags, "+columns+") SELECT jsonb('{}'), jsonb('[]'), jsonb('{}'), "+same, queue.RetryLook, oldest)
	}
	search := url.Values{"state": {"failed"}, "q": {"photo_id=1000"}}
	further := staff.Post("dashboard.tasks.retry", search).Is(http.StatusSeeOther).Header.Get("Location")
	page := staff.Visit(further).Is(http.StatusOK).Shows("0 tasks are in the queue again.", "there may be more among the older ones", "and older ones").HTML()
	again := url.Values{}
	page.Find(`form[action$="/retry"] input`).Each(func(_ int, in *goquery.Selection) { again.Set(in.AttrOr("name", ""), in.AttrOr("value", "")) })
	staff.Post("dashboard.tasks.retry", again).Is(http.StatusSeeOther).GoesTo("/dashboard/tasks")
	staff.Get("dashboard.tasks").Shows("1 task is in the queue again.")
	if d, err := s.Jobs.Job(t.Context(), oldest); err != nil || d.State != queue.Waiting {
		t.Errorf("the oldest is %s, %v", d.State, err)
	}
}
