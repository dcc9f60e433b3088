package views

import (
	"context"
	"slices"

	"github.com/labstack/echo/v4"

	"superbook/kit/auth"
	"superbook/models"
)

// patrolShown is how many members a page shows on patrol.
const patrolShown = 6

// NotePresence tells the patrol that a member is here, once a minute. Streams
// are counted by themselves, and a tab that comes back to one is no visit.
func (v *Views) NotePresence(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if who, ok := auth.User[models.Viewer](c); ok && c.Request().URL.Path != "/live" {
			if ok, _ := v.Limits.Presence.Allow(who.Username); ok {
				v.Patrol.Note(who.ID)
			}
		}
		return next(c)
	}
}

// patrol is who is here now, as the viewer may see it. Only a viewer with
// blocks costs a query.
func (v *Views) patrol(ctx context.Context, who models.Viewer) ([]models.Face, error) {
	faces, err := v.Patrol.Faces()
	if err != nil {
		return nil, err
	}
	if who.Blocks {
		hidden, err := models.Hidden(ctx, v.DB.Read, who.ID)
		if err != nil {
			return nil, err
		}
		faces = slices.DeleteFunc(slices.Clone(faces), func(f models.Face) bool { return has(hidden, f.ID) })
	}
	return faces[:min(len(faces), patrolShown)], nil
}
