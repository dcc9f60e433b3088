package geo

import (
	"fmt"
	"math"
)

// Map is a drawing in plate carrée: a degree is as long everywhere, so that
// places are found by one multiplication.
type Map struct {
	West, North   float64 // the coordinates of its upper left corner, in degrees
	Scale         float64 // units of the drawing for a degree
	Width, Height float64 // in units of the drawing: its viewBox is "0 0 Width Height"
}

// World is static/img/world.svg: two units for a degree, 84° N to 58° S.
func World() Map { return Map{West: -180, North: 84, Scale: 2, Width: 720, Height: 284} }

// Pixel is a place on a drawing, in its units, from its upper left corner.
type Pixel struct{ X, Y float64 }

// Project finds a point on the drawing. What lies beyond an edge, as the poles
// do, is put on the edge.
func (m Map) Project(p Point) Pixel {
	return Pixel{
		X: clamp(m.Scale*(p.Longitude-m.West), m.Width),
		Y: clamp(m.Scale*(m.North-p.Latitude), m.Height),
	}
}

// Point is the way back: what a place on the drawing shows.
func (m Map) Point(at Pixel) Point {
	return Point{Latitude: m.North - at.Y/m.Scale, Longitude: m.West + at.X/m.Scale}
}

// clamp rounds to a tenth of a unit, which is less than a line is wide.
func clamp(v, most float64) float64 { return math.Round(10*max(0, min(v, most))) / 10 }

// ViewBox is the part of the drawing around a place, as large as the whole
// divided by zoom, for the attribute of that name. The place is in its middle,
// even if there is nothing beyond an edge.
func (m Map) ViewBox(around Pixel, zoom float64) string {
	width, height := m.Width/zoom, m.Height/zoom
	return fmt.Sprintf("%.6g %.6g %.6g %.6g", around.X-width/2, around.Y-height/2, width, height)
}
