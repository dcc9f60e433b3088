package queue

import (
	"database/sql"
	"fmt"

	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivermigrate"

	"superbook/kit/db"
)

// newDriver returns River's driver for d. Both kinds take the *sql.Tx that
// gorm works in.
func newDriver(d *db.DB, a *alarm) riverdriver.Driver[*sql.Tx] {
	if d.Dialect == db.Postgres {
		return newPostgresDriver(d.Pool())
	}
	return newSQLiteDriver(d.SQL(), a)
}

func migrator(d *db.DB) (*rivermigrate.Migrator[*sql.Tx], error) {
	m, err := rivermigrate.New(newDriver(d, newAlarm()), nil)
	if err != nil {
		return nil, fmt.Errorf("read the queue's migrations: %w", err)
	}
	return m, nil
}
