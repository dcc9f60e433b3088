package demo

import (
	"slices"
	"testing"
	"unicode/utf8"

	"superbook/kit/geo"
)

func TestSightingsAreOfTheRoster(t *testing.T) {
	t.Parallel()
	p, err := Sightings()
	if err != nil {
		t.Fatal(err)
	}
	people, places, seen := map[string]Member{}, map[string]bool{}, map[string]int{}
	for _, m := range roster(t) {
		people[m.Username] = m
	}
	invented := 0
	for _, l := range p.Locations {
		at := geo.Point{Latitude: l.Latitude, Longitude: l.Longitude}
		if !at.Valid() || l.Name == "" || geo.CountryName(l.Country) == "" || places[l.Key] {
			t.Errorf("the place %+v", l)
		}
		places[l.Key] = true
		if l.Country == "XZ" {
			invented++
		}
	}
	last := 0
	for _, s := range p.Sightings {
		hero, by := people[s.Hero], people[s.By]
		if hero.Kind != "hero" || by.Username == "" || !places[s.At] {
			t.Errorf("%s, seen by %s at %s", s.Hero, s.By, s.At)
		}
		if s.Power != "" && !slices.Contains(hero.Powers, s.Power) {
			t.Errorf("%s has no %s", s.Hero, s.Power)
		}
		if n := utf8.RuneCountInString(s.Note); n < 10 || n > 280 || s.HoursAgo < 1 {
			t.Errorf("%d hours ago, in %d characters: %s", s.HoursAgo, n, s.Note)
		}
		seen[s.At]++
		last = max(last, s.HoursAgo)
	}
	if len(p.Sightings) < 110 || len(seen) < 40 || invented < 5 || last < 17*30*24 {
		t.Errorf("%d sightings at %d places, %d of them invented, over %d hours", len(p.Sightings), len(seen), invented, last)
	}
}
