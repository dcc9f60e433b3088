package models_test

import (
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/models"
	"superbook/site/sitetest"
)

// A batch of heroes is found in the order of an index, however many there are.
func TestHeroesToVerifyUseIndexes(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Hero("nightheron")
	for name, after := range map[string]models.VerifyMark{"first": {}, "next": {At: time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC), ID: 7}} {
		got := plan(t, s, func(conn *gorm.DB) error {
			heroes, last, err := models.HeroesToVerify(t.Context(), conn, time.Now(), after, 100)
			if len(heroes) != 1 || last.ID != heroes[0].ID {
				t.Errorf("%s: %d heroes up to %+v", name, len(heroes), last)
			}
			return err
		})
		reads, sorts := "Seq Scan on profiles", "Sort Key: verified_at"
		if s.DB.Dialect == db.SQLite {
			reads, sorts = "SCAN profiles", "TEMP B-TREE FOR ORDER BY"
		}
		if !strings.Contains(got, "profiles_verified") || strings.Contains(got, reads) || strings.Contains(got, sorts) {
			t.Errorf("%s does not go by its index:\n%s", name, got)
		}
	}
}
