package db_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"superbook/kit/db"
)

func TestCopyTo(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		withNotes(t, d)
		must(t, d.Write.Exec("INSERT INTO notes (name, at) VALUES ('a', ?), ('b', ?)", time.Now().UTC(), time.Now().UTC()).Error)
		path := filepath.Join(t.TempDir(), "it's a copy.db")
		size, err := d.CopyTo(t.Context(), path)
		if d.Dialect != db.SQLite {
			if !errors.Is(err, errors.ErrUnsupported) {
				t.Errorf("a copy of PostgreSQL: %v", err)
			}
			return
		}
		must(t, err)
		must(t, os.WriteFile(path+".tmp", []byte("broken off"), 0o600))
		again, err := d.CopyTo(t.Context(), path) // in place of the one that is there
		if must(t, err); size == 0 || again != size {
			t.Errorf("copies of %d and %d bytes", size, again)
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := d.CopyTo(gone, path); err == nil {
			t.Error("a copy that nobody waits for is made")
		}
		if left, err := filepath.Glob(filepath.Dir(path) + "/*.tmp"); err != nil || len(left) != 0 {
			t.Errorf("beside the copy are %v, %v", left, err)
		}
		if n := countNotes(t, open(t, "sqlite:"+path).Read); n != 2 {
			t.Errorf("the copy has %d rows", n)
		}
	})
}
