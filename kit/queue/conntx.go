package queue

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// errBorrowed is the answer to what a borrowed transaction must not do.
var errBorrowed = errors.New("not possible in a transaction that belongs to the caller")

// connTx is a connection inside somebody else's transaction, in the shape that
// River's driver takes. Without a connection every call fails.
type connTx struct{ conn *pgx.Conn }

func (t connTx) Begin(context.Context) (pgx.Tx, error) { return nil, errBorrowed }
func (t connTx) Commit(context.Context) error          { return errBorrowed }
func (t connTx) Rollback(context.Context) error        { return errBorrowed }
func (t connTx) Conn() *pgx.Conn                       { return t.conn }
func (t connTx) LargeObjects() pgx.LargeObjects        { return pgx.LargeObjects{} }

func (t connTx) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error) {
	if t.conn == nil {
		return 0, errBorrowed
	}
	return t.conn.CopyFrom(ctx, table, columns, rows)
}

func (t connTx) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	if t.conn == nil {
		return failed{}
	}
	return t.conn.SendBatch(ctx, b)
}

func (t connTx) Prepare(ctx context.Context, name, sql string) (*pgconn.StatementDescription, error) {
	if t.conn == nil {
		return nil, errBorrowed
	}
	return t.conn.Prepare(ctx, name, sql)
}

func (t connTx) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	if t.conn == nil {
		return pgconn.CommandTag{}, errBorrowed
	}
	return t.conn.Exec(ctx, sql, args...)
}

func (t connTx) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if t.conn == nil {
		return nil, errBorrowed
	}
	return t.conn.Query(ctx, sql, args...)
}

func (t connTx) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	if t.conn == nil {
		return failed{}
	}
	return t.conn.QueryRow(ctx, sql, args...)
}

// failed is a row, or a batch, that was never asked for.
type failed struct{}

func (failed) Scan(...any) error                { return errBorrowed }
func (failed) Exec() (pgconn.CommandTag, error) { return pgconn.CommandTag{}, errBorrowed }
func (failed) Query() (pgx.Rows, error)         { return nil, errBorrowed }
func (failed) QueryRow() pgx.Row                { return failed{} }
func (failed) Close() error                     { return errBorrowed }
func (failed) Tx() pgx.Tx                       { return connTx{} }
