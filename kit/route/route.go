// Package route holds a site's URL table: which path goes to which view, and
// what each path is called.
package route

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"text/tabwriter"

	"github.com/labstack/echo/v4"
)

// Table is a checked set of rows.
type Table struct {
	rows  []Row
	paths map[string]string // name → path
}

// New checks the rows: every row has a name, a name means one path, and nothing
// is declared twice.
func New(groups ...[]Row) (*Table, error) {
	t := &Table{paths: map[string]string{}}
	seen := map[string]bool{}
	for _, g := range groups {
		for _, r := range g {
			if r.Path == "" {
				r.Path = "/"
			}
			key := r.Method + " " + r.Path
			switch old, named := t.paths[r.Name]; {
			case r.Name == "":
				return nil, fmt.Errorf("route: %s has no name", key)
			case named && old != r.Path:
				return nil, fmt.Errorf("route: name %q means both %s and %s", r.Name, old, r.Path)
			case seen[key], r.Method == http.MethodGet && seen[head(r)]:
				return nil, fmt.Errorf("route: %s is declared twice", key)
			}
			seen[key], t.paths[r.Name] = true, r.Path
			if r.Method == http.MethodGet {
				seen[head(r)] = true
			}
			t.rows = append(t.rows, r)
		}
	}
	return t, nil
}

// head is what a GET row answers too.
func head(r Row) string { return http.MethodHead + " " + r.Path }

// Rows gives every row in the order of the table.
func (t *Table) Rows() []Row { return append([]Row(nil), t.rows...) }

const (
	tableKey = "kit/route.table"
	rowKey   = "kit/route.row"
)

// Mount gives the table to echo. Each GET also answers HEAD, without a body.
func (t *Table) Mount(e *echo.Echo) {
	e.Use(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error { c.Set(tableKey, t); return next(c) }
	})
	for _, r := range t.rows {
		around := append(Guards{known(r)}, r.Guards...)
		e.Add(r.Method, r.Path, r.View, around...).Name = r.Name
		if r.Method == http.MethodGet {
			e.Add(http.MethodHead, r.Path, r.View, around...)
		}
	}
}

// known notes on the request which row it met, for logs and the debug page, and
// bounds the body. When a request is refused, what is left of the body is read
// all the same: browsers show an answer only after they have sent everything,
// and would tell of a lost connection instead.
func known(r Row) echo.MiddlewareFunc {
	limit := r.MaxBody
	if limit == 0 {
		limit = DefaultBody
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			c.Set(rowKey, r)
			req := c.Request()
			req.Body = http.MaxBytesReader(c.Response(), req.Body, limit)
			err := next(c)
			if err != nil && req.Method != http.MethodGet && req.Method != http.MethodHead {
				_, _ = io.Copy(io.Discard, req.Body) // whatever goes wrong here, err says more
			}
			return err
		}
	}
}

// Matched is the row that answers this request, if the table has one.
func Matched(c echo.Context) (Row, bool) {
	r, ok := c.Get(rowKey).(Row)
	return r, ok
}

// Name is the name of the row that answers, or "" for a path not in the table.
func Name(c echo.Context) string {
	r, _ := Matched(c)
	return r.Name
}

// Params says how many arguments the name takes, and whether it exists.
func (t *Table) Params(name string) (int, bool) {
	p, ok := t.paths[name]
	return strings.Count(p, "/:") + strings.Count(p, "/*"), ok
}

// Check says whether a call with that name and number of arguments can work.
func (t *Table) Check(name string, args int) error {
	want, ok := t.Params(name)
	if !ok {
		return fmt.Errorf("route: no path is named %q", name)
	}
	if args != want {
		return fmt.Errorf("route: %q takes %d arguments, not %d", name, want, args)
	}
	return nil
}

// Path writes the path with that name. It refuses unknown names and a wrong
// number of arguments, where echo's own Reverse quietly writes a wrong path.
func (t *Table) Path(name string, args ...any) (string, error) {
	if err := t.Check(name, len(args)); err != nil {
		return "", err
	}
	parts := strings.Split(t.paths[name], "/")
	for i, p := range parts {
		if strings.HasPrefix(p, ":") || p == "*" {
			parts[i], args = url.PathEscape(fmt.Sprint(args[0])), args[1:]
		}
	}
	return strings.Join(parts, "/"), nil
}

// Print writes the table for people.
func (t *Table) Print(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, r := range t.rows {
		if _, err := fmt.Fprintf(tw, "%s\t%s\t%s\n", r.Method, r.Path, r.Name); err != nil {
			return fmt.Errorf("print the URL table: %w", err)
		}
	}
	return tw.Flush()
}
