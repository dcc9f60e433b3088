package tasks_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/models"
	"superbook/site"
	"superbook/site/sitetest"
	"superbook/tasks"
)

func backups(t *testing.T, s *sitetest.Site) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(s.Tasks.Backups)
	must(t, err)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// A copy is made while members write. It is whole, and a site runs on it.
func TestBackupCanBeRestored(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	if s.DB.Dialect != db.SQLite {
		t.Skip("PostgreSQL is backed up by pg_dump")
	}
	hero := s.Hero("nightheron")
	first := s.Say(hero, "Fog over the quay.")
	ctx, stop := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	writers.Go(func() {
		for ctx.Err() == nil {
			s.Say(hero, "And more fog.")
		}
	})
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return s.Jobs.Add(t.Context(), tx, tasks.BackUp{}) }))
	s.Work()
	s.Settle(tasks.BackUp{}.Kind())
	stop()
	writers.Wait()
	names := backups(t, s)
	if len(names) != 1 || !strings.HasSuffix(names[0], "Z.db") {
		t.Fatalf("there are %v", names)
	}
	data := t.TempDir()
	content, err := os.ReadFile(filepath.Join(s.Tasks.Backups, names[0]))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(data, "superbook.db"), content, 0o600))
	again := sitetest.New(t, func(set *site.Settings) { set.DataDir = data })
	var sound string
	must(t, again.DB.Read.Raw("PRAGMA integrity_check").Scan(&sound).Error)
	posts, err := db.Rows[models.Post](again.DB.Read).Count(t.Context(), "*")
	if must(t, err); sound != "ok" || posts == 0 {
		t.Errorf("the copy is %s and has %d posts", sound, posts)
	}
	again.As(t, hero).Get("post", first).Is(200).Shows("Fog over the quay.")
	t.Logf("%d posts when it was copied, %d bytes", posts, len(content))
}

func TestNewestBackupsAreKept(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	if s.DB.Dialect != db.SQLite {
		t.Skip("PostgreSQL is backed up by pg_dump")
	}
	day := time.Date(2026, 5, 1, 3, 30, 0, 0, time.UTC)
	must(t, os.MkdirAll(s.Tasks.Backups, 0o700))
	must(t, os.WriteFile(filepath.Join(s.Tasks.Backups, "my-own.db"), []byte("x"), 0o600))
	must(t, os.WriteFile(filepath.Join(s.Tasks.Backups, "superbook-2026-05-01T033000Z.db.tmp"), []byte("broken off"), 0o600))
	for i := range 9 {
		words, err := tasks.BackUpNow(t.Context(), s.Tasks, day.AddDate(0, 0, i))
		if must(t, err); !strings.HasPrefix(words, "superbook-2026-05-") {
			t.Errorf("it says %q", words)
		}
	}
	names := backups(t, s)
	if len(names) != 8 || names[0] != "my-own.db" || names[1] != "superbook-2026-05-03T033000Z.db" || names[7] != "superbook-2026-05-09T033000Z.db" {
		t.Errorf("there are %v", names)
	}
	info, err := os.Stat(filepath.Join(s.Tasks.Backups, names[7]))
	if must(t, err); info.Mode().Perm()&0o077 != 0 {
		t.Errorf("others may read the copy: %v", info.Mode())
	}
}

// What a backup has left that ended in the middle goes with the next one, a day
// later; what may be in the making stays, and so does what is not ours.
func TestHalfBackupsAreRemoved(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	if s.DB.Dialect != db.SQLite {
		t.Skip("PostgreSQL is backed up by pg_dump")
	}
	must(t, os.MkdirAll(s.Tasks.Backups, 0o700))
	for name, hours := range map[string]int{"superbook-2026-05-01T033000Z.db.tmp": 25, "superbook-2026-05-01T033000Z.db.tmp-journal": 25,
		"superbook-2026-05-02T033000Z.db.tmp": 23, "my-own.db.tmp": 99, "superbook-notes.tmp": 99} {
		path, at := filepath.Join(s.Tasks.Backups, name), time.Now().Add(-time.Duration(hours)*time.Hour)
		must(t, os.WriteFile(path, []byte("broken off"), 0o600))
		must(t, os.Chtimes(path, at, at))
	}
	_, err := tasks.BackUpNow(t.Context(), s.Tasks, time.Date(2026, 5, 3, 3, 30, 0, 0, time.UTC))
	must(t, err)
	want := []string{"my-own.db.tmp", "superbook-2026-05-02T033000Z.db.tmp", "superbook-2026-05-03T033000Z.db", "superbook-notes.tmp"}
	if names := backups(t, s); !slices.Equal(names, want) {
		t.Errorf("there are %v, want %v", names, want)
	}
}

func TestBackupOfPostgreSQLSaysWhoDoesIt(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	if s.DB.Dialect != db.Postgres {
		t.Skip("this is SQLite")
	}
	words, err := tasks.BackUpNow(t.Context(), s.Tasks, time.Now())
	if must(t, err); !strings.Contains(words, "pg_dump") {
		t.Errorf("it says %q", words)
	}
	for _, b := range tasks.Builtin(s.DB.Dialect) {
		if b.Kind == (tasks.BackUp{}).Kind() {
			t.Error("it is planted")
		}
	}
}
