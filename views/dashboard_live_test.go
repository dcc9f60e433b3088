package views_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/models"
	"superbook/site/sitetest"
)

func TestQueuesAreShownLive(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	srv := s.Server()
	staff := s.As(t, s.Staff())
	page := staff.Get("dashboard.tasks").HTML()
	address, _ := page.Find("body").Attr("data-live")
	last, _ := page.Find("body").Attr("data-live-last")
	stream := staff.Follow(srv, address, last)
	id := addJobs(t, s, 2)
	fail(s, id)
	awaits(stream, "jobs-failed", "the lamp fell over &lt;b&gt;", "Cut a photo to its sizes <span class=\"dim\">photo.process no. "+fmt.Sprint(id))
	s.Exec("UPDATE river_job SET state = 'running', attempted_at = CURRENT_TIMESTAMP WHERE id = ?", id+1)
	awaits(stream, "jobs-running", "Cut a photo to its sizes <span class=\"dim\">photo.process no. "+fmt.Sprint(id+1))
	s.Exec("UPDATE river_job SET kind = 'attic.sweep' WHERE id = ?", id+1)
	awaits(stream, "jobs-running", fmt.Sprintf(`>attic.sweep <span class="dim">no. %d<`, id+1))
}

// awaits reads a stream until an element comes with these words in it.
func awaits(stream *sitetest.Stream, id string, words ...string) {
	for {
		e := stream.Next()
		if strings.Contains(e.Data, `id="`+id+`"`) && !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(e.Data, w) }) {
			return
		}
	}
}

// looksAt has somebody look at the page of a job, and follow it.
func looksAt(t *testing.T, s *sitetest.Site, b *sitetest.Browser, id int64) *sitetest.Stream {
	t.Helper()
	body := b.Get("dashboard.tasks.job", id).HTML().Find("body")
	return b.Follow(s.Server(), body.AttrOr("data-live", ""), body.AttrOr("data-live-last", ""))
}

// A page that was opened while the job waits goes along to the end, also when the
// job begins and ends between two looks.
func TestJobIsShownLive(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Staff())
	id := addJobs(t, s, 2)
	quick := looksAt(t, s, b, id+1)
	stream := looksAt(t, s, b, id)
	live, act := fmt.Sprintf("job-%d-live", id), fmt.Sprintf("job-%d-act", id)
	awaits(stream, act, "Run it now", "Discard as failed")
	s.Exec("UPDATE river_job SET state = 'running', attempt = 1, attempted_at = CURRENT_TIMESTAMP WHERE id = ?", id)
	awaits(stream, live, "Running")
	awaits(stream, fmt.Sprintf("job-%d-facts", id), "1 of 5", "Last begun")
	fail(s, id)
	awaits(stream, live, "Failed")
	awaits(stream, act, ">Retry<")
	awaits(stream, fmt.Sprintf("job-%d-log", id), "the lamp fell over", "The stack")
	s.Exec("UPDATE river_job SET state = 'completed', attempted_at = CURRENT_TIMESTAMP, finalized_at = CURRENT_TIMESTAMP WHERE id = ?", id+1)
	awaits(quick, fmt.Sprintf("job-%d-live", id+1), "Done")
}

// More jobs run than the list shows: those beyond are not taken for over.
func TestJobsBeyondTheListGoOn(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	first := addJobs(t, s, 35)
	last := first + 34
	s.Exec("UPDATE river_job SET state = 'running', attempted_at = CURRENT_TIMESTAMP WHERE id < ?", last)
	s.Exec("UPDATE river_job SET state = 'running', attempted_at = ? WHERE id = ?", time.Now().UTC().Add(time.Hour).Format("2006-01-02 15:04:05.000"), last)
	owner := s.Fan("wren")
	task := models.Task{UserID: owner.ID, JobID: last, Kind: "photo.process", SubjectID: 1034}
	if err := s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return models.CreateTask(t.Context(), tx, &task) }); err != nil {
		t.Fatal(err)
	}
	b := s.As(t, s.Staff())
	if page := b.Get("dashboard.tasks"); page.HTML().Find("#jobs-running li").Length() != 30 {
		t.Error("the list is not bounded")
	}
	stream := looksAt(t, s, b, last)
	for percent := range 3 {
		s.Exec("UPDATE tasks SET progress = ? WHERE id = ?", percent, task.ID)
		for words := fmt.Sprintf(`value="%d"`, percent); ; {
			e := stream.Next().Data
			if !strings.Contains(e, `-live" `) {
				continue
			}
			if !strings.Contains(e, "Running") || !strings.Contains(e, "<progress") {
				t.Fatalf("a job that runs is shown as %s", e)
			}
			if strings.Contains(e, words) {
				break
			}
		}
	}
}
