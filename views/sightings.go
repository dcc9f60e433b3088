package views

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/forms"
	"superbook/kit/async"
	"superbook/kit/form"
	"superbook/kit/geo"
	"superbook/kit/problem"
	"superbook/kit/render"
	"superbook/models"
)

const (
	sightingsPerPage = 20
	pinsOnMap        = 200
	heroesOffered    = 300 // as suggestions; others can be typed
)

// SightingsPage is the map of the world, with who was seen where.
type SightingsPage struct {
	Base
	Form      forms.Sightings
	Sightings []models.SightingCard
	Pins      []models.SightingPin
	Next      string // query of what follows, or ""
	Wrong     string // words about a hero that cannot be found
	Countries []geo.Country
	Heroes    []models.Face
}

// Template names the page's template.
func (SightingsPage) Template() string { return "sightings/list" }

// Periods are the choices of the filter.
func (SightingsPage) Periods() []forms.Period { return forms.Periods() }

// Sightings handles GET /sightings, as a page or as JSON. The whole list, from
// its beginning, is live.
func (v *Views) Sightings(c echo.Context) error {
	page := SightingsPage{Base: v.base(c, "sightings", "Sightings")}
	if err := form.Query(c, &page.Form); err != nil {
		return err
	}
	page.Form.Tidy()
	if err := v.findSightings(c, &page); err != nil {
		return err
	}
	if wantsJSON(c) {
		return v.sightingsJSON(c, page)
	}
	if err := v.offerFilters(c, &page); err != nil {
		return err
	}
	if !page.Form.Narrowed() && page.Form.Before == "" {
		var err error
		if page.Follow, err = v.follow(c, onSightings); err != nil {
			return err
		}
	}
	return render.Show(c, page)
}

// findSightings fills in the list and, for a page, the map.
func (v *Views) findSightings(c echo.Context, page *SightingsPage) error {
	ctx := c.Request().Context()
	q, err := v.askedSightings(c, page.Form)
	if p := (*problem.Problem)(nil); errors.As(err, &p) && p.Status == http.StatusNotFound {
		page.Wrong = "There is no hero called “" + page.Form.Hero + "” here. Choose one from the list."
		return nil
	} else if errors.Is(err, models.ErrNamesakes) {
		page.Wrong = "Several heroes are called “" + page.Form.Hero + "”. Choose a username from the list."
		return nil
	} else if err != nil {
		return err
	}
	if !wantsJSON(c) {
		if page.Pins, err = q.Newest(pinsOnMap).Pins(ctx); err != nil {
			return err
		}
	}
	var more bool
	page.Sightings, more, err = sightingsAfter(ctx, q, page.Form.Mark())
	if more {
		page.Next = page.Form.From(page.Sightings[len(page.Sightings)-1].Mark())
	}
	return err
}

// sightings is the question that every page begins with: what the viewer sees.
func (v *Views) sightings(c echo.Context) models.Sightings {
	return models.SightingsIn(v.DB.Read).VisibleTo(me(c))
}

// askedSightings turns the form into a question, which takes one to find the
// hero if there is one.
func (v *Views) askedSightings(c echo.Context, f forms.Sightings) (models.Sightings, error) {
	q := v.sightings(c).Between(f.Since(time.Now().UTC()), time.Time{})
	if f.Country != "" {
		q = q.In(f.Country)
	}
	if f.Hero != "" {
		hero, err := models.HeroCalled(c.Request().Context(), v.DB.Read, me(c), f.Hero)
		if err != nil {
			return q, err
		}
		q = q.Of(hero.ID)
	}
	return q, nil
}

// sightingsAfter gives one page of the answer, and whether there is more.
func sightingsAfter(ctx context.Context, q models.Sightings, m models.Mark) (rows []models.SightingCard, more bool, err error) {
	rows, err = q.Before(m).Newest(sightingsPerPage + 1).Find(ctx)
	if more = len(rows) > sightingsPerPage; more {
		rows = rows[:sightingsPerPage]
	}
	return rows, more, err
}

// offerFilters fills in what the filters can be set to.
func (v *Views) offerFilters(c echo.Context, page *SightingsPage) error {
	g := async.NewGroup(c.Request().Context())
	async.Go(g, &page.Countries, func(ctx context.Context) ([]geo.Country, error) {
		return models.SightedCountries(ctx, v.DB.Read)
	})
	async.Go(g, &page.Heroes, func(ctx context.Context) ([]models.Face, error) {
		return models.HeroNames(ctx, v.DB.Read, me(c), heroesOffered)
	})
	return g.Wait()
}
