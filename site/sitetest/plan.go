package sitetest

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"gorm.io/gorm"

	"superbook/kit/db"
)

// scan is a line of a plan that reads a whole table: SQLite says SCAN without an
// index, PostgreSQL Seq Scan.
var scan = map[db.Dialect]*regexp.Regexp{
	db.SQLite:   regexp.MustCompile(`SCAN (\w+)$`),
	db.Postgres: regexp.MustCompile(`Seq Scan on (\w+)`),
}

// derived are not tables: the names of subqueries in our own statements.
var derived = map[string]bool{"found": true, "few": true, "own": true, "received": true, "authors": true, "called": true, "heroes": true, "fans": true}

// Scans tells of each whole table that the questions in ask would read, in the
// words of the database's plan. ask must use the connection that it is given.
func (s *Site) Scans(ask func(ctx context.Context, conn *gorm.DB)) (scans []string) {
	s.t.Helper()
	conn := s.DB.Write.Session(&gorm.Session{NewDB: true})
	type asked struct {
		sql  string
		args []any
	}
	var statements []asked // gorm empties its own when it is done
	must(s.t, conn.Callback().Query().After("gorm:query").Replace("sitetest:plan", func(g *gorm.DB) {
		if g.Statement.Context.Value(planKey{}) != nil {
			statements = append(statements, asked{g.Statement.SQL.String(), g.Statement.Vars})
		}
	}))
	ask(context.WithValue(s.t.Context(), planKey{}, true), conn)
	if len(statements) == 0 {
		s.t.Fatal("nothing was asked")
	}
	for _, stmt := range statements {
		for line := range strings.SplitSeq(s.plan(stmt.sql, stmt.args), "\n") {
			if m := scan[s.DB.Dialect].FindStringSubmatch(line); m != nil && !derived[m[1]] {
				scans = append(scans, fmt.Sprintf("%s\nin %s", strings.TrimSpace(line), stmt.sql))
			}
		}
	}
	return scans
}

type planKey struct{}

// plan explains a statement. PostgreSQL prefers to read small tables whole, so
// it is asked what it would do if it could not.
func (s *Site) plan(sql string, args []any) (plan string) {
	s.t.Helper()
	must(s.t, s.DB.Tx(s.t.Context(), func(tx *gorm.DB) error {
		explain := "EXPLAIN QUERY PLAN "
		if s.DB.Dialect == db.Postgres {
			explain = "EXPLAIN "
			if err := tx.Exec("SET LOCAL enable_seqscan = off").Error; err != nil {
				return err
			}
		}
		pool := tx.Statement.ConnPool
		rows, err := pool.QueryContext(s.t.Context(), explain+sql, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		columns, err := rows.Columns()
		if err != nil {
			return err
		}
		values := make([]any, len(columns))
		for rows.Next() {
			into := make([]any, len(columns))
			for i := range into {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				return err
			}
			plan += fmt.Sprintln(values[len(values)-1])
		}
		return rows.Err()
	}))
	return plan
}
