package forms_test

import (
	"strings"
	"testing"
	"time"

	"superbook/forms"
	"superbook/models"
)

// seen is a sighting that is accepted.
func seen() forms.Sighting {
	return forms.Sighting{Hero: "nightheron", When: "2026-03-31T15:30", Place: "Lagos", Country: "NG", Coordinates: "6.45, 3.39"}
}

func TestSightingSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	now := time.Now().UTC()
	for name, tt := range map[string]struct {
		change func(f *forms.Sighting)
		field  string // "" when nothing is wrong
		words  string
	}{
		"as it is":              {func(*forms.Sighting) {}, "", ""},
		"no hero":               {func(f *forms.Sighting) { f.Hero = " \x00 " }, "hero", "Who was it"},
		"a huge hero":           {func(f *forms.Sighting) { f.Hero = strings.Repeat("h", 1<<20) }, "hero", "that long"},
		"a huge power":          {func(f *forms.Sighting) { f.Power = strings.Repeat("p", 121) }, "power", "that long"},
		"no time":               {func(f *forms.Sighting) { f.When = "" }, "when", "like 2026"},
		"a day that is not":     {func(f *forms.Sighting) { f.When = "2026-02-30T10:00" }, "when", "like 2026"},
		"soon":                  {func(f *forms.Sighting) { f.When = now.Add(5 * time.Minute).Format("2006-01-02T15:04") }, "when", "still to come"},
		"now":                   {func(f *forms.Sighting) { f.When = now.Format("2006-01-02T15:04") }, "", ""},
		"with seconds":          {func(f *forms.Sighting) { f.When = "2026-03-31T15:30:59" }, "", ""},
		"typed":                 {func(f *forms.Sighting) { f.When = "2026-03-31 15:30" }, "", ""},
		"with a zone":           {func(f *forms.Sighting) { f.When = "2026-03-31T15:30:00+02:00" }, "", ""},
		"long ago":              {func(f *forms.Sighting) { f.When = "1899-12-31T23:59" }, "when", "very long time ago"},
		"a known place":         {func(f *forms.Sighting) { f.Location, f.Place, f.Country, f.Coordinates = "7", "", "", "" }, "", ""},
		"a known place of text": {func(f *forms.Sighting) { f.Location = "Lagos" }, "location", "Choose a place"},
		"place 0":               {func(f *forms.Sighting) { f.Location = "0" }, "location", "Choose a place"},
		"no place":              {func(f *forms.Sighting) { f.Place = "" }, "place", "Choose a place"},
		"a place of signs":      {func(f *forms.Sighting) { f.Place = "!?" }, "place", "letter or digit"},
		"a long place":          {func(f *forms.Sighting) { f.Place = strings.Repeat("é", 81) }, "place", "80"},
		"no country":            {func(f *forms.Sighting) { f.Country = "" }, "country", "Choose a country"},
		"a country that is not": {func(f *forms.Sighting) { f.Country = "QQ" }, "country", "Choose a country"},
		"no coordinates":        {func(f *forms.Sighting) { f.Coordinates = "" }, "coordinates", "Click the map"},
		"words":                 {func(f *forms.Sighting) { f.Coordinates = "NaN, Inf" }, "coordinates", "Write the latitude"},
		"beyond the pole":       {func(f *forms.Sighting) { f.Coordinates = "90.1, 0" }, "coordinates", "not on Earth"},
		"280 families":          {func(f *forms.Sighting) { f.Note = strings.Repeat("👨‍👩‍👧‍👦", 280) }, "", ""},
		"281 characters":        {func(f *forms.Sighting) { f.Note = strings.Repeat("e\u0301", 281) }, "note", "280"},
		"one endless character": {func(f *forms.Sighting) { f.Note = "e" + strings.Repeat("\u0301", 5000) }, "note", "280"},
	} {
		f := seen()
		tt.change(&f)
		f.Check()
		if tt.field == "" && !f.OK() || tt.field != "" && (len(f.Fields()) != 1 || !strings.Contains(f.Error(tt.field), tt.words)) {
			t.Errorf("%s: %v, want %s: %s", name, f.All(), tt.field, tt.words)
		}
	}
	f := seen()
	f.When = "2026-03-31T15:30:00+02:00"
	f.Check()
	if at := f.NewPlace(); f.SeenAt().UTC().Hour() != 13 || at.Latitude != 6.45 || at.Longitude != 3.39 || at.Country != "NG" {
		t.Errorf("%v at %+v", f.SeenAt(), at)
	}
}

func TestSightingsTidiesWhatItIsAsked(t *testing.T) {
	t.Parallel()
	for asked, tt := range map[forms.Sightings]struct {
		want  forms.Sightings
		query string
	}{
		{}: {forms.Sightings{}, ""},
		{Hero: "  night  heron ", Country: "jp", Period: "week", Before: "1700000000.5"}: {
			forms.Sightings{Hero: "night heron", Country: "JP", Period: "week", Before: "1700000000.5"}, "?before=1700000000.5&country=JP&hero=night+heron&period=week"},
		{Country: "nowhere", Period: "eon", Before: "x"}:           {forms.Sightings{}, ""},
		{Before: "-86400.5"}:                                       {forms.Sightings{Before: "-86400.5"}, "?before=-86400.5"},
		{Before: "99999999999999999.5"}:                            {forms.Sightings{}, ""},
		{Before: "1700000000.0"}:                                   {forms.Sightings{}, ""},
		{Before: "1700000000.5; DROP TABLE"}:                       {forms.Sightings{}, ""},
		{Hero: strings.Repeat("ж", 500)}:                           {forms.Sightings{Hero: strings.Repeat("ж", 120)}, "?hero=" + strings.Repeat("%D0%B6", 120)},
		{Hero: "a\x00b\xff", Country: "\xff", Period: " week\x00"}: {forms.Sightings{Hero: "a b\ufffd"}, "?hero=a+b%EF%BF%BD"},
	} {
		f := asked
		if f.Tidy(); f != tt.want || f.Query() != tt.query {
			t.Errorf("%+v becomes %+v, %s", asked, f, f.Query())
		}
	}
	now := time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC)
	f := forms.Sightings{Hero: "wren", Country: "JP", Period: "week", Before: "1.1"}
	if f.Since(now) != now.AddDate(0, 0, -7) || !(forms.Sightings{}).Since(now).IsZero() {
		t.Errorf("a week ago was %v", f.Since(now))
	}
	if got := f.Without("country"); got != "?hero=wren&period=week" {
		t.Errorf("without the country: %s", got)
	}
	if got := f.From(models.Mark{SeenAt: now, ID: 9}); got != "?before=1774958400.9&country=JP&hero=wren&period=week" {
		t.Errorf("from a mark: %s", got)
	}
}
