package views

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/kit/problem"
	"superbook/kit/route"
	"superbook/models"
)

// sightingBody is a sighting as JSON.
type sightingBody struct {
	ID         int64     `json:"id"`
	URL        string    `json:"url"`
	Hero       string    `json:"hero"` // username
	HeroName   string    `json:"hero_name"`
	Power      string    `json:"power"`
	Place      string    `json:"place"`
	Country    string    `json:"country"` // code
	Latitude   float64   `json:"latitude"`
	Longitude  float64   `json:"longitude"`
	SeenAt     time.Time `json:"seen_at"`
	Note       string    `json:"note"`
	Reporter   string    `json:"reporter"` // username
	ReportedAt time.Time `json:"reported_at"`
}

func bodyOf(c echo.Context, s models.SightingCard) (sightingBody, error) {
	path, err := route.Path(c, "sighting", s.ID)
	return sightingBody{s.ID, path, s.Hero.Username, s.Hero.Name, s.Power, s.Location.Name, s.Location.Country,
		s.Location.Latitude, s.Location.Longitude, s.SeenAt, s.Note, s.Reporter.Username, s.CreatedAt}, err
}

func sightingJSON(c echo.Context, s models.SightingCard) error {
	body, err := bodyOf(c, s)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, body)
}

// sightingsBody is a part of the list as JSON.
type sightingsBody struct {
	Sightings []sightingBody `json:"sightings"`
	Next      string         `json:"next"` // address of what follows, or ""
}

func (v *Views) sightingsJSON(c echo.Context, page SightingsPage) error {
	if page.Wrong != "" {
		return problem.NotFound(page.Wrong)
	}
	body := sightingsBody{Sightings: []sightingBody{}}
	for _, s := range page.Sightings {
		b, err := bodyOf(c, s)
		if err != nil {
			return err
		}
		body.Sightings = append(body.Sightings, b)
	}
	if page.Next != "" {
		path, err := route.Path(c, "sightings")
		if err != nil {
			return err
		}
		body.Next = path + page.Next
	}
	return c.JSON(http.StatusOK, body)
}
