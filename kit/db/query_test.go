package db_test

import (
	"errors"
	"slices"
	"testing"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"superbook/kit/db"
)

type gadget struct {
	ID    int64
	Name  string
	Worth int
}

// gadgets has five of them, in a table that is unique by name.
func gadgets(t *testing.T, d *db.DB) *gorm.DB {
	t.Helper()
	if err := d.Write.AutoMigrate(&gadget{}); err != nil {
		t.Fatal(err)
	}
	if err := d.Write.Exec("CREATE UNIQUE INDEX gadgets_name ON gadgets (name)").Error; err != nil {
		t.Fatal(err)
	}
	five := []gadget{{Name: "cape", Worth: 1}, {Name: "rope", Worth: 2}, {Name: "mask", Worth: 3}, {Name: "boots", Worth: 4}, {Name: "torch", Worth: 4}}
	if err := db.Rows[gadget](d.Write).CreateInBatches(t.Context(), &five, 2); err != nil {
		t.Fatal(err)
	}
	return d.Write
}

func names(t *testing.T, q db.Query[gadget]) (list []string) {
	t.Helper()
	rows, err := q.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range rows {
		list = append(list, g.Name)
	}
	return list
}

func TestQueryReads(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		all := db.Rows[gadget](gadgets(t, d)).Order("id")
		for name, tt := range map[string]struct {
			q    db.Query[gadget]
			want []string
		}{
			"narrowed twice":    {all.Where("worth > ?", 1).Where("worth < ? OR name = ?", 3, "cape"), []string{"rope"}},
			"a stretch":         {all.Offset(1).Limit(2), []string{"rope", "mask"}},
			"the other order":   {db.Rows[gadget](d.Read).Order("worth DESC, name").Limit(2), []string{"boots", "torch"}},
			"a query in there":  {all.Where("id = (?)", db.Rows[gadget](d.Read).Select("MAX(id)").Sub()), []string{"torch"}},
			"a query as table":  {db.Rows[gadget](d.Read).Table("(?) AS few", all.Limit(2).Sub()).Order("few.name DESC"), []string{"rope", "cape"}},
			"nothing is enough": {all.Where("worth > 9"), nil},
		} {
			if got := names(t, tt.q); !slices.Equal(got, tt.want) {
				t.Errorf("%s: %q, want %q", name, got, tt.want)
			}
		}
		if _, err := all.Where("worth > 9").Take(t.Context()); !errors.Is(err, gorm.ErrRecordNotFound) {
			t.Errorf("taking what is not there: %v", err)
		}
		if n, err := all.Where("worth = 4").Count(t.Context(), "*"); n != 2 || err != nil {
			t.Errorf("%d are worth four: %v", n, err)
		}
		var most []struct{ Worth, Times int }
		err := db.Rows[gadget](d.Read).Select("worth, count(*) AS times").Group("worth").Order("times DESC").Limit(1).Scan(t.Context(), &most)
		if err != nil || len(most) != 1 || most[0].Worth != 4 || most[0].Times != 2 {
			t.Errorf("the most common worth is %v: %v", most, err)
		}
	})
}

// What one branch asks is not asked by another, though both grew on one stem.
func TestQueriesDoNotLeakIntoOneAnother(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		stem := db.Rows[gadget](gadgets(t, d)).Where("worth > 0").Order("id")
		cheap, dear := stem.Where("worth < 3"), stem.Where("worth > 3")
		if got := names(t, cheap); !slices.Equal(got, []string{"cape", "rope"}) {
			t.Errorf("cheap: %q", got)
		}
		if got := names(t, dear); !slices.Equal(got, []string{"boots", "torch"}) {
			t.Errorf("dear: %q", got)
		}
		if got := names(t, stem); len(got) != 5 {
			t.Errorf("the stem: %q", got)
		}
	})
}

func TestQueryWrites(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		all := db.Rows[gadget](gadgets(t, d))
		made := gadget{Name: "kite", Worth: 7}
		if err := all.Create(ctx, &made); err != nil || made.ID == 0 {
			t.Errorf("made %+v: %v", made, err)
		}
		once := clause.OnConflict{Columns: []clause.Column{{Name: "name"}}, DoNothing: true}
		if err := db.Rows[gadget](d.Write, once).Create(ctx, &gadget{Name: "kite", Worth: 8}); err != nil {
			t.Error(err)
		}
		if n, err := all.Where("worth = 4").Update(ctx, "worth", gorm.Expr("worth + ?", 1)); n != 2 || err != nil {
			t.Errorf("%d were updated: %v", n, err)
		}
		if n, err := all.Where("name = ?", "kite").Select("worth").Updates(ctx, gadget{Name: "other"}); n != 1 || err != nil {
			t.Errorf("%d were updated: %v", n, err)
		}
		if g, err := all.Where("name = ?", "kite").Take(ctx); g.Worth != 0 || err != nil {
			t.Errorf("the kite is %+v: %v", g, err)
		}
		if _, err := all.Delete(ctx); err == nil {
			t.Error("everything can be deleted by an oversight")
		}
		if n, err := all.Where("worth = 5").Delete(ctx); n != 2 || err != nil {
			t.Errorf("%d were deleted: %v", n, err)
		}
		if n, err := all.Count(ctx, "*"); n != 4 || err != nil {
			t.Errorf("%d are left: %v", n, err)
		}
	})
}
