package models

import (
	"time"

	"superbook/kit/geo"
)

// Mark is the place of a sighting in the order of Newest. It stays good when
// the sighting is deleted.
type Mark struct {
	SeenAt time.Time
	ID     int64
}

// SightingCard is a sighting as lists and its own page show it, scanned flat
// from joined tables.
type SightingCard struct {
	ID        int64
	CreatedAt time.Time
	SeenAt    time.Time
	Note      string
	Power     string // its name, or "" when nothing showed
	PowerSlug string
	Hero      Face     `gorm:"embedded;embeddedPrefix:hero_"`
	Reporter  Face     `gorm:"embedded;embeddedPrefix:reporter_"` // without a portrait
	Location  Location `gorm:"embedded;embeddedPrefix:location_"`
}

// Mark is the sighting's place in the order of Newest.
func (s SightingCard) Mark() Mark { return Mark{s.SeenAt, s.ID} }

// SightingPin is what the map shows of a sighting.
type SightingPin struct {
	ID        int64
	SeenAt    time.Time
	Hero      string
	Place     string
	Latitude  float64
	Longitude float64
}

// At is where on the map it is.
func (p SightingPin) At() geo.Pixel {
	return geo.World().Project(geo.Point{Latitude: p.Latitude, Longitude: p.Longitude})
}

// Pin is what the map shows of the sighting.
func (s SightingCard) Pin() SightingPin {
	return SightingPin{s.ID, s.SeenAt, s.Hero.Name, s.Location.Name, s.Location.Latitude, s.Location.Longitude}
}
