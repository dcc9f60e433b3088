package render

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// Show answers with a page.
func Show(c echo.Context, p Page) error { return show(c, http.StatusOK, p) }

// ShowAgain answers with a form page whose form was refused.
func ShowAgain(c echo.Context, p Page) error { return show(c, http.StatusUnprocessableEntity, p) }

// ShowStatus answers with a page under another status, such as an error page.
func ShowStatus(c echo.Context, status int, p Page) error { return show(c, status, p) }

// show marks the page as one visitor's own: it greets by name, so no shared
// cache may keep it, and Back must ask again after a logout.
func show(c echo.Context, status int, p Page) error {
	h := c.Response().Header()
	if h.Get(echo.HeaderCacheControl) == "" {
		h.Set(echo.HeaderCacheControl, "private, no-cache")
	}
	h.Add(echo.HeaderVary, echo.HeaderCookie)
	return c.Render(status, p.Template(), p)
}
