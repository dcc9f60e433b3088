package queue

import (
	"context"
	"fmt"

	"github.com/riverqueue/river/rivertype"
	"gorm.io/gorm"
)

// Job gives all that is known of one job, or rivertype.ErrNotFound.
func (q *Queue) Job(ctx context.Context, id int64) (Detail, error) {
	var rows []jobRow
	if err := q.ask(ctx, "SELECT "+q.words().all()+" FROM river_job WHERE id = ?", []any{id}, &rows); err != nil {
		return Detail{}, fmt.Errorf("look at job %d: %w", id, err)
	}
	if len(rows) == 0 {
		return Detail{}, fmt.Errorf("look at job %d: %w", id, rivertype.ErrNotFound)
	}
	d, err := rows[0].detail()
	if err != nil {
		return d, fmt.Errorf("read job %d: %w", id, err)
	}
	d.Title, d.Policy = q.title(d.Kind), q.kind(d.Kind)
	return d, nil
}

func (q *Queue) title(kind string) string {
	if k := q.kind(kind); k != nil {
		return k.Title
	}
	return kind
}

// kind is what the program knows of a kind of task, or nil.
func (q *Queue) kind(name string) *Kind {
	for _, k := range q.cfg.Workers.kinds {
		if k.Name == name {
			return &k
		}
	}
	return nil
}

// RunningNow lists up to n jobs that are being worked, the longest first.
func (q *Queue) RunningNow(ctx context.Context, n int) ([]JobCard, error) {
	jobs, err := q.list(ctx, "SELECT "+q.words().columns()+" FROM river_job WHERE state = 'running' ORDER BY attempted_at, id LIMIT ?", n)
	if err != nil {
		return nil, fmt.Errorf("list running jobs: %w", err)
	}
	return jobs, nil
}

func (q *Queue) list(ctx context.Context, sql string, args ...any) ([]JobCard, error) {
	var rows []jobRow
	if err := q.ask(ctx, sql, args, &rows); err != nil {
		return nil, err
	}
	jobs := make([]JobCard, len(rows))
	for i, r := range rows {
		jobs[i] = r.job()
		jobs[i].Title = q.title(r.Kind)
	}
	return jobs, nil
}

func (q *Queue) ask(ctx context.Context, sql string, args []any, into any) error {
	return scan(q.db.Read.WithContext(ctx), sql, args, into)
}

func scan(conn *gorm.DB, sql string, args []any, into any) error {
	return conn.Raw(sql, args...).Scan(into).Error
}
