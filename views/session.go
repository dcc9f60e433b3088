package views

import (
	"context"
	"strings"

	"github.com/labstack/echo/v4"

	"superbook/kit/auth"
	"superbook/models"
)

// LoadViewer finds who a session belongs to. The stamp is derived from the
// password's hash, so that a new password ends every older session.
func (v *Views) LoadViewer(ctx context.Context, id int64) (models.Viewer, string, error) {
	who, err := models.ViewerByID(ctx, v.DB.Read, id)
	if err != nil {
		return who, "", err
	}
	return who, auth.Stamp(v.Secret, who.PasswordHash), nil
}

// Sessionless are requests whose answer is the same for everybody, so that
// nobody needs to be looked up.
func Sessionless(c echo.Context) bool {
	path := c.Request().URL.Path
	return strings.HasPrefix(path, "/static/") || strings.HasPrefix(path, "/media/") ||
		path == "/healthz" || path == "/readyz" || path == "/metrics"
}
