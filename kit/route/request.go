package route

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"superbook/kit/problem"
)

// Path writes the path with that name, out of the table that the request came
// through.
func Path(c echo.Context, name string, args ...any) (string, error) {
	t, ok := c.Get(tableKey).(*Table)
	if !ok {
		return "", fmt.Errorf("route: the request for %q came through no table", name)
	}
	return t.Path(name, args...)
}

// Redirect sends the visitor to a named path after a form was accepted, with
// 303 so that the browser asks with GET.
func Redirect(c echo.Context, name string, args ...any) error {
	p, err := Path(c, name, args...)
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, p)
}

// ID is the :id in the path. Anything but a positive number is a page that is
// not there.
func ID(c echo.Context) (int64, error) {
	n, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil || n < 1 {
		return 0, problem.NotFound("There is no such page.")
	}
	return n, nil
}

// Param is a text parameter of the path, unescaped. Echo hands it on escaped
// when the path as sent was not the canonical one. What is no text, such as a
// NUL that PostgreSQL would choke on, is a page that is not there.
func Param(c echo.Context, name string) (string, error) {
	text := c.Param(name)
	var err error
	if c.Request().URL.RawPath != "" {
		text, err = url.PathUnescape(text)
	}
	if err != nil || !utf8.ValidString(text) || strings.Contains(text, "\x00") {
		return "", problem.NotFound("There is no such page.").Because(err)
	}
	return text, nil
}
