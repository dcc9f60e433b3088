package views

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/forms"
	"superbook/kit/async"
	"superbook/kit/form"
	"superbook/kit/geo"
	"superbook/kit/problem"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
	"superbook/tasks"
)

// placesOffered is how many known places can be chosen; others can be typed.
const placesOffered = 300

// SightingNewPage is where members report a sighting.
type SightingNewPage struct {
	Base
	Form      forms.Sighting
	Same      int64 // the sighting that was there first, or 0
	Locations []models.Location
	Heroes    []models.Face
	Powers    []models.Power
}

// Template names the page's template.
func (SightingNewPage) Template() string { return "sightings/new" }

// Now is the time in the zone that the form takes.
func (SightingNewPage) Now() string { return time.Now().UTC().Format("15:04") }

// Countries are the choices for a new place.
func (SightingNewPage) Countries() []geo.Country { return geo.Countries() }

// Map is the drawing that can be clicked.
func (SightingNewPage) Map() geo.Map { return geo.World() }

// SightingNew handles GET /sightings/new.
func (v *Views) SightingNew(c echo.Context) error {
	page, err := v.sightingNewPage(c, forms.NewSighting(time.Now()))
	if err != nil {
		return err
	}
	return render.Show(c, page)
}

// sightingNewPage fills in what the form offers. Its questions do not wait for
// each other.
func (v *Views) sightingNewPage(c echo.Context, f forms.Sighting) (SightingNewPage, error) {
	page := SightingNewPage{Base: v.base(c, "sightings", "Report a sighting"), Form: f}
	g := async.NewGroup(c.Request().Context())
	async.Go(g, &page.Locations, func(ctx context.Context) ([]models.Location, error) {
		return models.KnownLocations(ctx, v.DB.Read, placesOffered)
	})
	async.Go(g, &page.Heroes, func(ctx context.Context) ([]models.Face, error) {
		return models.HeroNames(ctx, v.DB.Read, me(c), heroesOffered)
	})
	async.Go(g, &page.Powers, func(ctx context.Context) ([]models.Power, error) {
		return models.PopularPowers(ctx, v.DB.Read, choices)
	})
	return page, g.Wait()
}

// SightingNewSave handles POST /sightings/new.
func (v *Views) SightingNewSave(c echo.Context) error {
	if err := slowDown(v.Limits.SightingsByAccount, me(c).Username); err != nil {
		return err
	}
	var f forms.Sighting
	if _, err := form.Read(c, &f); err != nil {
		return err
	}
	s, err := v.namedIn(c, &f)
	if err != nil {
		return err
	}
	if !f.OK() {
		return v.refuseSighting(c, f, 0)
	}
	same, err := v.keepSighting(c, &f, &s)
	if err != nil {
		return err
	}
	if !f.OK() {
		return v.refuseSighting(c, f, same)
	}
	return v.sightingKept(c, s.ID)
}

// namedIn finds what the form names, and notes in it what there is not.
func (v *Views) namedIn(c echo.Context, f *forms.Sighting) (models.Sighting, error) {
	ctx := c.Request().Context()
	s := models.Sighting{UserID: me(c).ID, LocationID: f.Known(), SeenAt: f.SeenAt(), Note: f.Note}
	hero, err := models.HeroCalled(ctx, v.DB.Read, me(c), f.Hero)
	f.Need("hero", !errors.Is(err, models.ErrNamesakes), "Several heroes are called that. Choose a username from the list.")
	if err = missing(err); err != nil {
		return s, err
	}
	f.Need("hero", hero.ID != 0, "There is no hero called that here. Choose one from the list.")
	s.HeroID = hero.ID
	if f.Power != "" {
		power, err := models.PowerNamed(ctx, v.DB.Read, f.Power)
		if err = missing(err); err != nil {
			return s, err
		}
		f.Need("power", power.ID != 0, "No hero here has that power. Choose one from the list, or leave it empty.")
		s.PowerID = &power.ID
	}
	if s.LocationID != 0 {
		place, err := models.LocationByID(ctx, v.DB.Read, s.LocationID)
		f.Need("location", place.ID != 0, "We no longer know that place. Choose another, or tell us of a new one.")
		return s, missing(err)
	}
	return s, nil
}

// missing passes every error on but that something is not there, or is there
// more than once.
func missing(err error) error {
	p := (*problem.Problem)(nil)
	if errors.As(err, &p) && p.Status == http.StatusNotFound || errors.Is(err, models.ErrNamesakes) {
		return nil
	}
	return err
}

// keepSighting writes it down, and notes in the form when it was there before.
func (v *Views) keepSighting(c echo.Context, f *forms.Sighting, s *models.Sighting) (same int64, err error) {
	ctx := c.Request().Context()
	err = v.DB.Tx(ctx, func(tx *gorm.DB) error { return models.CreateSighting(ctx, tx, s, f.NewPlace()) })
	if taken := (*models.PlaceTakenError)(nil); errors.As(err, &taken) {
		f.Need("place", false, "We know another "+taken.Known.Name+" in that country, at "+taken.Known.Point().String()+
			". Choose it from the list, or give yours a name that tells them apart.")
		return 0, nil
	}
	if !errors.Is(err, models.ErrSameSighting) {
		return 0, err
	}
	f.Need("hero", false, "Somebody was quicker: the same hero, power, place and hour are on the map already.")
	same, err = v.sightings(c).Same(ctx, *s)
	return same, missing(err)
}

func (v *Views) refuseSighting(c echo.Context, f forms.Sighting, same int64) error {
	if wantsJSON(c) {
		return problem.Refused(f.All())
	}
	page, err := v.sightingNewPage(c, f)
	if err != nil {
		return err
	}
	page.Same = same
	return render.ShowStatus(c, http.StatusUnprocessableEntity, page)
}

// sightingKept tells everybody who looks at the map, and shows it to its reporter.
func (v *Views) sightingKept(c echo.Context, id int64) error {
	ctx := c.Request().Context()
	s, err := models.SightingsIn(v.DB.Read).Get(ctx, id)
	if err != nil {
		return err
	}
	v.News.Publish(ctx, tasks.SightingTopic(s.Hero.ID, s.Reporter.ID), "sighting_new", s)
	if wantsJSON(c) {
		path, err := route.Path(c, "sighting", id)
		if err != nil {
			return err
		}
		c.Response().Header().Set(echo.HeaderLocation, path)
		body, err := bodyOf(c, s)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusCreated, body)
	}
	v.Auth.Flash(c, "Thank you. It is on the map.")
	return route.Redirect(c, "sighting", id)
}
