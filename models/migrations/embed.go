// Package migrations carries the numbered changes of the database's schema.
// Words in double braces differ between databases; see kit/db.
package migrations

import "embed"

// FS holds one goose file for each migration.
//
//go:embed *.sql
var FS embed.FS
