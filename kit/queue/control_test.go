package queue_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/kit/queue"
)

// until waits for something to come true.
func until(t testing.TB, what string, is func() bool) {
	t.Helper()
	for limit := time.Now().Add(testLimit); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("never: %s", what)
		}
	}
}

func look(t testing.TB, q *queue.Queue, id int64) queue.Detail {
	t.Helper()
	d, err := q.Job(t.Context(), id)
	must(t, err)
	return d
}

// put brings a job into a state that is hard to reach in time.
func put(t testing.TB, d *db.DB, id int64, state string) {
	t.Helper()
	final := "NULL"
	if state == "completed" || state == "discarded" || state == "cancelled" {
		final = "CURRENT_TIMESTAMP"
	}
	must(t, d.Write.Exec("UPDATE river_job SET state = '"+state+"', attempt = 2, max_attempts = 2, attempted_at = CURRENT_TIMESTAMP, finalized_at = "+final+" WHERE id = ?", id).Error)
}

// blocks works a job until its context ends.
func blocks(began chan<- int64) func(context.Context, *river.Job[task]) error {
	return func(ctx context.Context, job *river.Job[task]) error {
		began <- job.ID
		<-ctx.Done()
		return ctx.Err()
	}
}

// What may be done to a job in which state, and what becomes of it.
func TestControlFitsTheState(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		var told []string
		hear := func(what string) queue.Told {
			return func(_ context.Context, _ *gorm.DB, jobs []*rivertype.JobRow) error {
				told = append(told, what+" "+string(jobs[0].EncodedArgs))
				return nil
			}
		}
		q := open(t, d, queue.Config{Discarded: hear("discarded"), Cancelled: hear("cancelled"), Retried: hear("retried")}, nothing)
		hand := q.By("vera")
		acts := map[string]func(context.Context, int64) error{"retried": hand.Retry, "cancelled": hand.Cancel, "discarded": hand.Discard}
		for _, row := range []struct{ from, did, to string }{
			{"available", "retried", ""}, {"available", "cancelled", "cancelled"}, {"available", "discarded", "discarded"},
			{"scheduled", "retried", "available"}, {"scheduled", "cancelled", "cancelled"}, {"scheduled", "discarded", "discarded"},
			{"retryable", "retried", "available"}, {"retryable", "cancelled", "cancelled"}, {"retryable", "discarded", "discarded"},
			{"running", "retried", ""}, {"running", "cancelled", "running"}, {"running", "discarded", ""},
			{"completed", "retried", ""}, {"completed", "cancelled", ""}, {"completed", "discarded", ""},
			{"discarded", "retried", "available"}, {"discarded", "cancelled", ""}, {"discarded", "discarded", ""},
			{"cancelled", "retried", "available"}, {"cancelled", "cancelled", ""}, {"cancelled", "discarded", ""},
		} {
			id := add(t, d, q, task{N: 7})
			put(t, d, id, row.from)
			told = nil
			err := acts[row.did](t.Context(), id)
			after := jobs(t, d)[id-1]
			if row.to == "" {
				if !errors.Is(err, queue.ErrState) || after.State != row.from || told != nil {
					t.Errorf("%+v: %v, then %s, told %v", row, err, after.State, told)
				}
				continue
			}
			must(t, err)
			entries := look(t, q, id).Entries
			if after.State != row.to || len(told) != 1 || !strings.HasPrefix(told[0], row.did) || !strings.Contains(told[0], "7") {
				t.Errorf("%+v: then %s, told %v", row, after.State, told)
			}
			if len(entries) != 1 || entries[0].By != "vera" || entries[0].Did != row.did || time.Since(entries[0].At) > time.Minute {
				t.Errorf("%+v: entries %+v", row, entries)
			}
		}
		for did, act := range acts {
			if err := act(t.Context(), 999_999); !errors.Is(err, rivertype.ErrNotFound) {
				t.Errorf("%s an unknown job: %v", did, err)
			}
		}
	})
}

// What a hook refuses does not happen.
func TestControlIsOneTransactionWithItsHook(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		refuse := func(context.Context, *gorm.DB, []*rivertype.JobRow) error { return errWanted }
		q := open(t, d, queue.Config{Cancelled: refuse, Discarded: refuse, Retried: refuse}, nothing)
		id := add(t, d, q, task{})
		for _, act := range []func(context.Context, int64) error{q.By("vera").Cancel, q.By("vera").Discard} {
			if err := act(t.Context(), id); !errors.Is(err, errWanted) || look(t, q, id).State != queue.Waiting {
				t.Errorf("%v, then %s", err, look(t, q, id).State)
			}
		}
		put(t, d, id, "discarded")
		if err := q.By("vera").Retry(t.Context(), id); !errors.Is(err, errWanted) || look(t, q, id).State != queue.Failed {
			t.Errorf("%v, then %s", err, look(t, q, id).State)
		}
	})
}

