package forms

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"superbook/kit/form"
	"superbook/kit/geo"
	"superbook/models"
)

// Period is how far back a list of sightings goes.
type Period struct {
	Name string // as in the URL
	Days int
	Text string
}

// Periods are those that can be chosen, the shortest first.
func Periods() []Period {
	return []Period{{"day", 1, "Last 24 hours"}, {"week", 7, "Last 7 days"}, {"month", 30, "Last 30 days"}, {"year", 365, "Last 365 days"}}
}

// Sightings asks for a part of the list of sightings. It is read from the URL,
// so what it does not understand it takes as not said.
type Sightings struct {
	Hero    string `query:"hero"`    // username, or name
	Country string `query:"country"` // code
	Period  string `query:"period"`  // the name of one of Periods
	Before  string `query:"before"`  // a mark, see MarkText
}

// Tidy sets what was not said, or not understood, to its default.
func (f *Sightings) Tidy() {
	f.Hero, f.Country = form.Line(f.Hero), strings.ToUpper(form.Line(f.Country))
	if !atMost(f.Hero, maxTyped) {
		f.Hero = string([]rune(f.Hero)[:maxTyped])
	}
	if geo.CountryName(f.Country) == "" {
		f.Country = ""
	}
	if f.period().Days == 0 {
		f.Period = ""
	}
	f.Before = MarkText(f.Mark())
}

func (f Sightings) period() Period {
	for _, p := range Periods() {
		if p.Name == f.Period {
			return p
		}
	}
	return Period{}
}

// PeriodText is the chosen period in words, or "".
func (f Sightings) PeriodText() string { return f.period().Text }

// CountryName is the chosen country in words, or "".
func (f Sightings) CountryName() string { return geo.CountryName(f.Country) }

// Narrowed says whether not everything was asked for.
func (f Sightings) Narrowed() bool { return f.Hero != "" || f.Country != "" || f.Period != "" }

// Since is where the period begins, or the zero time.
func (f Sightings) Since(now time.Time) time.Time {
	if days := f.period().Days; days > 0 {
		return now.AddDate(0, 0, -days)
	}
	return time.Time{}
}

// Mark is where the list goes on.
func (f Sightings) Mark() models.Mark {
	seconds, number, _ := strings.Cut(f.Before, ".")
	s, err1 := strconv.ParseInt(seconds, 10, 64)
	id, err2 := strconv.ParseInt(number, 10, 64)
	if at := time.Unix(s, 0).UTC(); err1 == nil && err2 == nil && id > 0 && at.Year() > 0 && at.Year() < 10_000 {
		return models.Mark{SeenAt: at, ID: id}
	}
	return models.Mark{}
}

// MarkText writes a mark for the URL; the zero mark is "".
func MarkText(m models.Mark) string {
	if m == (models.Mark{}) {
		return ""
	}
	return fmt.Sprintf("%d.%d", m.SeenAt.Unix(), m.ID)
}

// Without gives the query of the list with one filter taken away.
func (f Sightings) Without(field string) string {
	switch field {
	case "hero":
		f.Hero = ""
	case "country":
		f.Country = ""
	case "period":
		f.Period = ""
	}
	f.Before = ""
	return f.Query()
}

// From gives the query of what follows a sighting in the same list.
func (f Sightings) From(m models.Mark) string {
	f.Before = MarkText(m)
	return f.Query()
}

// Query writes the question for a link.
func (f Sightings) Query() string {
	v := url.Values{}
	for name, value := range map[string]string{"hero": f.Hero, "country": f.Country, "period": f.Period, "before": f.Before} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if len(v) == 0 {
		return ""
	}
	return "?" + v.Encode()
}
