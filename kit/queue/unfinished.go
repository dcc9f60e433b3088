package queue

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/riverqueue/river/rivertype"

	"superbook/kit/db"
)

// Job is what the queue still knows of a job.
type Job struct {
	ID    int64
	Kind  string
	State rivertype.JobState
	Args  json.RawMessage
}

// Jobs gives those of these jobs that the queue has not forgotten yet. Its error
// is that of the database.
func (q *Queue) Jobs(ctx context.Context, ids []int64) (map[int64]Job, error) {
	var rows []struct {
		ID                int64
		Kind, State, Args string
	}
	err := q.db.Read.WithContext(ctx).Raw("SELECT id, kind, state, "+q.argsColumn()+" AS args FROM river_job WHERE id IN ?", ids).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("look up jobs: %w", err)
	}
	jobs := make(map[int64]Job, len(rows))
	for _, r := range rows {
		jobs[r.ID] = Job{r.ID, r.Kind, rivertype.JobState(r.State), json.RawMessage(r.Args)}
	}
	return jobs, nil
}

// argsColumn is the arguments as text: River keeps SQLite's own binary JSON.
func (q *Queue) argsColumn() string {
	if q.db.Dialect == db.Postgres {
		return "args::text"
	}
	return "json(args)"
}

// Unfinished returns the arguments, as JSON, of every job of a kind that may
// still do something: it waits, runs, or is due later, in whichever process.
// Its error is that of the database.
func (q *Queue) Unfinished(ctx context.Context, kind string) ([]json.RawMessage, error) {
	var texts []string
	err := q.db.Read.WithContext(ctx).Raw("SELECT "+q.argsColumn()+" FROM river_job "+
		"WHERE kind = ? AND state NOT IN ('cancelled', 'completed', 'discarded') ORDER BY id", kind).Scan(&texts).Error
	if err != nil {
		return nil, fmt.Errorf("list unfinished jobs %s: %w", kind, err)
	}
	args := make([]json.RawMessage, len(texts))
	for i, text := range texts {
		args[i] = json.RawMessage(text)
	}
	return args, nil
}
