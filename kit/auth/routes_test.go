package auth

import (
	"io"
	"net/http"

	"github.com/labstack/echo/v4"
)

func (h *house) routes(e *echo.Echo) {
	a := h.auth
	e.GET("/who", func(c echo.Context) error {
		user, ok := User[member](c)
		if !ok {
			user.Name = "nobody"
		}
		return c.String(http.StatusOK, user.Name)
	})
	e.GET("/static/x", func(c echo.Context) error { return c.String(http.StatusOK, "x") })
	e.POST("/login", func(c echo.Context) error {
		if err := a.Login(c, 1, "one"); err != nil {
			return err
		}
		user, _ := User[member](c)
		return c.String(http.StatusOK, user.Name)
	})
	e.POST("/logout", func(c echo.Context) error {
		if err := a.Logout(c); err != nil {
			return err
		}
		a.Flash(c, "See you!")
		return c.Redirect(http.StatusSeeOther, "/flash")
	})
	e.POST("/password", func(c echo.Context) error {
		h.setStamp(1, "new")
		return a.Restamp(c, "new")
	})
	e.POST("/flash", func(c echo.Context) error { a.Flash(c, "Saved."); return c.NoContent(http.StatusNoContent) })
	e.GET("/flash", func(c echo.Context) error { return c.String(http.StatusOK, a.TakeFlash(c)) })
	e.POST("/silent", func(c echo.Context) error { a.Flash(c, "Silent."); return nil })
	e.GET("/stream", func(c echo.Context) error {
		_, _ = io.WriteString(c.Response(), "first\n")
		c.Response().Flush()
		<-c.Request().Context().Done()
		return nil
	})
	e.GET("/members", func(c echo.Context) error { return c.String(http.StatusOK, "in") }, Required)
	e.GET("/staff", func(c echo.Context) error { return c.String(http.StatusOK, "in") },
		Only(func(c echo.Context) bool { return ID(c) == 2 }))
	e.GET("/cached", func(c echo.Context) error {
		c.Response().Header().Set("Cache-Control", "public, max-age=60")
		return c.String(http.StatusOK, "x")
	})
}
