// Package db opens a site's database, SQLite or PostgreSQL, the way a web site
// needs it: gorm for the rows, one connection that writes and many that read
// on SQLite, a deadline on every writing transaction, versioned migrations.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"gorm.io/gorm"
)

// Dialect names the kind of database behind a DB.
type Dialect string

// The two kinds of database that Open understands.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// DB is an open database. On SQLite, Write holds the only connection that may
// write and Read a pool of read-only ones; on PostgreSQL both are the same.
type DB struct {
	Read, Write *gorm.DB
	Dialect     Dialect

	writer, reader *sql.DB
	pool           *pgxpool.Pool
	txTimeout      time.Duration
	path           string // of the SQLite file
}

// Open opens the database at url: "sqlite:path/to/file.db", a plain path, or
// "postgres://…". It reports an address that it cannot use or reach; it does
// not create folders and does not migrate.
func Open(ctx context.Context, url string, log *slog.Logger) (*DB, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	d := &DB{txTimeout: defaultTxTimeout}
	open := d.openSQLite
	if strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://") {
		open = d.openPostgres
	}
	if err := open(ctx, url, log); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// SQL returns the writing pool, for libraries that speak database/sql.
func (d *DB) SQL() *sql.DB { return d.writer }

// Pool returns the pgx pool on PostgreSQL, nil on SQLite.
func (d *DB) Pool() *pgxpool.Pool { return d.pool }

// Ping reports whether both pools answer.
func (d *DB) Ping(ctx context.Context) error {
	if err := d.writer.PingContext(ctx); err != nil {
		return fmt.Errorf("ping the writing database: %w", err)
	}
	if err := d.reader.PingContext(ctx); err != nil {
		return fmt.Errorf("ping the reading database: %w", err)
	}
	return nil
}

// Close closes every connection. Transactions must have ended; a second call
// does nothing.
func (d *DB) Close() error {
	var errs []error
	// Readers go first: the last writer to leave folds the log into the file.
	if d.reader != nil && d.reader != d.writer {
		errs = append(errs, d.reader.Close())
	}
	if d.writer != nil {
		errs = append(errs, d.writer.Close())
	}
	if d.pool != nil {
		d.pool.Close()
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close the database: %w", err)
	}
	return nil
}
