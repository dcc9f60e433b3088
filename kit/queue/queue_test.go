package queue_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/riverqueue/river"
	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/kit/queue"
)

func TestMigrate(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		q := open(t, d, queue.Config{}, nothing)
		must(t, q.Ready(t.Context()))
		must(t, queue.Migrate(t.Context(), d))
		applied, newest, err := queue.MigrationStatus(t.Context(), d)
		must(t, err)
		if len(applied) == 0 || applied[len(applied)-1] != newest {
			t.Errorf("applied %v, newest %d", applied, newest)
		}
		must(t, d.Write.Exec("ALTER TABLE river_job RENAME TO elsewhere").Error)
		if q.Ready(t.Context()) == nil {
			t.Error("ready without its tables")
		}
	})
}

func TestMigrateAtOnce(t *testing.T) {
	t.Parallel()
	address := postgresURL(t)
	var wg sync.WaitGroup
	for range 4 {
		d, err := db.Open(t.Context(), address, nil)
		must(t, err)
		defer d.Close()
		wg.Go(func() {
			if err := queue.Migrate(t.Context(), d); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestAddIsPartOfTheTransaction(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		q := open(t, d, queue.Config{}, nothing)
		ctx := t.Context()
		err := d.Tx(ctx, func(tx *gorm.DB) error { return errors.Join(q.Add(ctx, tx, task{N: 1}), errWanted) })
		if !errors.Is(err, errWanted) || len(jobs(t, d)) != 0 {
			t.Errorf("after a rollback: %v, %v", err, jobs(t, d))
		}
		must(t, d.Tx(ctx, func(tx *gorm.DB) error {
			inner := tx.Transaction(func(sp *gorm.DB) error { return errors.Join(q.Add(ctx, sp, task{N: 2}), errWanted) })
			if !errors.Is(inner, errWanted) {
				t.Errorf("savepoint: %v", inner)
			}
			return errors.Join(q.Add(ctx, tx, task{N: 3}), tx.Exec("INSERT INTO effects VALUES (1)").Error)
		}))
		if len(jobs(t, d)) != 1 || effects(t, d) != 1 {
			t.Errorf("after a commit: %v", jobs(t, d))
		}
	})
}

func TestAddWithPreparedStatements(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		q := open(t, d, queue.Config{}, nothing)
		prepared := d.Write.Session(&gorm.Session{PrepareStmt: true, Context: t.Context()})
		must(t, prepared.Transaction(func(tx *gorm.DB) error {
			if _, ok := tx.Statement.ConnPool.(*gorm.PreparedStmtTX); !ok {
				t.Errorf("the transaction is a %T", tx.Statement.ConnPool)
			}
			return q.Add(t.Context(), tx, task{})
		}))
		if len(jobs(t, d)) != 1 {
			t.Errorf("jobs %v", jobs(t, d))
		}
	})
}

func TestAddRefuses(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		q := open(t, d, queue.Config{}, nothing)
		for _, g := range []*gorm.DB{d.Write, d.Write.Session(&gorm.Session{PrepareStmt: true})} {
			if err := q.Add(t.Context(), g, task{}); err == nil || !strings.Contains(err.Error(), "no transaction") {
				t.Errorf("outside a transaction: %v", err)
			}
		}
		err := d.Tx(t.Context(), func(tx *gorm.DB) error { return q.Add(t.Context(), tx, stranger{}) })
		if err == nil || len(jobs(t, d)) != 0 {
			t.Errorf("a kind without a worker: %v", err)
		}
	})
}

type stranger struct{}

func (stranger) Kind() string { return "stranger" }

func (stranger) Policy() queue.Policy { return policy() }

func TestUniqueJob(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		q := open(t, d, queue.Config{}, nothing)
		once := &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true}}
		if first, second := add(t, d, q, task{N: 1}, once), add(t, d, q, task{N: 1}, once); first != second {
			t.Errorf("jobs %d and %d", first, second)
		}
	})
}
