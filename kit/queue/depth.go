package queue

import (
	"context"
	"fmt"
)

// Depth is how many jobs of a queue are in a state.
type Depth struct {
	Queue, State string // as the rows of jobs say it: available, running, retryable, …
	Jobs         int64
}

// Waiting says whether these jobs would be worked now or soon if there were
// enough workers.
func (d Depth) Waiting() bool {
	return d.State == "available" || d.State == "retryable" || d.State == "pending"
}

// Depths counts the jobs of all processes, by queue and state, without those
// that have come to a good end or were cancelled. Its error is that of the
// database.
func (q *Queue) Depths(ctx context.Context) ([]Depth, error) {
	var rows []Depth
	err := q.db.Read.WithContext(ctx).Raw("SELECT queue, state, count(*) AS jobs FROM river_job " +
		"WHERE state IN ('available', 'discarded', 'pending', 'retryable', 'running', 'scheduled') GROUP BY state, queue ORDER BY queue, state").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("count the jobs: %w", err)
	}
	return rows, nil
}
