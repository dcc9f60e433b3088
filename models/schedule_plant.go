package models

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"superbook/kit/db"
)

// PlantSchedules adds the house's own schedules that are not there yet. What staff
// have made of the others stays. Several processes may do it at once.
func PlantSchedules(ctx context.Context, tx *gorm.DB, wanted []Schedule, at time.Time) error {
	there, err := db.Rows[Schedule](tx).Select("builtin").Where("builtin IS NOT NULL").Find(ctx)
	if err != nil {
		return wrap("plant schedules", err)
	}
	known := map[string]bool{}
	for _, s := range there {
		known[*s.Builtin] = true
	}
	for _, s := range wanted {
		if known[s.Kind] {
			continue
		}
		builtin := s.Kind
		s.Builtin, s.CreatedAt, s.UpdatedAt, s.Version = &builtin, now(), now(), 1
		if err := s.plan(at); err != nil {
			return wrap("plant schedule "+s.Name, err)
		}
		if err := plant(ctx, tx, s); err != nil {
			return wrap("plant schedule "+s.Name, err)
		}
	}
	return nil
}

// plant gives way to a schedule of staff that has the name already.
func plant(ctx context.Context, tx *gorm.DB, s Schedule) error {
	for _, name := range []string{s.Name, s.Name + " (the house’s own)"} {
		s.ID, s.Name, s.NameKey = 0, name, Key(name)
		done := tx.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&s)
		if done.Error != nil || done.RowsAffected == 1 {
			return done.Error
		}
	}
	return nil // another process was faster
}
