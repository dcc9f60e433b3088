package queue

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"
	"gorm.io/gorm"

	"superbook/kit/db"
)

// Add puts a job in the queue as part of tx: it exists once tx commits. Inside
// db.Tx it starts at once, otherwise within a poll. What opts leave out, the
// policy of its kind says. It is an error when tx is
// no transaction, or when the job's kind has no worker.
func (q *Queue) Add(ctx context.Context, tx *gorm.DB, args Args, opts ...*river.InsertOpts) error {
	_, err := q.Insert(ctx, tx, args, opts...)
	return err
}

// Insert is Add for those who want the job's id, or to know whether a unique
// job was there already.
func (q *Queue) Insert(ctx context.Context, tx *gorm.DB, args Args, opts ...*river.InsertOpts) (*rivertype.JobInsertResult, error) {
	return q.insert(ctx, tx, args, args.Policy().insertOpts(opts...))
}

// InsertAnyway is Insert of a job that counts for itself, whatever its policy says
// of those that are the same.
func (q *Queue) InsertAnyway(ctx context.Context, tx *gorm.DB, args Args) (*rivertype.JobInsertResult, error) {
	opts := args.Policy().insertOpts()
	opts.UniqueOpts = river.UniqueOpts{}
	return q.insert(ctx, tx, args, opts)
}

func (q *Queue) insert(ctx context.Context, tx *gorm.DB, args Args, opts *river.InsertOpts) (*rivertype.JobInsertResult, error) {
	sqlTx, err := db.SQLTx(tx)
	if err != nil {
		return nil, fmt.Errorf("add job %s: %w", args.Kind(), err)
	}
	res, err := q.client.InsertTx(ctx, sqlTx, args, opts)
	if err != nil {
		return nil, fmt.Errorf("add job %s: %w", args.Kind(), err)
	}
	if res.Job.State == rivertype.JobStateAvailable {
		db.AfterCommit(tx, func() { q.alarm.inserted(res.Job.Queue) })
	}
	return res, nil
}

// CompleteTx marks the running job as done in tx, so that its effect and its
// end are one: a job ended so never runs again. Call it from the job's worker as
// the first of tx, then return nil: who changes a job by hand, or rescues it, also
// locks its row before the rows that it is about, and in another order PostgreSQL
// would have to end one of the two.
func CompleteTx[A river.JobArgs](ctx context.Context, tx *gorm.DB, job *river.Job[A]) error {
	sqlTx, err := db.SQLTx(tx)
	if err != nil {
		return fmt.Errorf("complete job %d: %w", job.ID, err)
	}
	if _, err := river.JobCompleteTx[riverdriver.Driver[*sql.Tx]](ctx, sqlTx, job); err != nil {
		return fmt.Errorf("complete job %d: %w", job.ID, err)
	}
	return nil
}

// Cancel ends the job for good: at once when it waits, by cancelling its
// context when it runs, in whichever process. The error is rivertype.ErrNotFound
// when there is no such job.
func (q *Queue) Cancel(ctx context.Context, id int64) error {
	job, err := q.client.JobCancel(ctx, id)
	if err != nil {
		return fmt.Errorf("cancel job %d: %w", id, err)
	}
	if job.State == rivertype.JobStateRunning {
		return q.alarm.cancelled(ctx, job)
	}
	return nil
}

// CancelTx is Cancel as part of tx: that the job ends, and what else tx says of
// it, are one. It answers the job as it is then. The error is
// rivertype.ErrNotFound when there is no such job.
func (q *Queue) CancelTx(ctx context.Context, tx *gorm.DB, id int64) (*rivertype.JobRow, error) {
	sqlTx, err := db.SQLTx(tx)
	if err != nil {
		return nil, fmt.Errorf("cancel job %d: %w", id, err)
	}
	job, err := q.client.JobCancelTx(ctx, sqlTx, id)
	if err != nil {
		return nil, fmt.Errorf("cancel job %d: %w", id, err)
	}
	if job.State == rivertype.JobStateRunning {
		// A worker that does not hear it finds the end of the job in the database.
		db.AfterCommit(tx, func() { _ = q.alarm.cancelled(context.WithoutCancel(ctx), job) })
	}
	return job, nil
}
