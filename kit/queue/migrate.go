package queue

import (
	"context"
	"errors"
	"fmt"

	"github.com/riverqueue/river/rivermigrate"

	"superbook/kit/db"
)

// migrationKey is the advisory lock under which one process at a time changes
// the queue's tables.
const migrationKey = 0x7175657565

// Migrate brings River's own tables to the newest version. Several processes
// may call it at once on PostgreSQL.
func Migrate(ctx context.Context, d *db.DB) (err error) {
	m, err := migrator(d)
	if err != nil {
		return err
	}
	if d.Dialect == db.Postgres {
		conn, err := d.Pool().Acquire(ctx)
		if err != nil {
			return fmt.Errorf("migrate the queue: %w", err)
		}
		defer conn.Release()
		if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", int64(migrationKey)); err != nil {
			return fmt.Errorf("lock the queue's migrations: %w", err)
		}
		defer func() {
			_, unlockErr := conn.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", int64(migrationKey))
			err = errors.Join(err, unlockErr)
		}()
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate the queue: %w", err)
	}
	return nil
}

// MigrationStatus returns the versions of River's tables that have been
// applied, oldest first, and the newest there is.
func MigrationStatus(ctx context.Context, d *db.DB) (applied []int, newest int, err error) {
	m, err := migrator(d)
	if err != nil {
		return nil, 0, err
	}
	versions, err := m.ExistingVersions(ctx)
	if err != nil {
		return nil, 0, fmt.Errorf("read the queue's versions: %w", err)
	}
	for _, v := range versions {
		applied = append(applied, v.Version)
	}
	all := m.AllVersions()
	return applied, all[len(all)-1].Version, nil
}
