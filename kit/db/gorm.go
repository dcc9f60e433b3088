package db

import (
	"fmt"
	"log/slog"
	"time"

	"gorm.io/gorm"
)

// preparedStatements bounds how many statements gorm keeps ready per pool.
const preparedStatements = 512

// newGorm puts gorm on top of an open pool.
func newGorm(dialector gorm.Dialector, log *slog.Logger, prepare bool) (*gorm.DB, error) {
	g, err := gorm.Open(dialector, &gorm.Config{
		SkipDefaultTransaction: true,
		PrepareStmt:            prepare,
		PrepareStmtMaxSize:     preparedStatements,
		Logger:                 &queryLog{log: log, slow: slowQuery},
		NowFunc:                Now,
	})
	if err != nil {
		return nil, fmt.Errorf("open gorm: %w", err)
	}
	if err := g.Use(counting{}); err != nil {
		return nil, fmt.Errorf("count queries: %w", err)
	}
	return g, nil
}

// Now is the present time in UTC, to the microsecond, which is as fine as both
// databases keep it: a row read back equals the row written.
func Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
