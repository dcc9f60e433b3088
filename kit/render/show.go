package render

import (
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"
)

// Show answers with a page.
func Show(c echo.Context, p Page) error { return show(c, http.StatusOK, p) }

// ShowStatus answers with a page under another status, such as an error page.
func ShowStatus(c echo.Context, status int, p Page) error { return show(c, status, p) }

// ShowPart answers a script with one partial of a page.
func ShowPart(c echo.Context, status int, partial string, data any) error {
	set, ok := c.Echo().Renderer.(*Set)
	if !ok {
		return fmt.Errorf("render: the site renders with %T", c.Echo().Renderer)
	}
	html, err := set.Fragment(partial, data)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderCacheControl, "private, no-store")
	return c.HTML(status, html)
}

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
