//go:build cgo

package db

import (
	"errors"

	"github.com/mattn/go-sqlite3"
)

// With a C compiler SQLite is the original, through mattn's binding.
const sqliteDriver = "sqlite3"

// sqliteParams has times read back in UTC, and each connection keep the
// statements that it has compiled.
const sqliteParams = "_loc=UTC&_stmt_cache_size=128"

// sqliteCode returns SQLite's extended result code, or 0.
func sqliteCode(err error) int {
	if e, ok := errors.AsType[sqlite3.Error](err); ok {
		return int(e.ExtendedCode)
	}
	return 0
}
