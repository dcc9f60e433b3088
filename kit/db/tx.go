package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// defaultTxTimeout is how long a transaction may take when its context does
// not say less.
const defaultTxTimeout = 10 * time.Second

// Tx runs fn in a writing transaction: committed when fn returns nil, rolled
// back when it returns an error or panics. It ends after 10 s, or earlier if
// ctx does, with context.DeadlineExceeded. Inside fn use tx, never d.Write:
// on SQLite the second would wait for the connection that tx holds.
func (d *DB) Tx(ctx context.Context, fn func(tx *gorm.DB) error) error {
	ctx, cancel := context.WithTimeout(ctx, d.txTimeout)
	defer cancel()
	hooks := new(afterCommit)
	ctx = context.WithValue(ctx, afterCommitKey{}, hooks)
	if err := d.Write.WithContext(ctx).Transaction(fn); err != nil {
		return txError(ctx, err)
	}
	hooks.run()
	return nil
}

// txError names the deadline where database/sql only says that the
// transaction is already over.
func txError(ctx context.Context, err error) error {
	if cause := ctx.Err(); cause != nil && !errors.Is(err, cause) && ended(err) {
		return fmt.Errorf("transaction: %w: %w", cause, err)
	}
	return err
}

// ended tells the errors by which drivers say that the context ran out.
func ended(err error) bool {
	return errors.Is(err, sql.ErrTxDone) || errors.Is(err, context.Canceled) || isInterrupted(err)
}

type afterCommitKey struct{}

// afterCommit collects what waits for a commit. A transaction belongs to one
// goroutine, so it needs no lock.
type afterCommit struct{ fns []func() }

func (a *afterCommit) run() {
	for _, fn := range a.fns {
		fn()
	}
}

// AfterCommit has fn called once the transaction that d.Tx opened has been
// committed, and never if it is rolled back. It returns false, without
// keeping fn, when tx does not come from d.Tx. A savepoint that is rolled
// back does not take its fn along: fn is for hints, not for facts.
func AfterCommit(tx *gorm.DB, fn func()) bool {
	hooks, ok := tx.Statement.Context.Value(afterCommitKey{}).(*afterCommit)
	if ok {
		hooks.fns = append(hooks.fns, fn)
	}
	return ok
}

// SQLTx returns the database/sql transaction that tx runs in, or an error when
// tx runs in none.
func SQLTx(tx *gorm.DB) (*sql.Tx, error) {
	pool := tx.Statement.ConnPool
	if p, ok := pool.(*gorm.PreparedStmtTX); ok {
		pool = p.Tx
	}
	sqlTx, ok := pool.(*sql.Tx)
	if !ok || sqlTx == nil {
		return nil, fmt.Errorf("no transaction: %T; call this inside Tx with its tx", tx.Statement.ConnPool)
	}
	return sqlTx, nil
}
