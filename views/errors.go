package views

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"superbook/kit/debug"
	"superbook/kit/problem"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/kit/weblog"
)

// ErrorPage says what went wrong, in words that are safe to show.
type ErrorPage struct {
	Base
	Status    int
	Detail    string
	RequestID string
}

// Template names the page's template.
func (ErrorPage) Template() string { return "error" }

// Error is where every failed request ends: a page in the site's look, or
// application/problem+json (RFC 9457) for who asked for JSON. What is not a
// problem.Problem is logged with the request's id, and its words stay inside.
func (v *Views) Error(err error, c echo.Context) {
	p := problem.Of(err)
	if p.Status >= http.StatusInternalServerError && c.Request().Context().Err() == nil {
		v.Log.ErrorContext(c.Request().Context(), "request failed", "route", route.Name(c), "error", err)
	}
	if c.Response().Committed {
		return
	}
	if p.RetryAfter > 0 {
		c.Response().Header().Set("Retry-After", strconv.Itoa(int(p.RetryAfter.Seconds()+1)))
	}
	if err := v.showError(c, p, err); err != nil {
		v.Log.ErrorContext(c.Request().Context(), "the error page failed too", "error", err)
		_ = c.String(p.Status, v.plain(p, err))
	}
}

// plain is what is left when the layout itself is broken. Whoever develops the
// site is told how.
func (v *Views) plain(p *problem.Problem, err error) string {
	if v.Debug {
		return p.Title + "\n\n" + err.Error() + "\n"
	}
	return p.Title + ". " + p.Detail
}

func (v *Views) showError(c echo.Context, p *problem.Problem, err error) error {
	switch {
	case c.Request().Method == http.MethodHead:
		return c.NoContent(p.Status)
	case wantsJSON(c):
		return problemJSON(c, p)
	case p.Status == http.StatusUnauthorized:
		return toLogin(c)
	case v.Debug && p.Status == http.StatusInternalServerError:
		return render.ShowStatus(c, p.Status, DebugPage{v.base(c, "", "Something broke"), v.Source.explain(c, err)})
	}
	id := weblog.RequestID(c.Request().Context())
	return render.ShowStatus(c, p.Status, ErrorPage{v.base(c, "", p.Title), p.Status, p.Detail, id})
}

// toLogin sends a stranger to the login page, and from there back to the page
// they asked for. What they posted cannot be kept.
func toLogin(c echo.Context) error {
	path, err := route.Path(c, "login")
	if err != nil {
		return err
	}
	if c.Request().Method == http.MethodGet {
		path += "?" + url.Values{"next": {c.Request().URL.RequestURI()}}.Encode()
	}
	return c.Redirect(http.StatusSeeOther, path)
}

// problemBody is a problem in the words of RFC 9457, section 3.1.
type problemBody struct {
	Type     string            `json:"type"`
	Title    string            `json:"title"`
	Status   int               `json:"status"`
	Detail   string            `json:"detail,omitempty"`
	Instance string            `json:"instance,omitempty"` // the request's id
	Errors   map[string]string `json:"errors,omitempty"`   // words for each refused field
}

func problemJSON(c echo.Context, p *problem.Problem) error {
	b, err := json.Marshal(problemBody{"about:blank", p.Title, p.Status, p.Detail, weblog.RequestID(c.Request().Context()), p.Fields})
	if err != nil {
		return err
	}
	return c.Blob(p.Status, "application/problem+json", b)
}

// DebugPage shows a failure to whoever develops the site. It is never shown
// in production.
type DebugPage struct {
	Base
	Report debug.Report
}

// Template names the page's template.
func (DebugPage) Template() string { return "debug" }

// Source is where the program's own code can be read, for the debug page.
type Source struct{ Reader debug.Reader }

func (s Source) explain(c echo.Context, err error) debug.Report {
	row, _ := route.Matched(c)
	return s.Reader.Explain(err, debug.Request{HTTP: c.Request(), Route: row.Name, Path: c.Path(), View: row.View})
}
