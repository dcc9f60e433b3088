package demo

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
)

//go:embed sightings.json
var sightings []byte

// Places is where the roster has been seen, and who has seen whom there.
type Places struct {
	Locations []Location `json:"locations"`
	Sightings []Sighting `json:"sightings"`
}

// Location is a place of the demo, real or not. Those that are not lie at sea.
type Location struct {
	Key       string  `json:"key"`
	Name      string  `json:"name"`
	Country   string  `json:"country"`
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
}

// Sighting is one of the demo.
type Sighting struct {
	HoursAgo int    `json:"hours_ago"` // before the site is filled
	Hero     string `json:"hero"`      // username
	By       string `json:"by"`        // username
	Power    string `json:"power"`     // one of the hero's, or ""
	At       string `json:"at"`        // key of a location
	Note     string `json:"note"`
}

// Sightings returns all places and sightings, those seen last first.
func Sightings() (Places, error) {
	var p Places
	d := json.NewDecoder(bytes.NewReader(sightings))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return p, fmt.Errorf("decode demo sightings: %w", err)
	}
	return p, nil
}
