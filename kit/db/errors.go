package db

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
)

// IsDuplicate tells whether err says that a unique value is taken, whichever
// driver reports it.
func IsDuplicate(err error) bool {
	if err == nil {
		return false
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == pgUniqueViolation
	}
	switch sqliteCode(err) {
	case sqliteUnique, sqlitePrimaryKey, sqliteRowID:
		return true
	}
	return errors.Is(err, gorm.ErrDuplicatedKey)
}

// Extended result codes of SQLite and states of PostgreSQL.
const (
	sqliteBusy        = 5
	sqliteInterrupt   = 9
	sqlitePrimaryKey  = 1555
	sqliteUnique      = 2067
	sqliteRowID       = 2579
	pgUniqueViolation = "23505"
	pgQueryCanceled   = "57014"
)

func isInterrupted(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == pgQueryCanceled
	}
	return sqliteCode(err) == sqliteInterrupt
}
