package queue

import (
	"context"
	"fmt"
	"time"
)

// waitPoll is how often Wait looks.
const waitPoll = 5 * time.Millisecond

// Wait returns once no job of the given kinds, or of any kind when none is
// given, is waiting, running or due for a retry. Jobs scheduled for later do
// not count. It is meant for tests; its error is that of ctx or of the database.
func (q *Queue) Wait(ctx context.Context, kinds ...string) error {
	tick := time.NewTicker(waitPoll)
	defer tick.Stop()
	for {
		n, err := q.unfinished(ctx, kinds)
		if err != nil {
			return fmt.Errorf("wait for jobs: %w", err)
		}
		if n == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for jobs: %d are not done: %w", n, ctx.Err())
		case <-tick.C:
		}
	}
}

func (q *Queue) unfinished(ctx context.Context, kinds []string) (n int64, err error) {
	rows := q.db.Read.WithContext(ctx).Table("river_job").
		Where("state IN ('available', 'pending', 'running', 'retryable')")
	if len(kinds) > 0 {
		rows = rows.Where("kind IN ?", kinds)
	}
	return n, rows.Count(&n).Error
}
