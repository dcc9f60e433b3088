package models_test

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/models"
	"superbook/site/sitetest"
)

type statement struct {
	sql  string
	vars []any
}

// recorder keeps the statements of a connection while it is on.
type recorder struct {
	mu    sync.Mutex
	on    bool
	asked []statement
}

func record(t *testing.T, conn *gorm.DB) *recorder {
	t.Helper()
	r := new(recorder)
	note := func(g *gorm.DB) {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.on {
			r.asked = append(r.asked, statement{g.Statement.SQL.String(), g.Statement.Vars})
		}
	}
	for _, err := range []error{conn.Callback().Query().After("gorm:query").Register("record", note),
		conn.Callback().Row().After("gorm:row").Register("record", note)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// of gives the statements that a question takes.
func (r *recorder) of(t *testing.T, ask func() error) []statement {
	t.Helper()
	r.asked, r.on = nil, true
	defer func() { r.on = false }()
	if err := ask(); err != nil {
		t.Fatal(err)
	}
	return r.asked
}

func planOf(t *testing.T, s *sitetest.Site, a statement) string {
	t.Helper()
	var lines []string
	err := s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
		word := "EXPLAIN QUERY PLAN "
		if s.DB.Dialect == db.Postgres {
			// A table of a few rows is read whole, unless that is forbidden.
			if err := tx.Exec("SET LOCAL enable_seqscan = off").Error; err != nil {
				return err
			}
			word = "EXPLAIN "
		}
		rows, err := tx.Statement.ConnPool.QueryContext(t.Context(), word+a.sql, a.vars...)
		if err != nil {
			return fmt.Errorf("%s: %w", a.sql, err)
		}
		defer rows.Close()
		columns, err := rows.Columns()
		for err == nil && rows.Next() {
			values, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			err = rows.Scan(into...)
			lines = append(lines, fmt.Sprint(values[len(values)-1]))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// Every part of a search goes by an index: no table is read from end to end.
func TestSearchGoesByIndexes(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	heron := s.Hero("nightheron")
	s.Fan("wren")
	inTx(s, t, func(tx *gorm.DB) error {
		return bulk(t, tx, heron.ID, nil, 11_000, func(i int) string { return fmt.Sprint("patrol ", i) })
	})
	r, who := record(t, s.DB.Read), models.Viewer{ID: heron.ID}
	for _, query := range []string{"patrol", "patrol 1", "77", "patrol 77", "zzz"} {
		all := r.of(t, func() error {
			_, err := models.PostsVisibleTo(s.DB.Read, who).Search(t.Context(), models.SearchTerms(query), models.SearchPlace{}, 20)
			if err == nil {
				_, err = models.MembersIn(s.DB.Read).VisibleTo(who).Best(t.Context(), query, 6)
			}
			return err
		})
		if len(all) < 5 {
			t.Fatalf("%q: saw %d statements", query, len(all))
		}
		for _, a := range all {
			for line := range strings.SplitSeq(planOf(t, s, a), "\n") {
				if strings.Contains(line, "Seq Scan") || strings.HasPrefix(line, "SCAN ") && !bounded.MatchString(line) {
					t.Errorf("%q: %s\n%s", query, line, a.sql)
				}
			}
		}
	}
}

// bounded are scans that end early: of what was made a moment before, and of an
// index from one end until there is enough.
var bounded = regexp.MustCompile(`INDEX|CONSTANT ROW|SCAN (few|called|\(subquery-\d+\))$`)
