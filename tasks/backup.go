package tasks

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/riverqueue/river"

	"superbook/kit/db"
	"superbook/kit/queue"
	"superbook/kit/render"
)

// BackUp copies the database, which is one file, while the site runs. PostgreSQL
// has pg_dump and better; there the task only says so.
type BackUp struct{}

// Kind names the job in the queue. Jobs outlive deploys, so it never changes.
func (BackUp) Kind() string { return "database.backup" }

// Policy lets only one wait or run at a time. A large file takes long to copy; the
// queue has a worker more for that.
func (BackUp) Policy() queue.Policy {
	p := tidyPolicy("Back up the database", "the name of the copy: it has it only when it is whole")
	p.Deadline = 30 * time.Minute
	return p
}

// backupsKept is how many copies are kept, the newest.
const backupsKept = 7

const backupPrefix, backupTime, backupSuffix = "superbook-", "2006-01-02T150405Z", ".db"

func (d *Deps) backUp(ctx context.Context, job *river.Job[BackUp]) (string, error) {
	return BackUpNow(ctx, d, job.CreatedAt)
}

// BackUpNow makes the copy of a time and removes those that are too many, and what
// is left of copies that were broken off. It says in words what was made. To restore one, stop the site and put it in the place of
// the database, without the files -wal and -shm beside it.
func BackUpNow(ctx context.Context, d *Deps, at time.Time) (string, error) {
	if d.DB.Dialect != db.SQLite {
		return "Nothing was copied: PostgreSQL is backed up with pg_dump, outside of the site", nil
	}
	if err := os.MkdirAll(d.Backups, 0o700); err != nil {
		return "", fmt.Errorf("back up the database: %w", err)
	}
	name := backupPrefix + at.UTC().Format(backupTime) + backupSuffix
	size, err := d.DB.CopyTo(ctx, filepath.Join(d.Backups, name))
	if err != nil {
		return "", fmt.Errorf("back up the database: %w", err)
	}
	if err := errors.Join(removeOldBackups(d.Backups), removeHalfBackups(d.Backups, time.Now().Add(-halfKept))); err != nil {
		return "", fmt.Errorf("remove old backups: %w", err)
	}
	return name + ", " + render.Bytes(size), nil
}

// removeOldBackups keeps the newest. Other files in the folder are not ours.
func removeOldBackups(folder string) error {
	entries, err := os.ReadDir(folder) // by name, and so by time
	if err != nil {
		return err
	}
	entries = slices.DeleteFunc(entries, func(e os.DirEntry) bool {
		return !isBackup(e.Name())
	})
	for i := 0; i < len(entries)-backupsKept; i++ {
		if err := os.Remove(filepath.Join(folder, entries[i].Name())); err != nil {
			return err
		}
	}
	return nil
}

func isBackup(name string) bool {
	_, err := time.Parse(backupPrefix+backupTime+backupSuffix, name)
	return err == nil
}

// halfKept is how long a copy that is not whole is left alone: another process may
// be writing it.
const halfKept = 24 * time.Hour

// removeHalfBackups removes what copies have left that nobody has written to since
// a time: the process ended in the middle of them. SQLite may have put a journal
// beside one.
func removeHalfBackups(folder string, before time.Time) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, e := range entries {
		name, _, half := strings.Cut(e.Name(), ".tmp")
		if !half || !isBackup(name) {
			continue
		}
		info, err := e.Info()
		if err == nil && info.ModTime().Before(before) {
			err = os.Remove(filepath.Join(folder, e.Name()))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
