package queue

import (
	"context"
	"encoding/json"
	"fmt"

	"superbook/kit/db"
)

// Unfinished returns the arguments, as JSON, of every job of a kind that may
// still do something: it waits, runs, or is due later, in whichever process.
// Its error is that of the database.
func (q *Queue) Unfinished(ctx context.Context, kind string) ([]json.RawMessage, error) {
	column := "json(args)" // River keeps SQLite's own binary JSON
	if q.db.Dialect == db.Postgres {
		column = "args::text"
	}
	var texts []string
	err := q.db.Read.WithContext(ctx).Raw("SELECT "+column+" FROM river_job "+
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
