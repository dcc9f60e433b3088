// Package geo knows places on Earth: their coordinates as people write them,
// their countries, and where they lie on a drawn map.
package geo

import (
	"fmt"
	"math"
)

// Point is a place, in degrees: north and east of zero are positive.
type Point struct {
	Latitude  float64
	Longitude float64
}

// Valid says whether the point is on Earth.
func (p Point) Valid() bool {
	return math.Abs(p.Latitude) <= 90 && math.Abs(p.Longitude) <= 180 // false for NaN too
}

// Decimal writes the point as "48.21, 16.37": what Parse reads, and exact to
// about a kilometre.
func (p Point) Decimal() string {
	return fmt.Sprintf("%.2f, %.2f", zeroed(p.Latitude), zeroed(p.Longitude))
}

// String writes the point for readers, as "48.2° N, 16.4° E".
func (p Point) String() string {
	side := func(degrees float64, positive, negative string) string {
		if degrees < 0 {
			positive = negative
		}
		return fmt.Sprintf("%.1f° %s", math.Abs(degrees), positive)
	}
	return side(p.Latitude, "N", "S") + ", " + side(p.Longitude, "E", "W")
}

// zeroed avoids "-0.00".
func zeroed(degrees float64) float64 {
	if math.Abs(degrees) < 0.005 {
		return 0
	}
	return degrees
}

// earthRadius is the mean of the Earth's radius, in kilometres (IUGG).
const earthRadius = 6371.0088

// Distance is how far apart two points are, in kilometres, by the haversine formula.
func Distance(a, b Point) float64 {
	rad := func(degrees float64) float64 { return degrees * math.Pi / 180 }
	sin := func(degrees float64) float64 { return math.Sin(rad(degrees) / 2) }
	north, east := sin(b.Latitude-a.Latitude), sin(b.Longitude-a.Longitude)
	h := north*north + math.Cos(rad(a.Latitude))*math.Cos(rad(b.Latitude))*east*east
	return 2 * earthRadius * math.Asin(math.Sqrt(min(h, 1)))
}
