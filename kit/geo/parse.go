package geo

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
)

// What Parse finds wrong.
var (
	ErrNotCoordinates = errors.New("geo: not a latitude and a longitude")
	ErrOffEarth       = errors.New("geo: latitude beyond 90° or longitude beyond 180°")
)

const (
	// maxCoordinates bounds the work, in bytes. Nobody's coordinates are longer.
	maxCoordinates = 100
	// Degrees, perhaps minutes and seconds, perhaps a side of the world.
	angle = `([+-]?\d{1,3}(?:\.\d{1,12})?)\s*°?\s*(?:(\d{1,2}(?:\.\d{1,12})?)\s*')?\s*(?:(\d{1,2}(?:\.\d{1,12})?)\s*")?\s*`
)

var coordinates = regexp.MustCompile(`^` + angle + `([NS]?)\s*[,; ]\s*` + angle + `([EW]?)$`)

// typed are the signs that people write for those that the pattern knows.
var typed = strings.NewReplacer("−", "-", "–", "-", "º", "°", "′", "'", "’", "'", "″", `"`, "”", `"`, "''", `"`)

// Parse reads coordinates as people write them, the latitude first:
//
//	48.2, 16.4      48.2 16.4      48.2° N, 16.4° E      48°12'36"N 16°22'E
//
// The error is ErrNotCoordinates or ErrOffEarth.
func Parse(text string) (Point, error) {
	if len(text) > maxCoordinates {
		return Point{}, ErrNotCoordinates
	}
	m := coordinates.FindStringSubmatch(strings.ToUpper(typed.Replace(strings.TrimSpace(text))))
	if m == nil {
		return Point{}, ErrNotCoordinates
	}
	lat, ok1 := degrees(m[1], m[2], m[3], m[4] == "S")
	lon, ok2 := degrees(m[5], m[6], m[7], m[8] == "W")
	if !ok1 || !ok2 || m[4] != "" && signed(m[1]) || m[8] != "" && signed(m[5]) {
		return Point{}, ErrNotCoordinates
	}
	if p := (Point{lat, lon}); p.Valid() {
		return p, nil
	}
	return Point{}, ErrOffEarth
}

// signed: a sign and a side of the world together could mean two things.
func signed(s string) bool { return s[0] == '-' || s[0] == '+' }

func degrees(whole, minutes, seconds string, negative bool) (float64, bool) {
	d := number(strings.TrimLeft(whole, "+-"))
	m, s := number(minutes), number(seconds)
	if m >= 60 || s >= 60 || minutes != "" && strings.Contains(whole, ".") {
		return 0, false
	}
	d += m/60 + s/3600
	if negative || whole[0] == '-' {
		d = -d
	}
	return d, true
}

// number reads digits; where there are none, it is zero.
func number(digits string) float64 {
	if digits == "" {
		return 0
	}
	f, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		panic("geo: the pattern lets through " + digits)
	}
	return f
}
