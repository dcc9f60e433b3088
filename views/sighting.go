package views

import (
	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
	"superbook/tasks"
)

// SightingPage shows one sighting.
type SightingPage struct {
	Base
	Sighting models.SightingCard
	Mine     bool // the viewer reported it, and may delete it
}

// Template names the page's template.
func (SightingPage) Template() string { return "sightings/detail" }

// Sighting handles GET /sightings/:id, as a page or as JSON.
func (v *Views) Sighting(c echo.Context) error {
	id, err := route.ID(c)
	if err != nil {
		return err
	}
	s, err := v.sightings(c).Get(c.Request().Context(), id)
	if err != nil {
		return err
	}
	if wantsJSON(c) {
		return sightingJSON(c, s)
	}
	title := s.Hero.Name + " in " + s.Location.Name
	return render.Show(c, SightingPage{v.base(c, "sightings", title), s, s.Reporter.ID == me(c).ID})
}

// mySighting finds what the viewer reported out of the path. Somebody else's
// is not found, although it can be seen.
func (v *Views) mySighting(c echo.Context) (models.SightingCard, error) {
	id, err := route.ID(c)
	if err != nil {
		return models.SightingCard{}, err
	}
	return models.SightingsIn(v.DB.Read).By(me(c).ID).Get(c.Request().Context(), id)
}

// SightingDeletePage asks before a sighting goes for good.
type SightingDeletePage struct {
	Base
	Sighting models.SightingCard
}

// Template names the page's template.
func (SightingDeletePage) Template() string { return "sightings/delete" }

// SightingDelete handles GET /sightings/:id/delete.
func (v *Views) SightingDelete(c echo.Context) error {
	s, err := v.mySighting(c)
	if err != nil {
		return err
	}
	return render.Show(c, SightingDeletePage{v.base(c, "sightings", "Delete this sighting?"), s})
}

// SightingDeleteSave handles POST /sightings/:id/delete.
func (v *Views) SightingDeleteSave(c echo.Context) error {
	ctx := c.Request().Context()
	s, err := v.mySighting(c)
	if err != nil {
		return err
	}
	if err := v.DB.Tx(ctx, func(tx *gorm.DB) error { return models.DeleteSighting(ctx, tx, s.ID) }); err != nil {
		return err
	}
	v.News.Publish(ctx, tasks.SightingTopic(s.Hero.ID, s.Reporter.ID), "sighting_gone", s.ID)
	v.Auth.Flash(c, "The sighting is deleted. You saw nothing.")
	return route.Redirect(c, "sightings")
}