// A job that was cancelled while it ran can be told to run again, and is not
// cancelled a second time.
func TestCancelledJobRunsAgain(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		began, again := make(chan int64), make(chan struct{})
		q := start(t, d, queue.Config{}, func(ctx context.Context, job *river.Job[task]) error {
			if job.Attempt == 1 {
				return blocks(began)(ctx, job)
			}
			close(again)
			return errWanted // an error would end a job that is still marked as cancelled
		})
		id := add(t, d, q, task{})
		<-began
		must(t, q.By("vera").Cancel(t.Context(), id))
		until(t, "cancelled", func() bool { return look(t, q, id).State == queue.Cancelled })
		must(t, q.By("vera").Retry(t.Context(), id))
		<-again
		until(t, "an attempt failed", func() bool { return look(t, q, id).LastError == "wanted" })
		if s := look(t, q, id).State; s != queue.Retrying && s != queue.Waiting {
			t.Errorf("it is %s", s)
		}
		if e := look(t, q, id).Entries; len(e) != 2 {
			t.Errorf("entries %+v", e)
		}
	})
}

func TestRetryOfWorkThatIsQueuedAlready(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		q := open(t, d, queue.Config{}, nothing)
		once := &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true,
			ByState: []rivertype.JobState{"available", "pending", "running", "retryable", "scheduled"}}}
		old := add(t, d, q, task{N: 1}, once)
		put(t, d, old, "discarded")
		now := add(t, d, q, task{N: 1}, once)
		if err := q.By("vera").Retry(t.Context(), old); old == now || !errors.Is(err, queue.ErrSame) {
			t.Errorf("jobs %d and %d: %v", old, now, err)
		}
		other := add(t, d, q, task{N: 2}, once)
		put(t, d, other, "discarded")
		if n, err := q.By("vera").RetryAll(t.Context(), queue.Filter{}, queue.Mark{}); n.Jobs != 1 || n.More != nil || err != nil || look(t, q, other).State != queue.Waiting {
			t.Errorf("retried %+v: %v", n, err)
		}
	})
}

func TestRetryAll(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		var log lockedBuffer
		q := open(t, d, queue.Config{Log: slog.New(slog.NewTextHandler(&log, nil))}, nothing)
		for n := range 230 {
			put(t, d, add(t, d, q, task{N: n}), "discarded")
		}
		put(t, d, add(t, d, q, task{N: 7}), "cancelled")
		for f, want := range map[queue.Filter]int{{Search: "n=7"}: 1, {Kind: "other"}: 0, {Queue: "elsewhere"}: 0, {}: 229} {
			if f == (queue.Filter{}) {
				continue
			}
			if n, err := q.By("vera").RetryAll(t.Context(), f, queue.Mark{}); n.Jobs != want || n.More != nil || err != nil {
				t.Errorf("%+v: %+v, %v", f, n, err)
			}
		}
		if n, err := q.By("vera").RetryAll(t.Context(), queue.Filter{}, queue.Mark{}); n.Jobs != 229 || n.More != nil || err != nil {
			t.Errorf("the rest: %+v, %v", n, err)
		}
		if text := log.String(); !strings.Contains(text, "failed jobs retried") || !strings.Contains(text, "jobs=229") || !strings.Contains(text, "by=vera") {
			t.Errorf("the log: %s", text)
		}
		waiting := slices.IndexFunc(jobs(t, d), func(r jobRow) bool { return r.State != "available" && r.State != "cancelled" })
		if waiting >= 0 {
			t.Errorf("%+v", jobs(t, d)[waiting])
		}
	})
}

// Looking for failed jobs ends after so many that were looked at, or put back, and
// goes on from there.
func TestRetryAllIsBounded(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		q := open(t, d, queue.Config{}, nothing)
		for _, c := range []struct {
			search     string
			look, most int
			turns      []int // how many each turn puts back
		}{
			{"n=10", 60, 1000, []int{0, 0, 0, 0, 1}}, // the oldest of 250
			{"number", 100, 1000, []int{100, 100, 50}},
			{"number", 2000, 120, []int{120, 120, 10}},
			{"job number 1", 2000, 30, []int{30, 30, 30, 21}}, // 10, 100 to 190, 1000 to 1990
			{"n=2500", 2000, 1000, []int{1}},
			{"", 60, 1000, []int{60, 60, 60, 60, 10}},
			{"nowhere", 2000, 1000, []int{0}},
		} {
			must(t, d.Write.Exec("DELETE FROM river_job").Error)
			fill(t, d, 2500)
			after, turns := queue.Mark{}, []int(nil)
			for {
				r, err := queue.RetryUpTo(t.Context(), q.By("vera"), queue.Filter{Search: c.search}, after, c.look, c.most)
				must(t, err)
				turns = append(turns, r.Jobs)
				if r.More == nil || len(turns) > 9 {
					break
				}
				after = *r.More
			}
			if !slices.Equal(turns, c.turns) {
				t.Errorf("%q by %d: put back %v, want %v", c.search, c.look, turns, c.turns)
			}
		}
	})
}
