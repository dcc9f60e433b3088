//go:build !cgo

package db

import (
	"errors"

	"modernc.org/sqlite"
)

// Without a C compiler SQLite is modernc's translation into Go.
const sqliteDriver = "sqlite"

// sqliteParams has times kept as the other binding writes them, so that a file
// can change hands, and read back in UTC.
const sqliteParams = "_time_format=sqlite&_timezone=UTC"

// sqliteCode returns SQLite's extended result code, or 0.
func sqliteCode(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code()
	}
	return 0
}
