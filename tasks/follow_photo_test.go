package tasks_test

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river/rivertype"
	"gorm.io/gorm"

	"superbook/kit/photo"
	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

// TestTaskOfAPhoto follows the ways in which the work on a photo ends: its task
// ends in the same way, and at the same time.
func TestTaskOfAPhoto(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		prepare func(t *testing.T, s *sitetest.Site, p models.Photo)
		photo   models.State
		task    models.TaskState
		words   string
	}{
		"ready": {func(*testing.T, *sitetest.Site, models.Photo) {}, models.Ready, models.TaskDone, ""},
		"refused": {func(t *testing.T, s *sitetest.Site, p models.Photo) {
			must(t, os.WriteFile(original(s, p), []byte("a shopping list"), 0o600))
		}, models.Failed, models.TaskFailed, "picture"},
		"the last attempt fails": {func(t *testing.T, s *sitetest.Site, p models.Photo) {
			must(t, os.Remove(original(s, p)))
			s.Exec("UPDATE river_job SET attempt = 4")
		}, models.Failed, models.TaskFailed, "Submit the photo again."},
		"deleted": {func(_ *testing.T, s *sitetest.Site, _ models.Photo) { s.Exec("DELETE FROM photos") }, "", models.TaskCancelled, "deleted"},
		"somebody else was faster": {func(_ *testing.T, s *sitetest.Site, p models.Photo) {
			s.Exec("UPDATE photos SET state = 'ready', version = '" + p.Key() + "', pipeline = " + strconv.Itoa(photo.Pipeline))
		}, models.Ready, models.TaskDone, ""},
		"failed already": {func(_ *testing.T, s *sitetest.Site, _ models.Photo) {
			s.Exec("UPDATE photos SET state = 'failed', failure = 'Some words'")
		}, models.Failed, models.TaskFailed, "Some words"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sitetest.New(t)
			p := submitted(t, s)
			c.prepare(t, s, p)
			s.Work()
			s.Settle(tasks.ProcessPhoto{}.Kind())
			if now := s.Task(p.ID); now.State != c.task || (c.words == "") != (now.Failure == "") || !strings.Contains(now.Failure, c.words) || now.SubjectID != p.ID {
				t.Errorf("the task is %+v, want %s", now, c.task)
			}
			if all := s.Photos(); (c.photo == "") != (len(all) == 0) || c.photo != "" && all[0].State != c.photo {
				t.Errorf("the photos are %+v, want %s", all, c.photo)
			}
		})
	}
}

// Cancelled in the middle of the work, the photo has failed and is not shown; one
// that is cut anew stays as it was.
func TestCancelWhileAPhotoIsCut(t *testing.T) {
	t.Parallel()
	for name, again := range map[string]bool{"for the first time": false, "anew": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sitetest.New(t)
			b := s.As(t, s.Hero("nightheron"))
			reached, release := s.HoldPhotos()
			id := b.Submit(sitetest.JPEG(t, sitetest.Picture(1600, 1200, 1)), nil).Is(303).PhotoID()
			before := s.Photo(id)
			if again {
				s.Exec("UPDATE photos SET state = 'ready', progress = 0, version = '0123456789abcdef'")
			}
			s.Work()
			<-reached // in the middle of a statement: on SQLite, with its only connection for writing
			asked := s.Task(id)
			done := make(chan error, 1)
			go func() {
				_, err := s.Tasks.Cancel(t.Context(), asked.JobID, "No, thanks.")
				done <- err
			}()
			release()
			must(t, <-done)
			s.Settle(tasks.ProcessPhoto{}.Kind())
			p, now := s.Photo(id), s.Task(id)
			switch {
			case now.State == models.TaskDone: // it was done before: then all of it is
				if p.State != models.Ready || p.Version != before.Key() {
					t.Errorf("done, but the photo is %+v", p)
				}
			case now.State != models.TaskCancelled || p.Failure != "No, thanks.":
				t.Errorf("the task is %+v, the photo %+v", now, p)
			case again && (p.State != models.Ready || p.Version != "0123456789abcdef" || p.Cutting()), !again && p.State != models.Failed:
				t.Errorf("cancelled, but the photo is %+v", p)
			}
		})
	}
}

