package queue

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"
)

// LISTEN wakes the workers on PostgreSQL; polling is the net below.
const (
	postgresCooldown = 5 * time.Millisecond
	postgresPoll     = time.Second
)

// postgresDriver is River's pgx driver, which works jobs over the pool, for
// callers whose transactions are database/sql's, as gorm's are.
type postgresDriver struct{ *riverpgxv5.Driver }

func newPostgresDriver(pool *pgxpool.Pool) *postgresDriver {
	return &postgresDriver{riverpgxv5.New(pool)}
}

// UnwrapExecutor runs River's statements inside the caller's transaction.
func (d *postgresDriver) UnwrapExecutor(tx *sql.Tx) riverdriver.ExecutorTx {
	return &sqlExecutor{d.Driver.UnwrapExecutor(connTx{}), d.Driver, tx}
}

// UnwrapTx returns the transaction that UnwrapExecutor was given.
func (d *postgresDriver) UnwrapTx(tx riverdriver.ExecutorTx) *sql.Tx {
	if e, ok := tx.(*sqlExecutor); ok {
		return e.tx
	}
	return nil
}

// sqlExecutor has the statements that adding, completing, cancelling and rescuing
// jobs need; any other answers errBorrowed.
type sqlExecutor struct {
	riverdriver.ExecutorTx
	driver *riverpgxv5.Driver
	tx     *sql.Tx
}

// JobInsertFastMany also says that there are new jobs, each time: River's
// client says so once per cooldown, and the second of two quick commits would
// wait for a poll.
func (e *sqlExecutor) JobInsertFastMany(ctx context.Context, p *riverdriver.JobInsertFastManyParams) (out []*riverdriver.JobInsertFastResult, err error) {
	err = e.on(ctx, func(ctx context.Context, x riverdriver.Executor) error {
		if out, err = x.JobInsertFastMany(ctx, p); err != nil {
			return err
		}
		return announce(ctx, x, p)
	})
	return out, err
}

func announce(ctx context.Context, x riverdriver.Executor, p *riverdriver.JobInsertFastManyParams) error {
	n := &riverdriver.NotifyManyParams{Topic: topicInsert, Schema: p.Schema}
	for _, job := range p.Jobs {
		if job.State == rivertype.JobStateAvailable {
			n.Payload = append(n.Payload, message{Queue: job.Queue}.on(topicInsert).Payload)
		}
	}
	if len(n.Payload) == 0 {
		return nil
	}
	return x.NotifyMany(ctx, n)
}

func (e *sqlExecutor) NotifyMany(ctx context.Context, p *riverdriver.NotifyManyParams) error {
	if p.Topic == topicInsert {
		return nil // said with the insert
	}
	return e.on(ctx, func(ctx context.Context, x riverdriver.Executor) error { return x.NotifyMany(ctx, p) })
}

func (e *sqlExecutor) JobSetStateIfRunningMany(ctx context.Context, p *riverdriver.JobSetStateIfRunningManyParams) (out []*rivertype.JobRow, err error) {
	err = e.on(ctx, func(ctx context.Context, x riverdriver.Executor) error {
		out, err = x.JobSetStateIfRunningMany(ctx, p)
		return err
	})
	return out, err
}

func (e *sqlExecutor) JobGetByIDMany(ctx context.Context, p *riverdriver.JobGetByIDManyParams) (out []*rivertype.JobRow, err error) {
	err = e.on(ctx, func(ctx context.Context, x riverdriver.Executor) error {
		out, err = x.JobGetByIDMany(ctx, p)
		return err
	})
	return out, err
}

func (e *sqlExecutor) JobRescueMany(ctx context.Context, p *riverdriver.JobRescueManyParams) (out *struct{}, err error) {
	err = e.on(ctx, func(ctx context.Context, x riverdriver.Executor) error {
		out, err = x.JobRescueMany(ctx, p)
		return err
	})
	return out, err
}

func (e *sqlExecutor) JobCancel(ctx context.Context, p *riverdriver.JobCancelParams) (out *rivertype.JobRow, err error) {
	err = e.on(ctx, func(ctx context.Context, x riverdriver.Executor) error {
		out, err = x.JobCancel(ctx, p)
		return err
	})
	return out, err
}

// on runs fn on the connection of the transaction. database/sql lends it
// safely only while a statement runs, so one is run whose arguments pgx asks
// to rewrite it, with the connection in hand.
func (e *sqlExecutor) on(ctx context.Context, fn func(context.Context, riverdriver.Executor) error) error {
	b := &borrower{driver: e.driver, fn: fn}
	_, err := e.tx.ExecContext(ctx, "", b)
	if errors.Is(err, errDone) {
		return nil
	}
	if b.err != nil {
		return b.err
	}
	return err
}

// errDone ends the statement before it is sent: the work is already done.
var errDone = errors.New("done")

// borrower is a pgx.QueryRewriter that does its work instead of rewriting.
type borrower struct {
	driver *riverpgxv5.Driver
	fn     func(context.Context, riverdriver.Executor) error
	err    error
}

// RewriteQuery is called by pgx with the connection.
func (b *borrower) RewriteQuery(ctx context.Context, conn *pgx.Conn, _ string, _ []any) (string, []any, error) {
	if b.err = b.fn(ctx, b.driver.UnwrapExecutor(connTx{conn})); b.err != nil {
		return "", nil, b.err
	}
	return "", nil, errDone
}
