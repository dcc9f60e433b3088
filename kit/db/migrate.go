package db

import (
	"context"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// Migrator brings the tables to a version and back, by numbered SQL files.
type Migrator struct{ provider *goose.Provider }

// Migration is one file and whether it has been applied.
type Migration struct {
	Version int64
	Name    string    // the file's name
	Applied time.Time // zero when pending
}

// String is one line for a list of migrations.
func (m Migration) String() string {
	state := "pending"
	if !m.Applied.IsZero() {
		state = m.Applied.UTC().Format(time.DateTime)
	}
	return fmt.Sprintf("%-19s  %s", state, m.Name)
}

// Migrator reads the migrations in files: NNNN_name.sql in goose's format, with
// words in double braces for what the dialects call differently (see words). It
// reports files that it cannot read.
func (d *DB) Migrator(files fs.FS) (*Migrator, error) {
	dialect, opts := goose.DialectSQLite3, []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if d.Dialect == Postgres {
		dialect = goose.DialectPostgres
		// Of several processes that start at once, one migrates and the others wait.
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
		if err != nil {
			return nil, fmt.Errorf("prepare the migration lock: %w", err)
		}
		opts = append(opts, goose.WithSessionLocker(locker))
	}
	translated, err := translate(files, d.Dialect)
	if err != nil {
		return nil, err
	}
	p, err := goose.NewProvider(dialect, d.writer, translated, opts...)
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	return &Migrator{p}, nil
}

// Up applies every pending migration, in order, and returns those it applied.
func (m *Migrator) Up(ctx context.Context) ([]Migration, error) {
	results, err := m.provider.Up(ctx)
	if err != nil {
		return nil, fmt.Errorf("migrate up: %w", err)
	}
	done := make([]Migration, 0, len(results))
	for _, r := range results {
		done = append(done, Migration{Version: r.Source.Version, Name: r.Source.Path, Applied: Now()})
	}
	return done, nil
}

// Down takes the newest migration back and returns it. With none applied the
// error is goose.ErrNoNextVersion.
func (m *Migrator) Down(ctx context.Context) (Migration, error) {
	r, err := m.provider.Down(ctx)
	if err != nil {
		return Migration{}, fmt.Errorf("migrate down: %w", err)
	}
	return Migration{Version: r.Source.Version, Name: r.Source.Path}, nil
}

// Status lists every migration, oldest first.
func (m *Migrator) Status(ctx context.Context) ([]Migration, error) {
	states, err := m.provider.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the state of migrations: %w", err)
	}
	list := make([]Migration, 0, len(states))
	for _, s := range states {
		list = append(list, Migration{Version: s.Source.Version, Name: s.Source.Path, Applied: s.AppliedAt})
	}
	return list, nil
}
