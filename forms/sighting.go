package forms

import (
	"errors"
	"strconv"
	"time"

	"superbook/kit/form"
	"superbook/kit/geo"
	"superbook/models"
)

const (
	maxTale  = 280
	maxTyped = 120 // of what is compared with names
)

// Sighting is what members tell of having seen a hero. The place is one that is
// known, by its number, or a new one.
type Sighting struct {
	form.Errors `json:"-"`
	Hero        string `form:"hero" json:"hero"`         // username, or name
	Power       string `form:"power" json:"power"`       // its name, or empty
	When        string `form:"when" json:"when"`         // UTC, as 2006-01-02T15:04, or RFC 3339
	Location    string `form:"location" json:"location"` // the number of a known place, or empty
	Place       string `form:"place" json:"place"`       // the name of a new one
	Country     string `form:"country" json:"country"`   // its code
	Coordinates string `form:"coordinates" json:"coordinates"`
	Note        string `form:"note" json:"note"`

	seenAt time.Time
	known  int64
	point  geo.Point
}

// NewSighting is the form as it is first shown: something seen just now.
func NewSighting(now time.Time) Sighting { return Sighting{When: now.UTC().Format(typedTime)} }

// typedTime is how browsers send a datetime-local.
const typedTime = "2006-01-02T15:04"

// Check tidies the fields and notes what is wrong.
func (f *Sighting) Check() {
	f.Hero, f.Power, f.Place = form.Line(f.Hero), form.Line(f.Power), form.Line(f.Place)
	f.When, f.Location, f.Country, f.Coordinates = form.Line(f.When), form.Line(f.Location), form.Line(f.Country), form.Line(f.Coordinates)
	f.Note = form.Text(f.Note)
	f.Need("hero", f.Hero != "", "Who was it? Choose a hero from the list.")
	f.Need("hero", atMost(f.Hero, maxTyped), "No hero has a name that long.")
	f.Need("power", atMost(f.Power, maxTyped), "No power has a name that long.")
	f.checkWhen(time.Now().UTC())
	if f.Location != "" {
		f.checkKnown()
	} else {
		f.checkPlace()
	}
	f.Need("note", atMost(f.Note, maxTale), "Keep it to 280 characters.")
}

// clocks differ a little.
const clocks = 2 * time.Minute

func (f *Sighting) checkWhen(now time.Time) {
	var err error
	for _, layout := range []string{typedTime, typedTime + ":05", "2006-01-02 15:04", time.RFC3339} {
		if f.seenAt, err = time.Parse(layout, f.When); err == nil {
			break
		}
	}
	f.Need("when", err == nil, "Write the time like 2026-03-31T15:30. It is UTC.")
	f.Need("when", err != nil || !f.seenAt.After(now.Add(clocks)), "That is still to come. The time is UTC: mind the difference to your own.")
	f.Need("when", err != nil || f.seenAt.Year() >= 1900, "That is a very long time ago. Check the year.")
}

func (f *Sighting) checkKnown() {
	var err error
	f.known, err = strconv.ParseInt(f.Location, 10, 64)
	f.Need("location", err == nil && f.known > 0, "Choose a place from the list, or tell us of a new one.")
}

func (f *Sighting) checkPlace() {
	f.Need("place", f.Place != "", "Choose a place that we know above, or give this one a name.")
	f.Need("place", atMost(f.Place, maxPlace), "Keep it to 80 characters.")
	f.Need("place", f.Place == "" || models.Slug(f.Place) != "", "Use at least one letter or digit.")
	f.Need("country", geo.CountryName(f.Country) != "", "Choose a country. At sea, choose International waters.")
	var err error
	f.point, err = geo.Parse(f.Coordinates)
	f.Need("coordinates", f.Coordinates != "", "Click the map, or write the latitude and the longitude, like 48.2, 16.4.")
	f.Need("coordinates", !errors.Is(err, geo.ErrOffEarth), "That is not on Earth: latitudes end at 90, longitudes at 180.")
	f.Need("coordinates", err == nil, "Write the latitude, then the longitude, like 48.2, 16.4 or 48°12'N 16°22'E.")
}

// SeenAt is when it was, after Check.
func (f *Sighting) SeenAt() time.Time { return f.seenAt }

// Known is the number of the known place, or 0 when it is a new one.
func (f *Sighting) Known() int64 { return f.known }

// NewPlace is the new place, after Check.
func (f *Sighting) NewPlace() models.Location {
	return models.Location{Name: f.Place, Country: f.Country, Latitude: f.point.Latitude, Longitude: f.point.Longitude}
}
