package views

import (
	"superbook/kit/geo"
	"superbook/models"
)

// WorldMap is the drawing of the world with what was seen on it.
type WorldMap struct {
	ViewBox string
	Pins    []models.SightingPin
}

// Map shows the whole world.
func (p SightingsPage) Map() WorldMap { return wholeWorld(p.Pins) }

// Map shows the whole world.
func (p SightingsMonthPage) Map() WorldMap { return wholeWorld(p.Pins) }

// zoomed is how much larger the map of one sighting is.
const zoomed = 2.5

// Map shows where it was, and what is around.
func (p SightingPage) Map() WorldMap {
	pin := p.Sighting.Pin()
	return WorldMap{geo.World().ViewBox(pin.At(), zoomed), []models.SightingPin{pin}}
}

func wholeWorld(pins []models.SightingPin) WorldMap {
	w := geo.World()
	return WorldMap{w.ViewBox(geo.Pixel{X: w.Width / 2, Y: w.Height / 2}, 1), pins}
}
