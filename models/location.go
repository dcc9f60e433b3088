package models

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"superbook/kit/db"
	"superbook/kit/geo"
)

// Location is a place where heroes have been seen. Within a country a name
// means one place.
type Location struct {
	ID        int64
	Name      string
	Slug      string  // of the name; unique in its country
	Country   string  // a code that package geo knows
	Latitude  float64 // in degrees, north is positive
	Longitude float64 // in degrees, east is positive
}

// Point is where the place lies.
func (l Location) Point() geo.Point { return geo.Point{Latitude: l.Latitude, Longitude: l.Longitude} }

// At is where the place lies on the map of the world.
func (l Location) At() geo.Pixel { return geo.World().Project(l.Point()) }

// CountryName is the country in words.
func (l Location) CountryName() string { return geo.CountryName(l.Country) }

// samePlace is how far from a known place, in kilometres, its name may be used:
// a click on the map of a phone is no more exact.
const samePlace = 200

// PlaceTakenError says that the country has another place of that name.
type PlaceTakenError struct{ Known Location }

// Error names the place that is known.
func (e *PlaceTakenError) Error() string {
	return fmt.Sprintf("models: %s is the name of a place at %s", e.Known.Name, e.Known.Point())
}

// saveLocation finds the place by its name and country, or makes it. The known
// coordinates stay; when they lie elsewhere, the error is a *PlaceTakenError.
func saveLocation(ctx context.Context, tx *gorm.DB, l Location) (Location, error) {
	l.Slug = Slug(l.Name)
	same := clause.OnConflict{Columns: []clause.Column{{Name: "country"}, {Name: "slug"}}, DoNothing: true}
	if err := db.Rows[Location](tx, same).Create(ctx, &l); err != nil {
		return l, fmt.Errorf("create location: %w", err)
	}
	kept, err := db.Rows[Location](tx).Where("country = ? AND slug = ?", l.Country, l.Slug).Take(ctx)
	if err != nil {
		return l, fmt.Errorf("find location: %w", err)
	}
	if geo.Distance(kept.Point(), l.Point()) > samePlace {
		return kept, &PlaceTakenError{kept}
	}
	return kept, nil
}

// LocationByID finds a place by its number.
func LocationByID(ctx context.Context, conn *gorm.DB, id int64) (Location, error) {
	l, err := db.Rows[Location](conn).Where("id = ?", id).Take(ctx)
	return found(l, err, "place")
}

// whereSeen leaves out places that only a deleted sighting has named.
const whereSeen = "EXISTS (SELECT 1 FROM sightings WHERE sightings.location_id = locations.id)"

// KnownLocations gives the n places that were named last, by country and name.
func KnownLocations(ctx context.Context, conn *gorm.DB, n int) ([]Location, error) {
	rows, err := db.Rows[Location](conn).Where(whereSeen).Order("id DESC").Limit(n).Find(ctx)
	slices.SortFunc(rows, func(a, b Location) int {
		return cmp.Or(cmp.Compare(a.CountryName(), b.CountryName()), cmp.Compare(a.Slug, b.Slug))
	})
	return rows, err
}

// SightedCountries gives the countries in which somebody was seen, by name.
func SightedCountries(ctx context.Context, conn *gorm.DB) ([]geo.Country, error) {
	rows, err := db.Rows[Location](conn).Distinct("country").Where(whereSeen).Find(ctx)
	list := make([]geo.Country, len(rows))
	for i, l := range rows {
		list[i] = geo.Country{Code: l.Country, Name: l.CountryName()}
	}
	slices.SortFunc(list, func(a, b geo.Country) int { return cmp.Compare(a.Name, b.Name) })
	return list, err
}
