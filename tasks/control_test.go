package tasks_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/kit/queue"
	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

// A photo whose job staff cancel while it is worked ends, with words for its
// owner, and can be put back.
func TestCancelledPhotoJobEndsThePhoto(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	reached, release := s.HoldPhotos()
	s.Work()
	b := s.As(t, s.Hero("nightheron"))
	id := b.Submit(sitetest.JPEG(t, sitetest.Picture(640, 400, 1)), nil).PhotoID()
	<-reached
	running, err := s.Jobs.RunningNow(t.Context(), 10)
	if err != nil || len(running) != 1 || !strings.Contains(running[0].Args, "photo_id") {
		t.Fatalf("%+v, %v", running, err)
	}
	job := running[0].ID
	if err := s.Jobs.By("staff").Cancel(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	release()
	s.Settle()
	p := s.Photo(id)
	if p.State != models.Failed || !strings.Contains(p.Failure, "cancelled") {
		t.Errorf("the photo is %s: %q", p.State, p.Failure)
	}
	b.Get("photo", id).Shows("cancelled by us", "Choose another picture")
	if d, err := s.Jobs.Job(t.Context(), job); err != nil || d.State != queue.Cancelled && d.State != queue.Done {
		t.Errorf("the job is %s: %v", d.State, err)
	}
}

func TestCancelledPhotoThatWaitsIsPutBack(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	id := b.Submit(sitetest.JPEG(t, sitetest.Picture(640, 400, 1)), nil).PhotoID()
	h, err := s.Jobs.History(t.Context(), queue.Filter{Kind: "photo.process"}, queue.Mark{}, 5)
	if err != nil || len(h.Jobs) != 1 {
		t.Fatalf("%+v, %v", h, err)
	}
	hand, job := s.Jobs.By("staff"), h.Jobs[0].ID
	wantTask := func(want models.TaskState, final bool) {
		t.Helper()
		all, err := models.TasksIn(s.DB.Read).OfJobs([]int64{job}).Find(t.Context())
		if must(t, err); len(all) != 1 || all[0].State != want || all[0].Final() != final || (all[0].Failure != "") != final {
			t.Errorf("the task is %+v, want %s", all, want)
		}
	}
	if err := hand.Cancel(t.Context(), job); err != nil || s.Photo(id).State != models.Failed {
		t.Fatalf("%v, then the photo is %s", err, s.Photo(id).State)
	}
	wantTask(models.TaskCancelled, true)
	if err := hand.Retry(t.Context(), job); err != nil || s.Photo(id).State != models.Queued || s.Photo(id).Failure != "" {
		t.Fatalf("%v, then the photo is %+v", err, s.Photo(id))
	}
	wantTask(models.TaskWaiting, false)
	s.Work()
	s.Settle()
	if p := s.Photo(id); p.State != models.Ready {
		t.Errorf("the photo is %s: %s", p.State, p.Failure)
	}
}

// Who ended the work by hand is told in other words than a crash, to its owner
// and to staff.
func TestWhatWasEndedByHandSaysSo(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	staff := s.Staff()
	b := s.As(t, s.Hero("nightheron"))
	hand := s.Jobs.By("staff")
	for i, c := range []struct {
		end   func(context.Context, int64) error
		state models.TaskState
		owner string
		staff string
	}{
		{hand.Discard, models.TaskFailed, "This was given up by us.", "Failed: discarded by hand"},
		{hand.Cancel, models.TaskCancelled, "This was cancelled by us.", "Cancelled: by hand"},
	} {
		id := b.Submit(sitetest.JPEG(t, sitetest.Picture(64, 48, i)), nil).PhotoID()
		must(t, c.end(t.Context(), s.Task(id).JobID))
		if now := s.Task(id); now.State != c.state || !strings.HasPrefix(now.Failure, c.owner) {
			t.Errorf("the task is %s: %q", now.State, now.Failure)
		}
		b.Get("photo", id).Shows(c.owner)
		row := models.Schedule{Name: c.owner, Kind: tasks.DeleteSessions{}.Kind(), Args: "{}", Spec: "@daily", Zone: "UTC", Missed: models.RunOnce}
		must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
			if err := models.CreateSchedule(t.Context(), tx, &row, staff.ID, time.Now()); err != nil {
				return err
			}
			return tasks.RunNow(t.Context(), tx, s.Jobs, row, staff.ID)
		}))
		keeper := s.As(t, staff)
		stream := keeper.Follow(s.Server(), "/live?on="+tasks.SchedulesTopic, "")
		must(t, c.end(t.Context(), *schedule(t, s, row.ID).LastJobID))
		stream.Until(c.staff)
		keeper.Get("dashboard.schedule", row.ID).Shows(c.staff)
	}
}

// Who follows a task hears that staff have put it back, and a try beyond those of
// its kind is counted as it is.
func TestAnotherTryByHandIsTold(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	id := b.Submit(sitetest.JPEG(t, sitetest.Picture(300, 200, 1)), nil).Is(303).PhotoID()
	by, job := s.Jobs.By("staff"), s.Task(id).JobID
	s.Exec("UPDATE river_job SET attempt = max_attempts, state = 'retryable' WHERE id = ?", job)
	s.Exec("UPDATE tasks SET attempts = 5")
	must(t, by.Discard(t.Context(), job))
	stream := b.Follow(s.Server(), "/live?on="+tasks.TaskTopic(s.Task(id).ID), "")
	stream.Until(`"state":"failed"`)
	must(t, by.Retry(t.Context(), job))
	stream.Until(`"state":"waiting"`)
	s.Work()
	for _, e := range stream.Until(`"state":"done"`) {
		if strings.Contains(e.Data, "of five") || e.Name == "data" && strings.Contains(e.Data, `"attempts":6`) && !strings.Contains(e.Data, `"max_attempts":6`) {
			t.Errorf("it is told %s", e.Data)
		}
	}
	b.Get("tasks").Is(200).Shows("sixth try of six")
}
