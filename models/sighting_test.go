package models_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/kit/problem"
	"superbook/models"
	"superbook/site/sitetest"
)

var (
	portSable = models.Location{Name: "Port Sable", Country: "XZ", Latitude: 41.5, Longitude: -31.2}
	lagos     = models.Location{Name: "Lagos", Country: "NG", Latitude: 6.45, Longitude: 3.39}
	lagosPT   = models.Location{Name: "Lagos", Country: "PT", Latitude: 37.1, Longitude: -8.67}
	noon      = time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC)
)

// report makes a sighting, as one transaction of its own.
func report(ctx context.Context, s *sitetest.Site, by, hero models.User, power *int64, at models.Location, when time.Time) (models.Sighting, error) {
	row := models.Sighting{UserID: by.ID, HeroID: hero.ID, PowerID: power, SeenAt: when, Note: "Saw it myself."}
	err := s.DB.Tx(ctx, func(tx *gorm.DB) error { return models.CreateSighting(ctx, tx, &row, at) })
	return row, err
}

func mustReport(t *testing.T, s *sitetest.Site, by, hero models.User, at models.Location, when time.Time) int64 {
	t.Helper()
	row, err := report(t.Context(), s, by, hero, nil, at, when)
	if err != nil {
		t.Fatal(err)
	}
	return row.ID
}

func numbers(t *testing.T, q models.Sightings) (ids []int64) {
	t.Helper()
	rows, err := q.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	return ids
}

func TestSightings(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	heron, tide, wren := s.Hero("nightheron"), s.Hero("tidewright"), s.Fan("wren")
	b := mustReport(t, s, wren, heron, lagos, noon)
	a := mustReport(t, s, tide, heron, portSable, noon.AddDate(0, 0, -20)) // reported later, seen earlier
	c := mustReport(t, s, wren, tide, lagosPT, noon.AddDate(0, 1, 0))
	d := mustReport(t, s, wren, tide, lagos, noon)
	all := models.SightingsIn(s.DB.Read)
	for name, tt := range map[string]struct {
		q    models.Sightings
		want []int64
	}{
		"all, seen last first":    {all, []int64{c, d, b, a}},
		"the newest two":          {all.Newest(2), []int64{c, d}},
		"of a hero":               {all.Of(heron.ID), []int64{b, a}},
		"by a member":             {all.By(tide.ID), []int64{a}},
		"in a country":            {all.In("NG"), []int64{d, b}},
		"at sea":                  {all.In("XZ"), []int64{a}},
		"in no country":           {all.In(""), nil},
		"from a time on":          {all.Between(noon, time.Time{}), []int64{c, d, b}},
		"before a time":           {all.Between(time.Time{}, noon), []int64{a}},
		"between":                 {all.Between(noon, noon.Add(time.Minute)), []int64{d, b}},
		"after the one of a tie":  {all.Before(models.Mark{SeenAt: noon, ID: d}), []int64{b, a}},
		"after the last":          {all.Before(models.Mark{SeenAt: noon.AddDate(0, 0, -20), ID: a}), nil},
		"after one that was none": {all.Before(models.Mark{SeenAt: noon.Add(-time.Second), ID: 1 << 40}), []int64{a}},
		"all of it":               {all.Of(tide.ID).In("NG").Between(noon, noon.Add(time.Minute)).Before(models.Mark{SeenAt: noon, ID: d + 1}).Newest(5), []int64{d}},
	} {
		if got := numbers(t, tt.q); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", name, got, tt.want)
		}
	}
	card, err := all.Get(t.Context(), a)
	if err != nil || card.Hero.Username != "nightheron" || card.Reporter.Username != "tidewright" || card.Location.Name != "Port Sable" ||
		card.Location.CountryName() != "International waters" || card.Note != "Saw it myself." || card.Power != "" || !card.SeenAt.Equal(noon.AddDate(0, 0, -20)) {
		t.Errorf("%+v, %v", card, err)
	}
	if _, err := all.In("PT").Get(t.Context(), a); !isNotFound(err) {
		t.Errorf("a sighting elsewhere: %v", err)
	}
	pins, err := all.Newest(3).Pins(t.Context())
	if err != nil || len(pins) != 3 || pins[2].ID != c || pins[2].Place != "Lagos" || pins[0].ID != b {
		t.Errorf("pins: %+v, %v", pins, err)
	}
	months, err := all.Months(t.Context())
	if err != nil || len(months) != 2 || months[0].Sightings != 1 || months[1].Sightings != 3 || months[1].First.Month() != time.March {
		t.Errorf("months: %+v, %v", months, err)
	}
	if months, err := all.Of(heron.ID).Months(t.Context()); err != nil || len(months) != 1 || months[0].Sightings != 2 {
		t.Errorf("months of a hero: %+v, %v", months, err)
	}
}

func isNotFound(err error) bool {
	var p *problem.Problem
	return errors.As(err, &p) && p.Status == http.StatusNotFound
}

