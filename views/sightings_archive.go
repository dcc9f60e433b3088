package views

import (
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/forms"
	"superbook/kit/form"
	"superbook/kit/problem"
	"superbook/kit/render"
	"superbook/models"
)

// SightingsArchivePage lists the months in which something was seen.
type SightingsArchivePage struct {
	Base
	Years []Year
}

// Year is the months of one year, in the order of the calendar.
type Year struct {
	Number    int
	Sightings int
	Most      int // in one month of any year
	Months    []models.Month
}

// Share is how much was seen in a month, in percent of the busiest.
func (y Year) Share(m models.Month) int { return 100 * m.Sightings / y.Most }

// Template names the page's template.
func (SightingsArchivePage) Template() string { return "sightings/archive" }

// SightingsArchive handles GET /sightings/archive.
func (v *Views) SightingsArchive(c echo.Context) error {
	months, err := v.sightings(c).Months(c.Request().Context())
	if err != nil {
		return err
	}
	return render.Show(c, SightingsArchivePage{v.base(c, "sightings", "Archive of sightings"), years(months)})
}

// years groups months, of which the last comes first.
func years(months []models.Month) (list []Year) {
	most := 1
	for _, m := range months {
		most = max(most, m.Sightings)
	}
	for _, m := range months {
		if len(list) == 0 || list[len(list)-1].Number != m.First.Year() {
			list = append(list, Year{Number: m.First.Year(), Most: most})
		}
		y := &list[len(list)-1]
		y.Sightings += m.Sightings
		y.Months = slices.Insert(y.Months, 0, m)
	}
	return list
}

// SightingsMonthPage is what was seen in one month.
type SightingsMonthPage struct {
	Base
	Month     models.Month
	Earlier   *models.Month // the month before that has something, or nil
	Later     *models.Month
	Sightings []models.SightingCard
	Pins      []models.SightingPin
	Next      string // query of what follows, or ""
}

// Template names the page's template.
func (SightingsMonthPage) Template() string { return "sightings/month" }

// SightingsMonth handles GET /sightings/archive/:year/:month.
func (v *Views) SightingsMonth(c echo.Context) error {
	var f forms.Sightings
	if err := form.Query(c, &f); err != nil {
		return err
	}
	first, err := monthOf(c)
	if err != nil {
		return err
	}
	page := SightingsMonthPage{Base: v.base(c, "sightings", "Sightings in "+first.Format("January 2006"))}
	if err := v.findMonth(c, &page, first, f.Mark()); err != nil {
		return err
	}
	return render.Show(c, page)
}

// monthOf is the first moment of the month in the path, which has one spelling.
func monthOf(c echo.Context) (time.Time, error) {
	year, err1 := strconv.Atoi(c.Param("year"))
	month, err2 := strconv.Atoi(c.Param("month"))
	first := time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC)
	if err1 != nil || err2 != nil || first.Format("2006/1") != c.Param("year")+"/"+c.Param("month") {
		return first, problem.NotFound("There is no such month. Look in the archive.")
	}
	return first, nil
}

func (v *Views) findMonth(c echo.Context, page *SightingsMonthPage, first time.Time, m models.Mark) error {
	ctx := c.Request().Context()
	months, err := v.sightings(c).Months(ctx)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(months, func(m models.Month) bool { return m.First.Equal(first) })
	if at < 0 {
		return problem.NotFound("Nobody was seen in that month. Or they were very careful.")
	}
	page.Month = months[at]
	if at > 0 {
		page.Later = &months[at-1]
	}
	if at+1 < len(months) {
		page.Earlier = &months[at+1]
	}
	q := v.sightings(c).Between(first, first.AddDate(0, 1, 0))
	if page.Pins, err = q.Newest(pinsOnMap).Pins(ctx); err != nil {
		return err
	}
	var more bool
	page.Sightings, more, err = sightingsAfter(ctx, q, m)
	if more {
		page.Next = forms.Sightings{}.From(page.Sightings[len(page.Sightings)-1].Mark())
	}
	return err
}
