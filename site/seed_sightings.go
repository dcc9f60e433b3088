package site

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/models"
	"superbook/site/demo"
)

// seedSightings fills the map, unless the first of the demo is on it already.
func seedSightings(ctx context.Context, tx *gorm.DB) error {
	content, err := demo.Sightings()
	if err != nil {
		return err
	}
	first, err := db.Rows[models.Sighting](tx).Where("note = ?", content.Sightings[0].Note).Count(ctx, "*")
	if err != nil || first > 0 {
		return err
	}
	places := map[string]models.Location{}
	for _, l := range content.Locations {
		places[l.Key] = models.Location{Name: l.Name, Country: l.Country, Latitude: l.Latitude, Longitude: l.Longitude}
	}
	now := time.Now().UTC()
	// The oldest first, so that numbers grow with time.
	slices.SortStableFunc(content.Sightings, func(a, b demo.Sighting) int { return b.HoursAgo - a.HoursAgo })
	for _, s := range content.Sightings {
		if err := seedSighting(ctx, tx, s, places[s.At], now); err != nil {
			return fmt.Errorf("demo sighting of %s: %w", s.Hero, err)
		}
	}
	return nil
}

func seedSighting(ctx context.Context, tx *gorm.DB, s demo.Sighting, at models.Location, now time.Time) error {
	hero, err := models.UserByUsername(ctx, tx, s.Hero)
	if err != nil {
		return err
	}
	by, err := models.UserByUsername(ctx, tx, s.By)
	if err != nil {
		return err
	}
	row := models.Sighting{UserID: by.ID, HeroID: hero.ID, SeenAt: now.Add(-time.Duration(s.HoursAgo) * time.Hour), Note: s.Note}
	if s.Power != "" {
		power, err := models.PowerNamed(ctx, tx, s.Power)
		if err == nil {
			row.PowerID = &power.ID
		} else if !errors.Is(err, gorm.ErrRecordNotFound) { // the member was here before the roster, without it
			return err
		}
	}
	return models.CreateSighting(ctx, tx, &row, at)
}
