package queue

import (
	"encoding/json"

	"github.com/riverqueue/river/rivertype"

	"superbook/kit/db"
)

// jobRow is a job as the table has it.
type jobRow struct {
	JobCard
	RowState   string
	MayLastErr *string
	ErrorsText string
	MetaText   string
	Asked      *string // when somebody has cancelled it
}

func (r jobRow) job() JobCard {
	j := r.JobCard
	j.State = stateOf(rivertype.JobState(r.RowState))
	if r.MayLastErr != nil {
		j.LastError = *r.MayLastErr
	}
	j.CancelAsked = r.Asked != nil
	return j
}

// riverRow is what hooks are told of a job.
func (r jobRow) riverRow() *rivertype.JobRow {
	return &rivertype.JobRow{ID: r.ID, Kind: r.Kind, Queue: r.Queue, State: rivertype.JobState(r.RowState),
		Attempt: r.Attempt, MaxAttempts: r.MaxAttempts, EncodedArgs: []byte(r.Args), Metadata: []byte(r.MetaText)}
}

// words are what the two databases say differently about River's table.
type words struct {
	args, errors, metadata, lastError, cancel string
}

// SQLite keeps JSON in its own binary form, errors as one array of them.
var sqliteWords = words{
	args: "json(river_job.args)", errors: "coalesce(json(river_job.errors), '[]')", metadata: "json(river_job.metadata)",
	lastError: "json_extract(river_job.errors, '$[#-1].error')",
	cancel:    "json_extract(river_job.metadata, '$.cancel_attempted_at')",
}

var postgresWords = words{
	args: "river_job.args::text", errors: "coalesce(array_to_json(river_job.errors)::text, '[]')", metadata: "river_job.metadata::text",
	lastError: "river_job.errors[array_upper(river_job.errors, 1)]->>'error'",
	cancel:    "river_job.metadata->>'cancel_attempted_at'",
}

func (q *Queue) words() words {
	if q.db.Dialect == db.Postgres {
		return postgresWords
	}
	return sqliteWords
}

// columns are those of a jobRow in lists.
func (w words) columns() string {
	return "river_job.id, river_job.kind, river_job.queue, river_job.state AS row_state, river_job.attempt, river_job.max_attempts, " +
		"river_job.created_at, river_job.scheduled_at, river_job.attempted_at, river_job.finalized_at, " +
		w.args + " AS args, " + w.lastError + " AS may_last_err, " + w.cancel + " AS asked"
}

func (w words) all() string {
	return w.columns() + ", " + w.errors + " AS errors_text, " + w.metadata + " AS meta_text"
}

// metadata is what we read of River's notes about a job.
type metadata struct {
	Control []Entry `json:"control"`
	Snoozes int     `json:"snoozes"`
}

func (r jobRow) detail() (Detail, error) {
	d := Detail{JobCard: r.job()}
	var m metadata
	if err := json.Unmarshal([]byte(r.MetaText), &m); err != nil {
		return d, err
	}
	d.Entries, d.Snoozes = m.Control, m.Snoozes
	return d, json.Unmarshal([]byte(r.ErrorsText), &d.Attempts)
}
