package db_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
)

var errWanted = errors.New("wanted")

func TestTx(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		withNotes(t, d)
		add := func(tx *gorm.DB, name string) error { return tx.Create(&note{Name: name}).Error }
		err := d.Tx(t.Context(), func(tx *gorm.DB) error { return errors.Join(add(tx, "lost"), errWanted) })
		if !errors.Is(err, errWanted) {
			t.Errorf("error %v", err)
		}
		must(t, d.Tx(t.Context(), func(tx *gorm.DB) error {
			inner := tx.Transaction(func(sp *gorm.DB) error { return errors.Join(add(sp, "undone"), errWanted) })
			if !errors.Is(inner, errWanted) {
				t.Errorf("savepoint: %v", inner)
			}
			return add(tx, "kept")
		}))
		if n := countNotes(t, d.Read); n != 1 {
			t.Errorf("%d rows, want 1", n)
		}
	})
}

func TestTxPanicRollsBack(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		withNotes(t, d)
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic is gone")
				}
			}()
			_ = d.Tx(t.Context(), func(tx *gorm.DB) error {
				must(t, tx.Create(&note{Name: "lost"}).Error)
				panic("boom")
			})
		}()
		if n := countNotes(t, d.Write); n != 0 {
			t.Errorf("%d rows, want 0", n)
		}
	})
}

func TestAfterCommit(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		withNotes(t, d)
		ran := 0
		hook := func(tx *gorm.DB) bool { return db.AfterCommit(tx, func() { ran++ }) }
		_ = d.Tx(t.Context(), func(tx *gorm.DB) error { hook(tx); return errWanted })
		if ran != 0 {
			t.Error("ran after a rollback")
		}
		must(t, d.Tx(t.Context(), func(tx *gorm.DB) error {
			if !hook(tx) || ran != 0 {
				t.Error("not kept, or run before the commit")
			}
			return nil
		}))
		if ran != 1 || hook(d.Write) {
			t.Errorf("ran %d times", ran)
		}
	})
}

// The mistake that a single writing connection invites must end in an error
// that names the deadline, and must leave the database usable.
func TestOuterHandleInsideTx(t *testing.T) {
	t.Parallel()
	d := open(t, filepath.Join(t.TempDir(), "x.db"))
	withNotes(t, d)
	for name, outer := range map[string]*gorm.DB{"without context": d.Write, "with the outer context": d.Write.WithContext(t.Context())} {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		err := d.Tx(ctx, func(tx *gorm.DB) error {
			return errors.Join(tx.Create(&note{Name: "inner " + name}).Error, outer.Create(&note{Name: "outer " + name}).Error)
		})
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v, want the deadline", name, err)
		}
	}
	must(t, d.Tx(t.Context(), func(tx *gorm.DB) error { return tx.Create(&note{Name: "after"}).Error }))
}

func TestTxDeadlineInSlowStatement(t *testing.T) {
	t.Parallel()
	d := open(t, filepath.Join(t.TempDir(), "x.db"))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := d.Tx(ctx, func(tx *gorm.DB) error {
		var n int
		return tx.Raw("WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) FROM c").Scan(&n).Error
	})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v, want the deadline", err)
	}
}

// Writers that hold their transactions for a while, single statements beside
// them and readers everywhere: nobody may be told that the database is busy.
func TestNobodyIsBusy(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		withNotes(t, d)
		var wg sync.WaitGroup
		var next, reads atomic.Int64
		writing := make(chan struct{})
		for range 6 {
			wg.Go(func() {
				for range 15 {
					if err := d.Tx(t.Context(), func(tx *gorm.DB) error { return addSlowly(tx, next.Add(1)) }); err != nil {
						t.Error(err)
					}
					if err := d.Write.Create(&note{Name: time.Unix(next.Add(1), 0).String(), At: db.Now()}).Error; err != nil {
						t.Error(err)
					}
				}
			})
		}
		var readers sync.WaitGroup
		for range 4 {
			readers.Go(func() { readUntil(t, d, writing, &reads) })
		}
		wg.Wait()
		close(writing)
		readers.Wait()
		if n := countNotes(t, d.Read); n != 180 || reads.Load() == 0 {
			t.Errorf("%d rows after %d reads, want 180", n, reads.Load())
		}
	})
}

// addSlowly reads before it writes, which is what makes deferred transactions fail.
func addSlowly(tx *gorm.DB, i int64) error {
	var n int64
	if err := tx.Model(&note{}).Count(&n).Error; err != nil {
		return err
	}
	hold := time.NewTimer(2 * time.Millisecond)
	<-hold.C
	return tx.Create(&note{Name: time.Unix(i, 0).String(), At: db.Now()}).Error
}

func readUntil(t *testing.T, d *db.DB, done <-chan struct{}, reads *atomic.Int64) {
	for {
		select {
		case <-done:
			return
		default:
			var rows []note
			if err := d.Read.WithContext(t.Context()).Order("id DESC").Limit(5).Find(&rows).Error; err != nil {
				t.Error(err)
			}
			reads.Add(1)
		}
	}
}

// A statement that both a transaction and a writer outside of it run for the
// first time must not make them wait for each other.
func TestSameStatementInsideAndOutside(t *testing.T) {
	t.Parallel()
	for range 5 {
		d := open(t, filepath.Join(t.TempDir(), "x.db"))
		withNotes(t, d)
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		outside := make(chan error, 1)
		err := d.Tx(ctx, func(tx *gorm.DB) error {
			go func() { outside <- d.Write.WithContext(ctx).Create(&note{Name: "outside"}).Error }()
			for d.SQL().Stats().WaitCount == 0 && ctx.Err() == nil {
				time.Sleep(time.Millisecond) // until the other waits for the connection
			}
			return tx.Create(&note{Name: "inside"}).Error
		})
		if err := errors.Join(err, <-outside); err != nil {
			t.Fatal(err)
		}
		cancel()
	}
}
