package tasks_test

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/kit/queue"
	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

// holdAfter has the next transaction stop that has changed a table. reached is
// closed when one stands there, and release lets it go on.
func holdAfter(t *testing.T, s *sitetest.Site, table string) (reached <-chan struct{}, release func()) {
	t.Helper()
	return holdAt(t, s, "UPDATE "+table+" ")
}

// holdAt is holdAfter for a statement that begins so.
func holdAt(t *testing.T, s *sitetest.Site, statement string) (reached <-chan struct{}, release func()) {
	t.Helper()
	at, stop := make(chan struct{}), make(chan struct{})
	var held atomic.Bool
	bare := strings.NewReplacer("`", "", `"`, "")
	hold := func(g *gorm.DB) {
		_, err := db.SQLTx(g)
		if err == nil && strings.HasPrefix(bare.Replace(g.Statement.SQL.String()), statement) && !held.Swap(true) {
			close(at)
			<-stop
		}
	}
	on := s.DB.Write.Callback()
	must(t, errors.Join(on.Row().After("*").Register("hold-rows", hold), on.Update().After("*").Register("hold-updates", hold),
		on.Query().After("*").Register("hold-queries", hold), on.Delete().After("*").Register("hold-deletes", hold)))
	release = sync.OnceFunc(func() { close(stop) })
	t.Cleanup(release)
	return at, release
}

// Staff cancel a job while another transaction is in the middle of changing what
// the job is about, and the job: one of them comes second, and none is broken off
// because each waits for the other.
func TestCancelledWhileItChanges(t *testing.T) {
	t.Parallel()
	type held struct {
		s    *sitetest.Site
		job  int64
		do   func() error // the other transaction; nil where a worker makes it
		last func() bool  // whether both have left what they should
	}
	for name, c := range map[string]struct {
		table   string
		staff   error
		prepare func(t *testing.T) held
	}{
		"a photo is finished": {"tasks", queue.ErrState, func(t *testing.T) held {
			s := sitetest.New(t)
			p := submitted(t, s)
			return held{s, s.Task(p.ID).JobID, nil, func() bool { return s.Photo(p.ID).State == models.Ready && s.Task(p.ID).State == models.TaskDone }}
		}},
		"its owner cancels it": {"tasks", queue.ErrState, func(t *testing.T) held {
			s := sitetest.New(t)
			p := submitted(t, s)
			job := s.Task(p.ID).JobID
			return held{s, job, func() error { _, err := s.Tasks.Cancel(t.Context(), job, "No, thanks."); return err },
				func() bool { return s.Photo(p.ID).Failure == "No, thanks." && s.Task(p.ID).Failure == "No, thanks." }}
		}},
		"a message is delivered": {"deliveries", queue.ErrState, func(t *testing.T) held {
			s := sitetest.New(t, local)
			sent := test(t, s, hook(t, s, s.Hero("nightheron"), newReceiver(t, status(http.StatusOK)).URL))
			return held{s, onlyJob(t, s), nil, func() bool {
				return until(t, s, sent.ID, "ended", func(d models.Delivery) bool { return !d.Open() }).State == models.DeliveryDone
			}}
		}},
		"a schedule counts it": {"schedules", nil, func(t *testing.T) held {
			s := sitetest.New(t)
			s.Exec("DELETE FROM schedules WHERE kind <> 'sweep.tasks'")
			c := &clock{at: time.Now().Add(time.Hour)}
			by := tasks.NewScheduler(s.Tasks, c.now)
			if n := ticked(t, by); n != 1 {
				t.Fatalf("%d jobs", n)
			}
			c.add(time.Hour)
			return held{s, onlyJob(t, s), func() error { _, err := by.Tick(t.Context()); return err }, func() bool {
				row, err := models.SchedulesIn(s.DB.Read).Where("kind = 'sweep.tasks'").Take(t.Context())
				return err == nil && row.LastState == models.TaskCancelled && row.NextAt.After(c.now())
			}}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := c.prepare(t)
			reached, release := holdAfter(t, h.s, c.table)
			other, staff := make(chan error, 1), make(chan error, 1)
			if h.do == nil {
				h.s.Work()
				other <- nil
			} else {
				go func() { other <- h.do() }()
			}
			<-reached
			go func() { staff <- h.s.Jobs.By("staff").Cancel(t.Context(), h.job) }()
			blocked(t, h.s)
			release()
			if err := <-other; err != nil {
				t.Error(err)
			}
			if err := <-staff; !errors.Is(err, c.staff) {
				t.Errorf("staff are told %v, want %v", err, c.staff)
			}
			h.s.Settle()
			if d, err := h.s.Jobs.Job(t.Context(), h.job); err != nil || len(d.Attempts) != 0 || !h.last() {
				t.Errorf("the job is %+v, %v", d, err)
			}
		})
	}
}

// onlyJob is the number of the one job there is.
func onlyJob(t *testing.T, s *sitetest.Site) int64 {
	t.Helper()
	h, err := s.Jobs.History(t.Context(), queue.Filter{}, queue.Mark{}, 5)
	if must(t, err); len(h.Jobs) != 1 {
		t.Fatalf("%+v", h.Jobs)
	}
	return h.Jobs[0].ID
}

// blocked waits until somebody waits for a row that another has changed. On
// SQLite a transaction does not begin before the other has ended.
func blocked(t *testing.T, s *sitetest.Site) {
	t.Helper()
	for limit := time.Now().Add(10 * time.Second); s.DB.Dialect == db.Postgres; time.Sleep(5 * time.Millisecond) {
		var n int
		must(t, s.DB.Read.Raw("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&n).Error)
		if n > 0 {
			return
		}
		if time.Now().After(limit) {
			t.Fatal("nobody waits")
		}
	}
}
