package db_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
)

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "no", "such", "folder", "x.db")
	for _, address := range []string{"", "sqlite:", "sqlite::memory:", "mysql://root@host/x", missing, "postgres://127.0.0.1:1/none", "postgres://%zz"} {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		if d, err := db.Open(ctx, address, slog.Default()); err == nil {
			t.Errorf("Open(%q) = %v, want an error", address, d.Dialect)
		}
		cancel()
	}
}

func TestOpenOddFileName(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a b?c#d%20é.db")
	d := open(t, path)
	withNotes(t, d)
	if found, err := filepath.Glob(filepath.Join(filepath.Dir(path), "a b[?]c#d%20é.db")); err != nil || len(found) != 1 {
		t.Fatalf("files %v, error %v", found, err)
	}
}

func TestPingAndClose(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		must(t, d.Ping(t.Context()))
		must(t, d.Close())
		if d.Ping(t.Context()) == nil {
			t.Fatal("a closed database answers")
		}
	})
}

func TestReadersCannotWrite(t *testing.T) {
	t.Parallel()
	d := open(t, filepath.Join(t.TempDir(), "x.db"))
	withNotes(t, d)
	if err := d.Read.Create(&note{Name: "x"}).Error; err == nil {
		t.Fatal("the reading pool wrote")
	}
}

func TestPragmas(t *testing.T) {
	t.Parallel()
	d := open(t, filepath.Join(t.TempDir(), "x.db"))
	want := map[string]string{"journal_mode": "wal", "foreign_keys": "1", "synchronous": "1", "busy_timeout": "5000", "temp_store": "2", "cache_size": "-16000"}
	for name, value := range want {
		for _, g := range []*gorm.DB{d.Read, d.Write} {
			var got string
			must(t, g.Raw("PRAGMA "+name).Scan(&got).Error)
			if got != value {
				t.Errorf("%s = %q, want %q", name, got, value)
			}
		}
	}
}

func TestTimesComeBackInUTC(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		withNotes(t, d)
		east := time.FixedZone("east", 5*3600+1800)
		now := db.Now()
		times := []time.Time{now, now.In(east), now.Truncate(time.Second), time.Date(1969, 7, 20, 20, 17, 40, 123456000, time.UTC)}
		for i, at := range times {
			must(t, d.Write.Create(&note{Name: string(rune('a' + i)), At: at}).Error)
		}
		var rows []note
		must(t, d.Read.Order("name").Find(&rows).Error)
		for i, row := range rows {
			if !row.At.Equal(times[i]) || row.At.Location() != time.UTC {
				t.Errorf("wrote %v, read %v", times[i], row.At)
			}
		}
	})
}

func TestTimesSortAsText(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		withNotes(t, d)
		base := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		for _, us := range []int{500000, 0, 510000, 999999, 1000000, 1} {
			at := base.Add(time.Duration(us) * time.Microsecond)
			must(t, d.Write.Create(&note{Name: at.String(), At: at}).Error)
		}
		var rows []note
		must(t, d.Read.Where("at >= ?", base).Order("at").Find(&rows).Error)
		for i := 1; i < len(rows); i++ {
			if !rows[i-1].At.Before(rows[i].At) {
				t.Errorf("%v before %v", rows[i-1].At, rows[i].At)
			}
		}
		if len(rows) != 6 {
			t.Errorf("%d rows, want 6", len(rows))
		}
	})
}

func TestIsDuplicate(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		withNotes(t, d)
		must(t, d.Write.Create(&note{ID: 1, Name: "a"}).Error)
		for _, n := range []note{{ID: 2, Name: "a"}, {ID: 1, Name: "b"}} {
			if err := d.Write.Create(&n).Error; !db.IsDuplicate(err) {
				t.Errorf("%+v: %v is no duplicate", n, err)
			}
		}
		other := d.Write.Exec("INSERT INTO notes (name) VALUES (NULL)").Error
		if other == nil || db.IsDuplicate(other) || db.IsDuplicate(nil) || db.IsDuplicate(errors.New("x")) {
			t.Errorf("%v counts as a duplicate", other)
		}
		if !db.IsDuplicate(gorm.ErrDuplicatedKey) {
			t.Error("gorm's own error does not count")
		}
	})
}

func TestCountQueries(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		withNotes(t, d)
		ctx, counter := db.CountQueries(t.Context())
		g, w := d.Read.WithContext(ctx), d.Write.WithContext(ctx)
		var n int64
		must(t, errors.Join(
			w.Create(&note{Name: "a"}).Error,
			w.Model(&note{}).Where("id = 1").Update("name", "b").Error,
			g.First(&note{}).Error,
			g.Raw("SELECT 1").Scan(&n).Error,
			g.Model(&note{}).Count(&n).Error,
			w.Exec("UPDATE notes SET name = name").Error,
			w.Where("id = 1").Delete(&note{}).Error,
		))
		n = countNotes(t, d.Read) // under another context
		if counter.N() != 7 {
			t.Errorf("%d queries, want 7", counter.N())
		}
	})
}

func TestSlowAndFailedQueriesAreLogged(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	log := slog.New(slog.NewTextHandler(&text, &slog.HandlerOptions{Level: slog.LevelWarn}))
	d, err := db.Open(t.Context(), filepath.Join(t.TempDir(), "x.db"), log)
	must(t, err)
	defer d.Close()
	withNotes(t, d)
	_ = d.Read.First(&note{}).Error
	must(t, d.Write.Create(&note{Name: "a"}).Error)
	_ = d.Write.Create(&note{Name: "a"}).Error
	if text.Len() > 0 {
		t.Errorf("ordinary work was logged: %s", &text)
	}
	if d.Read.Where("secret = ?", "hunter2").First(&note{}).Error == nil {
		t.Fatal("a wrong query worked")
	}
	slow := "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 5000000) SELECT max(n) FROM c"
	var n int
	must(t, d.Read.Raw(slow).Scan(&n).Error)
	for _, want := range []string{"query failed", "no such column", "slow query", "RECURSIVE"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%q is missing in the log:\n%s", want, &text)
		}
	}
	if strings.Contains(text.String(), "hunter2") {
		t.Errorf("a value is in the log:\n%s", &text)
	}
}
