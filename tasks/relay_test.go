package tasks_test

import (
	"context"
	"testing"
	"time"

	"superbook/models"
	"superbook/site"
	"superbook/site/sitetest"
	"superbook/tasks"
)

func jobState(t *testing.T, s *sitetest.Site) (state string) {
	t.Helper()
	must(t, s.DB.Read.Raw("SELECT state FROM river_job WHERE kind = ?", tasks.ProcessPhoto{}.Kind()).Scan(&state).Error)
	return state
}

// waitRetry waits until the job of the photo is due for another attempt.
func waitRetry(t *testing.T, s *sitetest.Site) {
	t.Helper()
	for limit := time.Now().Add(20 * time.Second); ; time.Sleep(time.Millisecond) {
		var failures int64
		must(t, s.DB.Read.Raw("SELECT count(*) FROM river_job WHERE kind = ? AND errors IS NOT NULL", tasks.ProcessPhoto{}.Kind()).Scan(&failures).Error)
		if failures > 0 {
			return
		}
		if time.Now().After(limit) {
			t.Fatal("the job does not fail")
		}
	}
}

// TestRelay has two sites on one database, as two processes would: one works,
// and who follows on the other sees it all the same.
func TestRelay(t *testing.T) {
	t.Parallel()
	worker := sitetest.New(t)
	pages := sitetest.New(t, func(set *site.Settings) {
		set.DataDir, set.DatabaseURL = worker.Settings.DataDir, worker.Settings.DatabaseURL
	})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); pages.Tasks.Relay(ctx) }()
	srv := pages.Server()
	hero := pages.Hero("nightheron")
	b := pages.As(t, hero)
	told := b.Follow(srv, "/live?on="+tasks.MemberTopic(hero.ID), "")
	id := b.Submit(sitetest.JPEG(t, sitetest.Picture(300, 200, 1)), nil).Is(303).PhotoID()
	stream := b.Follow(srv, "/live?on="+tasks.PhotoTopic(id), "")
	task := b.Fresh().Follow(srv, "/live?on="+tasks.TaskTopic(pages.Task(id).ID), "")
	worker.Work()
	events := stream.Until(`data-state="ready"`)
	task.Until(`"state":"done"`)
	want, err := pages.Pages.Fragment("photo_status", pages.Photo(id))
	must(t, err)
	if got := events[len(events)-1].Data; got != want {
		t.Errorf("came\n%s\nwant\n%s", got, want)
	}
	told.Until(`>1<span class="vh"> new`)
	if worker.Live.Len() != 0 {
		t.Error("the stream is on the wrong site")
	}
	stop()
	<-ended
}

// A page waits for a job, and something that publishes nothing was faster: the
// job tells the page all the same.
func TestJobTellsOfWhatOthersCut(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	srv := s.Server()
	hero := s.Hero("nightheron")
	b := s.As(t, hero)
	p := s.Photo(b.Submit(sitetest.JPEG(t, sitetest.Picture(300, 200, 1)), nil).Is(303).PhotoID())
	s.Exec("UPDATE photos SET state = 'ready', progress = 0, version = '0123456789abcdef'")
	stream := b.Follow(srv, "/live?on="+tasks.PhotoTopic(p.ID), "")
	if done, err := tasks.Recut(t.Context(), s.Tasks, p.ID); err != nil || !done {
		t.Fatalf("cut: %v, %v", done, err)
	}
	s.Work()
	stream.Until("The photo is ready")
}

// Staff who have the list open in a process that works no jobs see the runs that
// another one starts and ends.
func TestRelayOfSchedules(t *testing.T) {
	t.Parallel()
	c := clockAt(t, "2026-05-10T02:00:00Z")
	worker, row := scheduled(t, c.now(), "30 3 * * *", models.RunOnce)
	pages := beside(t, worker)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); pages.Tasks.Relay(ctx) }()
	t.Cleanup(func() { stop(); <-ended })
	staff, err := models.UserByID(t.Context(), pages.DB.Read, *row.UpdatedBy)
	must(t, err)
	stream := pages.As(t, staff).Follow(pages.Server(), "/live?on="+tasks.SchedulesTopic, "")
	c.add(2 * time.Hour)
	if n := ticked(t, tasks.NewScheduler(worker.Tasks, c.now)); n != 1 {
		t.Fatalf("%d runs", n)
	}
	stream.Until("Waits for its turn")
	worker.Work()
	stream.Until("Done: No sessions deleted")
}
