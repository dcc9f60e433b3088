package models_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"superbook/models"
	"superbook/site/sitetest"
)

// asked keeps the SQL of what is asked through it.
type asked struct {
	logger.Interface
	mu  sync.Mutex
	sql []string
}

// Trace keeps one statement.
func (a *asked) Trace(_ context.Context, _ time.Time, of func() (string, int64), _ error) {
	sql, _ := of()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sql = append(a.sql, sql)
}

// plan is how the database goes about the questions that ask puts.
func plan(t *testing.T, s *sitetest.Site, ask func(conn *gorm.DB) error) string {
	t.Helper()
	heard := &asked{Interface: logger.Discard}
	if err := ask(s.DB.Read.Session(&gorm.Session{Logger: heard})); err != nil {
		t.Fatal(err)
	}
	explain := "EXPLAIN QUERY PLAN "
	if s.DB.Read.Name() == "postgres" {
		explain = "EXPLAIN "
	}
	var lines []string
	err := s.DB.Write.Transaction(func(tx *gorm.DB) error {
		if explain == "EXPLAIN " {
			tx.Exec("SET LOCAL enable_seqscan = off") // a table this small is read whole otherwise
		}
		for _, sql := range heard.sql {
			steps, err := stepsOf(tx, explain+sql)
			if err != nil {
				return fmt.Errorf("%s: %w", sql, err)
			}
			lines = append(lines, steps...)
		}
		return nil
	})
	if err != nil || len(lines) == 0 {
		t.Fatalf("no plan: %v", err)
	}
	return strings.Join(lines, "\n")
}

// stepsOf reads the last column of each row of a plan.
func stepsOf(tx *gorm.DB, explain string) (steps []string, err error) {
	rows, err := tx.Raw(explain).Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	values, into := make([]string, len(columns)), make([]any, len(columns))
	for i := range into {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		steps = append(steps, values[len(values)-1])
	}
	return steps, rows.Err()
}

func TestListsOfSightingsUseTheirIndexes(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	mustReport(t, s, s.Fan("wren"), s.Hero("nightheron"), lagos, noon)
	from, mark := noon.AddDate(0, 0, -7), models.Mark{SeenAt: noon.AddDate(1, 0, 0), ID: 9}
	for name, tt := range map[string]struct {
		q     func(q models.Sightings) models.Sightings
		index string
		sorts bool // a country is put in order by hand
	}{
		"all":       {func(q models.Sightings) models.Sightings { return q }, "sightings_seen", false},
		"next page": {func(q models.Sightings) models.Sightings { return q.Before(mark) }, "sightings_seen", false},
		"period":    {func(q models.Sightings) models.Sightings { return q.Between(from, time.Time{}).Before(mark) }, "sightings_seen", false},
		"hero":      {func(q models.Sightings) models.Sightings { return q.Of(1).Before(mark) }, "sightings_hero", false},
		"by":        {func(q models.Sightings) models.Sightings { return q.By(1) }, "sightings_user", true},
		"country":   {func(q models.Sightings) models.Sightings { return q.In("NG") }, "sightings_location", true},
	} {
		got := plan(t, s, func(conn *gorm.DB) error {
			_, err := tt.q(models.SightingsIn(conn)).Newest(20).Find(t.Context())
			return err
		})
		if s.DB.Read.Name() == "postgres" {
			if strings.Contains(got, "Seq Scan on sightings") {
				t.Errorf("%s reads every sighting:\n%s", name, got)
			}
			continue // which index it takes depends on how much there is
		}
		inner, _, _ := strings.Cut(got, "SEARCH locations USING INTEGER")
		if !strings.Contains(got, tt.index) || strings.Contains(inner, "TEMP B-TREE") && !tt.sorts {
			t.Errorf("%s does not go by %s:\n%s", name, tt.index, got)
		}
	}
	if s.DB.Read.Name() == "postgres" {
		return
	}
	months := plan(t, s, func(conn *gorm.DB) error {
		_, err := models.SightingsIn(conn).Months(t.Context())
		return err
	})
	if !strings.Contains(months, "sightings_month") {
		t.Errorf("months do not go by their index:\n%s", months)
	}
}
