package models_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/models"
	"superbook/site/sitetest"
)

func on(t testing.TB, day string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWhenADateComesRound(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		day    string
		yearly bool
		from   string
		want   string // "" when it is over
	}{
		{"2026-11-20", false, "2026-11-20", "2026-11-20"},
		{"2026-11-21", false, "2026-11-20", "2026-11-21"},
		{"2026-11-19", false, "2026-11-20", ""},
		{"2020-11-20", true, "2026-11-20", "2026-11-20"},
		{"2020-11-19", true, "2026-11-20", "2027-11-19"},
		{"2020-01-01", true, "2026-12-31", "2027-01-01"},
		{"2031-05-01", true, "2026-11-20", "2031-05-01"}, // not before the first time
		{"2020-02-29", true, "2026-01-01", "2026-03-01"},
		{"2020-02-29", true, "2026-03-01", "2026-03-01"},
		{"2020-02-29", true, "2026-03-02", "2027-03-01"},
		{"2020-02-29", true, "2027-03-02", "2028-02-29"},
		{"2020-02-29", true, "2028-03-01", "2029-03-01"},
		{"2020-02-29", false, "2020-02-29", "2020-02-29"},
		{"1000-01-01", true, "2026-11-20", "2027-01-01"},
		{"nonsense", true, "2026-11-20", ""},
	} {
		d := models.ImportantDate{Day: tt.day, Yearly: tt.yearly}
		next, ok := d.Next(on(t, tt.from))
		got := ""
		if ok {
			got = next.Format(time.DateOnly)
		}
		if got != tt.want {
			t.Errorf("%s (yearly: %t) from %s on: %q, want %q", tt.day, tt.yearly, tt.from, got, tt.want)
		}
	}
}

// FuzzNext holds what Next promises against every pair of days.
func FuzzNext(f *testing.F) {
	f.Add("2020-02-29", "2026-11-20", true)
	f.Add("9999-12-31", "1000-01-01", false)
	f.Fuzz(func(t *testing.T, day, from string, yearly bool) {
		today, err := time.Parse(time.DateOnly, from)
		if err != nil {
			return
		}
		next, ok := models.ImportantDate{Day: day, Yearly: yearly}.Next(today)
		if ok && next.Before(today) {
			t.Errorf("%s comes round on %v, before %s", day, next, from)
		}
		if first, err := time.Parse(time.DateOnly, day); err == nil && yearly && (!ok || next.Before(first)) {
			t.Errorf("%s every year: %v, %t", day, next, ok)
		}
	})
}

// kept makes a date of a member.
func kept(t *testing.T, s *sitetest.Site, user int64, name, day string) (d models.ImportantDate, err error) {
	t.Helper()
	d = models.ImportantDate{UserID: user, Name: name, Day: day}
	err = s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return models.CreateImportantDate(t.Context(), tx, &d, models.Today()) })
	return d, err
}

func TestSameDateIsKeptOnceAtOnce(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	hero, fan := s.Hero("nightheron"), s.Fan("wren")
	var wg sync.WaitGroup
	made := make(chan bool, 8)
	for range cap(made) {
		wg.Go(func() {
			_, err := kept(t, s, hero.ID, "First flight", "2012-02-29")
			if err != nil && !errors.Is(err, models.ErrSameDate) {
				t.Error(err)
			}
			made <- err == nil
		})
	}
	wg.Wait()
	close(made)
	n := 0
	for ok := range made {
		if ok {
			n++
		}
	}
	if n != 1 {
		t.Errorf("made %d times", n)
	}
	if _, err := kept(t, s, fan.ID, "First flight", "2012-02-29"); err != nil {
		t.Errorf("somebody else's of the same name: %v", err)
	}
	if _, err := kept(t, s, hero.ID, "First flight", "2013-03-01"); err != nil {
		t.Errorf("on another day: %v", err)
	}
}

func TestNoMoreDatesThanMayBeKept(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	hero := s.Hero("nightheron")
	rows := make([]models.ImportantDate, models.DatesKept-1)
	for i := range rows {
		rows[i] = models.ImportantDate{UserID: hero.ID, Name: fmt.Sprint(i), Day: "2026-01-01"}
	}
	if err := db.Rows[models.ImportantDate](s.DB.Write).CreateInBatches(t.Context(), &rows, 100); err != nil {
		t.Fatal(err)
	}
	if _, err := kept(t, s, hero.ID, "the last", "2026-01-01"); err != nil {
		t.Error(err)
	}
	if _, err := kept(t, s, hero.ID, "one more", "2026-01-01"); !errors.Is(err, models.ErrTooManyDates) {
		t.Errorf("one more: %v", err)
	}
	if _, err := kept(t, s, s.Fan("wren").ID, "mine", "2026-01-01"); err != nil {
		t.Errorf("somebody else: %v", err)
	}
}

// explain gives the plan of a question, with indexes preferred on PostgreSQL,
// which otherwise reads small tables whole, and sorts few rows.
func explain(t *testing.T, s *sitetest.Site, query string, args ...any) (plan string) {
	t.Helper()
	err := s.DB.Write.WithContext(t.Context()).Transaction(func(tx *gorm.DB) error {
		var lines []string
		if s.DB.Dialect == db.SQLite {
			var steps []struct{ Detail string }
			err := tx.Raw("EXPLAIN QUERY PLAN "+query, args...).Scan(&steps).Error
			for _, step := range steps {
				lines = append(lines, step.Detail)
			}
			plan = strings.Join(lines, "\n")
			return err
		}
		for _, way := range []string{"seqscan", "bitmapscan", "sort"} {
			if err := tx.Exec("SET LOCAL enable_" + way + " = off").Error; err != nil {
				return err
			}
		}
		err := tx.Raw("EXPLAIN "+query, args...).Scan(&lines).Error
		plan = strings.Join(lines, "\n")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func TestDatesAreFoundByIndex(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	dry := s.DB.Write.Session(&gorm.Session{DryRun: true})
	for name, tt := range map[string]struct {
		ask  func() *gorm.DB
		want string
	}{
		"the list": {func() *gorm.DB {
			return dry.Model(&models.ImportantDate{}).Where("user_id = ?", 1).Order("day, name").Limit(500).Find(&[]models.ImportantDate{})
		}, "user_id"},
		"what is due": {func() *gorm.DB {
			return dry.Model(&models.ImportantDate{}).Where("remind_on <> '' AND remind_on <= ?", "2026-11-20").Order("remind_on").Limit(100).Find(&[]models.ImportantDate{})
		}, "important_dates_due"},
		"who did not confirm": {func() *gorm.DB {
			return dry.Model(&models.Subscriber{}).Where("confirmed_at IS NULL AND asked_at < ?", time.Now().UTC()).Find(&[]models.Subscriber{})
		}, "subscribers_unconfirmed"},
	} {
		stmt := tt.ask().Statement
		plan := explain(t, s, stmt.SQL.String(), stmt.Vars...)
		if !strings.Contains(plan, tt.want) || strings.Contains(plan, "TEMP B-TREE") || strings.Contains(plan, "Sort ") {
			t.Errorf("%s:\n%s", name, plan)
		}
	}
}
