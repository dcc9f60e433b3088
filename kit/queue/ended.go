package queue

import (
	"context"
	"fmt"
	"time"
)

// endedSample is how many jobs at most one count of ended ones looks at.
const endedSample = 5_000

// Ended is how many jobs of a queue came to an end.
type Ended struct {
	Queue string
	State State   // Done or Failed
	Jobs  float64 // an estimate where there were too many to count
}

// Ended counts the jobs of all processes that were done, or failed for good, after
// one time and up to another. Of a flood it looks at the newest only. Its error is
// that of the database.
func (q *Queue) Ended(ctx context.Context, after, until time.Time) ([]Ended, error) {
	list, err := q.ended(ctx, after, until)
	if err != nil {
		return nil, fmt.Errorf("count the jobs that ended: %w", err)
	}
	return list, nil
}

// ended goes along River's index of ends.
func (q *Queue) ended(ctx context.Context, after, until time.Time) (list []Ended, err error) {
	for _, s := range []State{Done, Failed} {
		var rows []struct {
			Queue string
			N     int
			First moment
		}
		sql := fmt.Sprintf("SELECT queue, count(*) AS n, min(finalized_at) AS first FROM (SELECT queue, finalized_at FROM river_job "+
			"WHERE state = '%s' AND finalized_at IS NOT NULL AND finalized_at > ? AND finalized_at <= ? ORDER BY finalized_at DESC LIMIT %d) AS newest GROUP BY queue", s.row(), endedSample)
		if err := q.ask(ctx, sql, []any{q.time(after), q.time(until)}, &rows); err != nil {
			return nil, err
		}
		seen, first := 0, until
		for _, r := range rows {
			seen += r.N
			if r.First.Valid && r.First.Before(first) {
				first = r.First.Time
			}
		}
		times := 1.0
		if seen == endedSample { // there are more: those we see ended since first
			times = max(1, until.Sub(after).Seconds()/max(until.Sub(first).Seconds(), 1))
		}
		for _, r := range rows {
			list = append(list, Ended{r.Queue, s, float64(r.N) * times})
		}
	}
	return list, nil
}
