package views

import (
	"github.com/labstack/echo/v4"

	"superbook/kit/auth"
	"superbook/kit/problem"
)

// StaffOnly guards what only staff may know of: for others it is not there.
func (v *Views) StaffOnly(next echo.HandlerFunc) echo.HandlerFunc {
	return auth.Required(func(c echo.Context) error {
		if !me(c).Staff {
			return problem.NotFound("There is no such page.")
		}
		return next(c)
	})
}