// Many photos are cancelled while a worker finishes them: the task and the photo
// always agree on who was first.
func TestCancelAgainstFinish(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Unlimited()
	b := s.As(t, s.Hero("nightheron"))
	var ids []int64
	for i := range 24 {
		ids = append(ids, b.Submit(sitetest.JPEG(t, sitetest.Picture(40, 30, i)), nil).Is(303).PhotoID())
	}
	s.Work()
	cancelled := 0
	for _, id := range ids {
		ok, err := s.Tasks.Cancel(t.Context(), s.Task(id).JobID, "No, thanks.")
		if must(t, err); ok {
			cancelled++
		}
	}
	s.Settle(tasks.ProcessPhoto{}.Kind())
	for _, id := range ids {
		want := models.Ready
		now := s.Task(id)
		if now.State == models.TaskCancelled {
			want, cancelled = models.Failed, cancelled-1
		}
		if p := s.Photo(id); p.State != want || !now.Final() {
			t.Errorf("the task is %s, the photo %s %q", now.State, p.State, p.Failure)
		}
	}
	if cancelled != 0 {
		t.Errorf("%d more were cancelled than say so", cancelled)
	}
}

// The sweep ends the tasks whose jobs have ended without them, and their photos.
func TestSweepEndsTasksWithoutAJob(t *testing.T) {
	t.Parallel()
	const long, short = 16 * time.Minute, 14 * time.Minute
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	type want struct {
		name  string
		photo int64
		state models.TaskState
	}
	var wants []want
	for name, c := range map[string]struct {
		still time.Duration
		job   string // what becomes of the job; it is deleted if ""
		want  models.TaskState
	}{
		"no job":               {long, "", models.TaskFailed},
		"discarded":            {long, "finalized_at = CURRENT_TIMESTAMP, state = 'discarded'", models.TaskFailed},
		"cancelled":            {long, "finalized_at = CURRENT_TIMESTAMP, state = 'cancelled'", models.TaskCancelled},
		"completed":            {long, "finalized_at = CURRENT_TIMESTAMP, state = 'completed'", models.TaskDone},
		"no job, not for long": {short, "", models.TaskWaiting},
		"waits":                {long, "state = 'available'", models.TaskWaiting},
		"waits again":          {long, "state = 'retryable'", models.TaskWaiting},
		"runs":                 {long, "state = 'running'", models.TaskWaiting},
	} {
		id := b.Submit(sitetest.JPEG(t, sitetest.Picture(30, 20, len(wants))), nil).Is(303).PhotoID()
		if asked := s.Task(id); c.job == "" {
			s.Exec("UPDATE river_job SET id = id + 1000 WHERE id = ?", asked.JobID) // and nothing gets its number
			s.Exec("UPDATE river_job SET args = '{\"photo_id\": 0}' WHERE id = ?", asked.JobID+1000)
		} else {
			s.Exec("UPDATE river_job SET "+c.job+" WHERE id = ?", asked.JobID)
		}
		s.Exec("UPDATE tasks SET updated_at = ? WHERE subject_id = ?", time.Now().UTC().Add(-c.still), id)
		wants = append(wants, want{name, id, c.want})
	}
	_, err := tasks.SweepTasksNow(t.Context(), s.Tasks)
	must(t, err)
	for _, w := range wants {
		if now := s.Task(w.photo); now.State != w.state || (w.state == models.TaskFailed || w.state == models.TaskCancelled) != (now.Failure != "") {
			t.Errorf("%s: the task is %s %q, want %s", w.name, now.State, now.Failure, w.state)
		}
	}
	s.Exec("UPDATE tasks SET finished_at = ? WHERE finished_at IS NOT NULL", time.Now().UTC().Add(-8*24*time.Hour))
	_, err = tasks.SweepTasksNow(t.Context(), s.Tasks)
	must(t, err)
	left, err := models.TasksIn(s.DB.Read).Newest(t.Context(), 99)
	if must(t, err); len(left) != 4 {
		t.Errorf("%d tasks are left, want those 4 that have not ended", len(left))
	}
}

// A crash in the last attempt ends the task in the transaction that discards the job.
func TestInterruptedTask(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	p := submitted(t, s)
	asked := s.Task(p.ID)
	jobs, err := s.Jobs.Jobs(t.Context(), []int64{asked.JobID})
	must(t, err)
	job := &rivertype.JobRow{ID: asked.JobID, Kind: asked.Kind, EncodedArgs: jobs[asked.JobID].Args}
	for range 2 { // a second time does nothing
		must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return s.Tasks.Interrupted(t.Context(), tx, []*rivertype.JobRow{job}) }))
		if now, p := s.Task(p.ID), s.Photo(p.ID); now.State != models.TaskFailed || p.State != models.Failed || now.Failure != p.Failure || now.Version != 2 {
			t.Errorf("the task is %+v, the photo %s %q", now, p.State, p.Failure)
		}
	}
}
