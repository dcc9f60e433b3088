package db

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
)

// openPostgres opens one pgx pool and lets gorm borrow its connections.
func (d *DB) openPostgres(ctx context.Context, url string, log *slog.Logger) error {
	d.Dialect = Postgres
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return fmt.Errorf("read the database address: %w", err)
	}
	cfg.AfterConnect = scanUTC
	if d.pool, err = pgxpool.NewWithConfig(ctx, cfg); err != nil {
		return fmt.Errorf("open PostgreSQL: %w", err)
	}
	d.writer = stdlib.OpenDBFromPool(d.pool)
	d.reader = d.writer
	if err := d.Ping(ctx); err != nil {
		return err
	}
	// gorm prepares nothing here: its statements would live for one loan of a
	// connection, and pgx keeps prepared ones on each connection anyway.
	d.Write, err = newGorm(postgres.New(postgres.Config{Conn: d.writer}), log, false)
	d.Read = d.Write
	return err
}

// scanUTC has a connection return times in UTC, not in the server's zone.
func scanUTC(_ context.Context, conn *pgx.Conn) error {
	conn.TypeMap().RegisterType(&pgtype.Type{
		Name: "timestamptz", OID: pgtype.TimestamptzOID,
		Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
	})
	return nil
}
