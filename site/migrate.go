package site

import (
	"context"
	"fmt"
	"io"

	"superbook/kit/db"
	"superbook/kit/queue"
	"superbook/models/migrations"
)

// ready makes sure that the tables are as the program expects. On SQLite, and
// in development, it brings them up to date; elsewhere somebody decides when.
func (s *Site) ready(ctx context.Context) error {
	if s.DB.Dialect == db.SQLite || s.Settings.Debug {
		return migrateUp(ctx, s.DB, io.Discard)
	}
	m, err := s.DB.Migrator(migrations.FS)
	if err != nil {
		return err
	}
	pending := 0
	all, err := m.Status(ctx)
	for _, one := range all {
		if one.Applied.IsZero() {
			pending++
		}
	}
	if err == nil && pending > 0 {
		err = fmt.Errorf("%d migrations wait: run the command migrate first", pending)
	}
	return err
}

func migrateUp(ctx context.Context, d *db.DB, w io.Writer) error {
	m, err := d.Migrator(migrations.FS)
	if err != nil {
		return err
	}
	done, err := m.Up(ctx)
	for _, one := range done {
		fmt.Fprintln(w, "applied", one.Name)
	}
	if err != nil {
		return err
	}
	return queue.Migrate(ctx, d)
}

// Migrate changes the database's tables: "up" applies what waits, "down" takes
// the newest migration back, "status" lists them all. The queue's own tables go
// up with the rest and stay when the site's go down.
func Migrate(ctx context.Context, d *db.DB, direction string, w io.Writer) error {
	if direction == "up" {
		return migrateUp(ctx, d, w)
	}
	m, err := d.Migrator(migrations.FS)
	if err != nil {
		return err
	}
	if direction == "down" {
		one, err := m.Down(ctx)
		if err == nil {
			fmt.Fprintln(w, "took back", one.Name)
		}
		return err
	}
	all, err := m.Status(ctx)
	for _, one := range all {
		fmt.Fprintln(w, one)
	}
	if err != nil {
		return err
	}
	applied, newest, err := queue.MigrationStatus(ctx, d)
	fmt.Fprintf(w, "queue: %d of %d versions\n", len(applied), newest)
	return err
}