func TestOneSightingPerHeroPowerPlaceAndHour(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	heron, tide, wren := s.Hero("nightheron"), s.Hero("tidewright"), s.Fan("wren")
	fog, err := models.PowerNamed(t.Context(), s.DB.Read, " FOG craft ")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		what  string
		by    models.User
		hero  models.User
		power *int64
		at    models.Location
		when  time.Time
		want  error
	}{
		{"the first", wren, heron, nil, lagos, noon, nil},
		{"by another, later in the hour", tide, heron, nil, lagos, noon.Add(59 * time.Minute), models.ErrSameSighting},
		{"the place in other letters, a little off", tide, heron, nil, models.Location{Name: " LAGOS", Country: "NG", Latitude: 6.9, Longitude: 3}, noon, models.ErrSameSighting},
		{"the next hour", wren, heron, nil, lagos, noon.Add(time.Hour), nil},
		{"the hour before", wren, heron, nil, lagos, noon.Add(-time.Second), nil},
		{"a power", wren, heron, &fog.ID, lagos, noon, nil},
		{"the same power", wren, heron, &fog.ID, lagos, noon, models.ErrSameSighting},
		{"another hero", wren, tide, nil, lagos, noon, nil},
		{"another place of that name", wren, heron, nil, lagosPT, noon, nil},
	} {
		row, err := report(t.Context(), s, tt.by, tt.hero, tt.power, tt.at, tt.when)
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.what, err, tt.want)
		}
		if tt.want == nil {
			continue
		}
		if id, err := models.SightingsIn(s.DB.Read).Same(t.Context(), row); err != nil || id == 0 {
			t.Errorf("%s: the other one is %d, %v", tt.what, id, err)
		}
	}
	_, err = report(t.Context(), s, wren, heron, nil, models.Location{Name: "Lagos", Country: "NG", Latitude: 12, Longitude: 8.5}, noon.Add(5*time.Hour))
	if taken := (*models.PlaceTakenError)(nil); !errors.As(err, &taken) || taken.Known.Latitude != lagos.Latitude {
		t.Errorf("a name that the country uses elsewhere: %v", err)
	}
}

// Twenty people see the same at once, in a place that nobody has named before.
func TestSameSightingAtOnce(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	heron, wren := s.Hero("nightheron"), s.Fan("wren")
	var done sync.WaitGroup
	results := make([]error, 20)
	for i := range results {
		done.Go(func() { _, results[i] = report(t.Context(), s, wren, heron, nil, lagos, noon) })
	}
	done.Wait()
	made := 0
	for _, err := range results {
		if err == nil {
			made++
		} else if !errors.Is(err, models.ErrSameSighting) {
			t.Error(err)
		}
	}
	if made != 1 || len(numbers(t, models.SightingsIn(s.DB.Read))) != 1 {
		t.Errorf("%d were made", made)
	}
	if places, err := models.KnownLocations(t.Context(), s.DB.Read, 10); err != nil || len(places) != 1 {
		t.Errorf("%d places, %v", len(places), err)
	}
}

func TestPlacesAreKnownWhileSomebodyWasSeenThere(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	heron := s.Hero("nightheron")
	mustReport(t, s, heron, heron, portSable, noon)
	mustReport(t, s, heron, heron, lagosPT, noon)
	gone := mustReport(t, s, heron, heron, lagos, noon)
	names := func() string {
		places, err := models.KnownLocations(t.Context(), s.DB.Read, 10)
		if err != nil {
			t.Fatal(err)
		}
		countries, err := models.SightedCountries(t.Context(), s.DB.Read)
		if err != nil {
			t.Fatal(err)
		}
		var list []string
		for _, p := range places {
			list = append(list, p.Name+" "+p.Country)
		}
		for _, c := range countries {
			list = append(list, c.Code)
		}
		return strings.Join(list, ", ")
	}
	if got, want := names(), "Port Sable XZ, Lagos NG, Lagos PT, XZ, NG, PT"; got != want {
		t.Errorf("known are %s, want %s", got, want)
	}
	if err := s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return models.DeleteSighting(t.Context(), tx, gone) }); err != nil {
		t.Fatal(err)
	}
	if got, want := names(), "Port Sable XZ, Lagos PT, XZ, PT"; got != want {
		t.Errorf("known are %s, want %s", got, want)
	}
}

func TestHeroCalled(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	called := func(username, name string, kind models.Kind) int64 {
		return s.Member(username, models.Profile{Kind: kind, Name: name}).ID
	}
	heron := called("nightheron", "Night Heron", models.Hero)
	called("mask1", "The Mask", models.Hero)
	called("mask2", "The Mask", models.Hero)
	cape := called("cape", "mask1", models.Hero) // named like another's username
	called("wren", "Wren", models.Fan)
	for text, want := range map[string]int64{"nightheron": heron, "@NightHeron": heron, " night heron ": heron, "cape": cape} {
		if got, err := models.HeroCalled(t.Context(), s.DB.Read, models.Viewer{}, text); err != nil || got.ID != want {
			t.Errorf("%q is %+v, %v", text, got, err)
		}
	}
	if got, err := models.HeroCalled(t.Context(), s.DB.Read, models.Viewer{}, "mask1"); err != nil || got.Username != "mask1" {
		t.Errorf("a username goes before a name: %+v, %v", got, err)
	}
	if _, err := models.HeroCalled(t.Context(), s.DB.Read, models.Viewer{}, "the mask"); !errors.Is(err, models.ErrNamesakes) {
		t.Errorf("two of a name: %v", err)
	}
	for _, text := range []string{"", "@", "wren", "night", "%"} {
		if got, err := models.HeroCalled(t.Context(), s.DB.Read, models.Viewer{}, text); !isNotFound(err) {
			t.Errorf("%q is %+v, %v", text, got, err)
		}
	}
	if names, err := models.HeroNames(t.Context(), s.DB.Read, models.Viewer{}, 2); err != nil || len(names) != 2 || names[0].Name != "mask1" || names[1].Name != "Night Heron" {
		t.Errorf("names: %+v, %v", names, err)
	}
}
