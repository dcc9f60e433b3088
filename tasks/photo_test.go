package tasks_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"superbook/kit/db"
	"superbook/kit/photo"
	"superbook/kit/queue"
	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

// original is where a photo's original is on the disk.
func original(s *sitetest.Site, p models.Photo) string {
	return filepath.Join(s.Settings.DataDir, "media", "files", tasks.Original(p.Folder))
}

func submitted(t *testing.T, s *sitetest.Site) models.Photo {
	t.Helper()
	b := s.As(t, s.Hero("nightheron"))
	return s.Photo(b.Submit(sitetest.JPEG(t, sitetest.Picture(300, 200, 1)), nil).Is(303).PhotoID())
}

// TestFaultsOfOurOwn lets the disk lose the original: with attempts left the
// photo waits and goes on when the file is back; in the last one it has failed.
func TestFaultsOfOurOwn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		attempts int // that have gone wrong before
		want     models.State
	}{"the first attempt": {0, models.Ready}, "the last attempt": {4, models.Failed}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sitetest.New(t)
			p := submitted(t, s)
			must(t, os.Rename(original(s, p), original(s, p)+"-away"))
			s.Exec("UPDATE river_job SET attempt = ?", c.attempts)
			s.Work()
			if c.want == models.Ready {
				waitRetry(t, s)
				if now := s.Photo(p.ID); now.Final() {
					t.Errorf("with attempts left the photo is %s", now.State)
				}
				must(t, os.Rename(original(s, p)+"-away", original(s, p)))
			}
			s.Settle(tasks.ProcessPhoto{}.Kind())
			now := s.Photo(p.ID)
			if now.State != c.want || (c.want == models.Failed) != strings.Contains(now.Failure, "Something on our side") {
				t.Errorf("the photo is %s %q, want %s", now.State, now.Failure, c.want)
			}
			notes, err := models.NotificationsOf(s.DB.Read, p.UserID).Newest(t.Context(), 9)
			must(t, err)
			if told := map[models.State]models.NoteKind{models.Ready: models.NotePhoto, models.Failed: models.NotePhotoFailed}; len(notes) != 1 || notes[0].Kind != told[c.want] || notes[0].Photo() != p.ID {
				t.Errorf("its owner is told of %+v", notes)
			}
			// What is our fault is for staff to see.
			failed, err := s.Jobs.History(t.Context(), queue.Filter{State: queue.Failed}, queue.Mark{}, 5)
			if must(t, err); (c.want == models.Failed) != (len(failed.Jobs) == 1) {
				t.Errorf("jobs that failed: %+v", failed.Jobs)
			}
		})
	}
}

// TestPhotoAfterACrash leaves a job running, as a process that was killed does.
func TestPhotoAfterACrash(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		attempt int
		want    models.State
	}{"in an early attempt": {2, models.Ready}, "in the last attempt": {5, models.Failed}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sitetest.New(t)
			if s.DB.Dialect == db.Postgres {
				t.Skip("on PostgreSQL others may be working: River waits for minutes")
			}
			p := submitted(t, s)
			s.Exec("UPDATE river_job SET state = 'running', attempted_at = CURRENT_TIMESTAMP, attempt = ?", c.attempt)
			s.Exec("UPDATE photos SET state = 'processing', progress = 50")
			s.Work()
			s.Settle(tasks.ProcessPhoto{}.Kind())
			now := s.Photo(p.ID)
			if now.State != c.want || (c.want == models.Failed) != strings.Contains(now.Failure, "Submit the photo again") {
				t.Errorf("the photo is %s %q, want %s", now.State, now.Failure, c.want)
			}
		})
	}
}

// TestAgainAfterTheEnd runs a job whose photo is final or gone already.
func TestAgainAfterTheEnd(t *testing.T) {
	t.Parallel()
	for _, statement := range []string{
		"UPDATE photos SET state = 'ready', version = '{key}', pipeline = {pipeline}, alt = 'as it was'",
		"UPDATE photos SET state = 'failed', failure = 'words', alt = 'as it was'",
		"DELETE FROM photos",
	} {
		t.Run(statement, func(t *testing.T) {
			t.Parallel()
			s := sitetest.New(t)
			key := submitted(t, s).Key()
			s.Exec(strings.NewReplacer("{key}", key, "{pipeline}", strconv.Itoa(photo.Pipeline)).Replace(statement))
			before := s.Photos()
			s.Work()
			s.Settle(tasks.ProcessPhoto{}.Kind())
			if after := s.Photos(); len(after) != len(before) || len(after) > 0 && after[0] != before[0] {
				t.Errorf("the photos are %+v, before it %+v", after, before)
			}
			for _, name := range s.Kept() {
				if strings.Contains(name, "variants") {
					t.Errorf("there is a file %s", name)
				}
			}
			if state := jobState(t, s); state != "completed" {
				t.Errorf("the job is %s", state)
			}
		})
	}
}
