package queue

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/riverqueue/river/rivertype"

	"superbook/kit/db"
)

const (
	// CountedUpTo bounds every count of unfinished jobs: a flood is a flood.
	CountedUpTo = 10_000
	// rateWindow is how far back rates look.
	rateWindow = 5 * time.Minute
)

// Status is how one queue is doing.
type Status struct {
	Name      string
	Workers   int // jobs worked side by side in each process
	Waiting   int // each count stops at CountedUpTo
	Running   int
	Retrying  int
	Scheduled int
	Oldest    *time.Time // since when the job waits that has waited longest
	PausedAt  *time.Time
	PausedBy  string
	// Done and Failed are jobs that ended so per minute, over the last minutes.
	Done, Failed float64
}

// Statuses tells how each queue is doing, by name: those with workers here, and
// those that another process works. What it costs does not depend on how many
// jobs have ended. Its error is that of the database.
func (q *Queue) Statuses(ctx context.Context) ([]Status, error) {
	all := map[string]*Status{}
	for name, workers := range q.cfg.Queues {
		all[name] = &Status{Name: name, Workers: workers}
	}
	for _, read := range []func(context.Context, map[string]*Status) error{q.readPaused, q.readCounts, q.readRates} {
		if err := read(ctx, all); err != nil {
			return nil, fmt.Errorf("inspect the queues: %w", err)
		}
	}
	list := make([]Status, 0, len(all))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		list = append(list, *all[name])
	}
	return list, nil
}

func (q *Queue) readPaused(ctx context.Context, all map[string]*Status) error {
	paused := "CASE WHEN paused_at IS NOT NULL THEN coalesce(json_extract(metadata, '$.paused_by'), '') ELSE '' END"
	if q.db.Dialect == db.Postgres {
		paused = "CASE WHEN paused_at IS NOT NULL THEN coalesce(metadata->>'paused_by', '') ELSE '' END"
	}
	var rows []Status
	if err := q.ask(ctx, "SELECT name, paused_at, "+paused+" AS paused_by FROM river_queue", nil, &rows); err != nil {
		return err
	}
	for _, r := range rows {
		s := of(all, r.Name)
		s.PausedAt, s.PausedBy = r.PausedAt, r.PausedBy
	}
	return nil
}

func of(all map[string]*Status, name string) *Status {
	if all[name] == nil {
		all[name] = &Status{Name: name}
	}
	return all[name]
}

// readCounts counts along River's index of what it will fetch, queue by queue and
// state by state, so that what has ended is never met.
func (q *Queue) readCounts(ctx context.Context, all map[string]*Status) error {
	var parts []string
	var args []any
	for name := range all {
		for _, s := range []State{Waiting, Running, Retrying, Scheduled} {
			parts = append(parts, fmt.Sprintf("SELECT ? AS queue, '%[1]s' AS state, (SELECT count(*) FROM (SELECT 1 FROM river_job "+
				"WHERE state = '%[1]s' AND queue = ? LIMIT %[2]d) AS enough) AS n, %[3]s AS oldest", s.row(), CountedUpTo, oldest(s)))
			args = append(args, name, name)
			if s == Waiting {
				args = append(args, name)
			}
		}
	}
	if len(parts) == 0 {
		return nil
	}
	var rows []struct {
		Queue, State string
		N            int
		Oldest       moment
	}
	if err := q.ask(ctx, strings.Join(parts, " UNION ALL "), args, &rows); err != nil {
		return err
	}
	for _, r := range rows {
		s := all[r.Queue]
		*map[State]*int{Waiting: &s.Waiting, Running: &s.Running, Retrying: &s.Retrying, Scheduled: &s.Scheduled}[stateOf(rivertype.JobState(r.State))] = r.N
		if r.Oldest.Valid {
			s.Oldest = &r.Oldest.Time
		}
	}
	return nil
}

// oldest is the time of the job that River fetches next: the first of its index,
// among those of the usual priority.
func oldest(s State) string {
	if s != Waiting {
		return "NULL"
	}
	return "(SELECT scheduled_at FROM river_job WHERE state = 'available' AND queue = ? AND priority = 1 ORDER BY scheduled_at LIMIT 1)"
}

// readRates says how many jobs ended lately.
func (q *Queue) readRates(ctx context.Context, all map[string]*Status) error {
	now := time.Now()
	ended, err := q.ended(ctx, now.Add(-rateWindow), now)
	for _, e := range ended {
		if s := of(all, e.Queue); e.State == Done {
			s.Done = e.Jobs / rateWindow.Minutes()
		} else {
			s.Failed = e.Jobs / rateWindow.Minutes()
		}
	}
	return err
}

// Names lists the queues that are worked here, by name.
func (q *Queue) Names() []string { return slices.Sorted(maps.Keys(q.cfg.Queues)) }
