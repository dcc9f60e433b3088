package models

import (
	"context"

	"superbook/kit/db"
)

// PlaceYear is how often somebody was seen at one place in one year.
type PlaceYear struct {
	Location  Location `gorm:"embedded;embeddedPrefix:location_"`
	Year      string
	Sightings int
}

// Places counts the sightings by year and place, the last year first, and within
// a year the places where most was seen: at most n rows.
func (q Sightings) Places(ctx context.Context, n int) (rows []PlaceYear, err error) {
	err = q.keys.Table("sightings JOIN locations ON locations.id = sightings.location_id").
		Select("locations.id AS location_id, locations.name AS location_name, locations.slug AS location_slug, locations.country AS location_country,"+
			" substr(sightings.hour, 1, 4) AS year, count(*) AS sightings").
		Group("locations.id, substr(sightings.hour, 1, 4)").
		Order("year DESC, count(*) DESC, locations.slug, locations.id").Limit(n).Scan(ctx, &rows)
	return rows, err
}

// Witness is a member who reported sightings.
type Witness struct {
	Face    `gorm:"embedded"`
	Reports int
}

// Witnesses gives the n members who reported most of the sightings.
func (q Sightings) Witnesses(ctx context.Context, n int) ([]Witness, error) {
	most := q.keys.Select("sightings.user_id, count(*) AS reports").Group("sightings.user_id").Order("reports DESC, sightings.user_id").Limit(n)
	return db.Rows[Witness](q.conn).Table("(?) AS most"+faceTables("most.user_id"), most.Sub()).
		Select(faceColumns("") + ", most.reports").Order("most.reports DESC, users.id").Find(ctx)
}
