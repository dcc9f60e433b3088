package models

import (
	"context"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"superbook/kit/db"
)

// Origin is a place that heroes come from.
type Origin struct {
	ID     int64
	Name   string
	Slug   string // unique; what URLs say
	Heroes int    // how many heroes have it, kept in step by SaveProfile
}

// Power is something that heroes can do.
type Power struct {
	ID     int64
	Name   string
	Slug   string // unique; what URLs say
	Heroes int    // how many heroes have it, kept in step by SaveProfile
}

// PopularPowers gives the n powers that most heroes have.
func PopularPowers(ctx context.Context, conn *gorm.DB, n int) ([]Power, error) {
	return db.Rows[Power](conn).Where("heroes > 0").Order("heroes DESC, id").Limit(n).Find(ctx)
}

// PopularOrigins gives the n origins that most heroes have.
func PopularOrigins(ctx context.Context, conn *gorm.DB, n int) ([]Origin, error) {
	return db.Rows[Origin](conn).Where("heroes > 0").Order("heroes DESC, id").Limit(n).Find(ctx)
}

func saveOrigin(ctx context.Context, tx *gorm.DB, p Profile, old *Profile) error {
	var next *int64
	if slug := Slug(p.Origin); slug != "" {
		row := Origin{Name: p.Origin, Slug: slug}
		if err := db.Rows[Origin](tx, ignoreDuplicate("slug")).Create(ctx, &row); err != nil {
			return err
		}
		kept, err := db.Rows[Origin](tx).Where("slug = ?", slug).Take(ctx)
		if err != nil {
			return err
		}
		next = &kept.ID
	}
	if _, err := db.Rows[Profile](tx).Where("user_id = ?", p.UserID).Update(ctx, "origin_id", next); err != nil {
		return err
	}
	if old != nil && old.Kind == Hero && old.OriginID != nil {
		if err := countHeroes[Origin](ctx, tx, []int64{*old.OriginID}, -1); err != nil {
			return err
		}
	}
	if p.Kind == Hero && next != nil {
		return countHeroes[Origin](ctx, tx, []int64{*next}, +1)
	}
	return nil
}

func savePowers(ctx context.Context, tx *gorm.DB, p Profile, old *Profile) error {
	had, err := db.Rows[ProfilePower](tx).Where("user_id = ?", p.UserID).Find(ctx)
	if err != nil {
		return err
	}
	if _, err := db.Rows[ProfilePower](tx).Where("user_id = ?", p.UserID).Delete(ctx); err != nil {
		return err
	}
	has, err := powerRows(ctx, tx, p)
	if err != nil {
		return err
	}
	if len(has) > 0 {
		if err := db.Rows[ProfilePower](tx).CreateInBatches(ctx, &has, 100); err != nil {
			return err
		}
	}
	if old != nil && old.Kind == Hero {
		if err := countHeroes[Power](ctx, tx, powerIDs(had), -1); err != nil {
			return err
		}
	}
	if p.Kind == Hero {
		return countHeroes[Power](ctx, tx, powerIDs(has), +1)
	}
	return nil
}

// powerRows finds the powers by name, making those that nobody had before.
func powerRows(ctx context.Context, tx *gorm.DB, p Profile) ([]ProfilePower, error) {
	var rows []ProfilePower
	seen := map[string]bool{}
	for _, name := range p.Powers {
		slug := Slug(name)
		if slug == "" || seen[slug] {
			continue
		}
		seen[slug] = true
		row := Power{Name: strings.TrimSpace(name), Slug: slug}
		if err := db.Rows[Power](tx, ignoreDuplicate("slug")).Create(ctx, &row); err != nil {
			return nil, err
		}
		kept, err := db.Rows[Power](tx).Where("slug = ?", slug).Take(ctx)
		if err != nil {
			return nil, err
		}
		rows = append(rows, ProfilePower{UserID: p.UserID, PowerID: kept.ID, Place: len(rows)})
	}
	return rows, nil
}

func powerIDs(rows []ProfilePower) []int64 {
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.PowerID
	}
	return ids
}

func countHeroes[T Origin | Power](ctx context.Context, tx *gorm.DB, ids []int64, by int) error {
	if len(ids) == 0 {
		return nil
	}
	_, err := db.Rows[T](tx).Where("id IN ?", ids).Update(ctx, "heroes", gorm.Expr("heroes + ?", by))
	return err
}

// ignoreDuplicate keeps the row that is there. An error instead would end the
// whole transaction on PostgreSQL.
func ignoreDuplicate(column string) clause.OnConflict {
	return clause.OnConflict{Columns: []clause.Column{{Name: column}}, DoNothing: true}
}
