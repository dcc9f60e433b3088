package models_test

import (
	"strings"
	"testing"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/models"
	"superbook/site/sitetest"
)

// explained runs a question and gives the plan of what it asks.
func explained(t *testing.T, s *sitetest.Site, ask func(conn *gorm.DB) error) (plan string) {
	t.Helper()
	prefix := "EXPLAIN QUERY PLAN "
	if s.DB.Dialect == db.Postgres {
		prefix = "EXPLAIN "
	}
	err := s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
		if s.DB.Dialect == db.Postgres { // small tables are read whole, if they may
			if err := tx.Exec("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off").Error; err != nil {
				return err
			}
		}
		dry := tx.Session(&gorm.Session{DryRun: true})
		var asked string
		must(t, dry.Callback().Query().After("gorm:query").Replace("explain", func(g *gorm.DB) {
			if asked == "" && g.Statement.SQL.Len() > 0 {
				asked = g.Dialector.Explain(g.Statement.SQL.String(), g.Statement.Vars...)
			}
		}))
		_ = ask(dry) // finds nothing: it was not run
		must(t, dry.Callback().Query().Replace("explain", func(*gorm.DB) {}))
		rows, err := tx.Raw(prefix + asked).Rows()
		if err != nil {
			return err
		}
		defer rows.Close()
		columns, _ := rows.Columns()
		for rows.Next() {
			line := make([]string, len(columns))
			into := make([]any, len(columns))
			for i := range line {
				into[i] = &line[i]
			}
			if err := rows.Scan(into...); err != nil {
				return err
			}
			plan += line[len(line)-1] + "\n"
		}
		return rows.Err()
	})
	must(t, err)
	return plan
}

// However much is said, a page of a room and a list of rooms read no more.
func TestRoomsAreReadByIndex(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	who := models.Viewer{ID: s.Fan("wren").ID}
	for name, tt := range map[string]struct {
		ask  func(conn *gorm.DB) error
		want string
	}{
		"newest": {func(conn *gorm.DB) error {
			_, err := models.MessagesIn(conn).In(1).HeardBy(who).Newest(40).Find(t.Context())
			return err
		}, "messages_room"},
		"older": {func(conn *gorm.DB) error {
			_, err := models.MessagesIn(conn).In(1).HeardBy(who).Before(9).Newest(40).Find(t.Context())
			return err
		}, "messages_room"},
		"missed": {func(conn *gorm.DB) error {
			_, err := models.MessagesIn(conn).In(1).After(9).Oldest(40).Find(t.Context())
			return err
		}, "messages_room"},
		"my rooms": {func(conn *gorm.DB) error {
			_, err := models.RoomsOf(t.Context(), conn, who.ID, 100)
			return err
		}, "room_members_user"},
		"the badge": {func(conn *gorm.DB) error {
			_, err := models.ViewerByID(t.Context(), conn, who.ID)
			return err
		}, "messages_room"},
		"open rooms": {func(conn *gorm.DB) error {
			_, err := models.RoomsIn(conn).OpenTo(who.ID).Liveliest(100).Find(t.Context())
			return err
		}, "rooms_open"},
	} {
		plan := explained(t, s, tt.ask)
		if !strings.Contains(plan, tt.want) || strings.Contains(plan, "SCAN messages\n") || strings.Contains(plan, "SCAN fresh") || strings.Contains(plan, "Seq Scan on messages") {
			t.Errorf("%s does not use %s:\n%s", name, tt.want, plan)
		}
	}
}
