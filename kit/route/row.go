package route

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// Row is one line of the table.
type Row struct {
	Method, Path string
	View         echo.HandlerFunc
	Name         string
	Guards       []echo.MiddlewareFunc
	MaxBody      int64 // bytes of a request's body; DefaultBody if zero
}

// DefaultBody bounds the body of requests to rows that do not say otherwise.
const DefaultBody = 1 << 20

// Body returns the row with another bound for the body, in bytes. Reading
// beyond it gives an *http.MaxBytesError.
func (r Row) Body(limit int64) Row { r.MaxBody = limit; return r }

// GET is a row that shows something.
func GET(path string, v echo.HandlerFunc, name string) Row {
	return Row{Method: http.MethodGet, Path: path, View: v, Name: name}
}

// POST is a row that changes something.
func POST(path string, v echo.HandlerFunc, name string) Row {
	return Row{Method: http.MethodPost, Path: path, View: v, Name: name}
}

// HEAD is a row that tells of something in headers alone. What a GET row shows
// answers HEAD already.
func HEAD(path string, v echo.HandlerFunc, name string) Row {
	return Row{Method: http.MethodHead, Path: path, View: v, Name: name}
}

// PATCH is a row that changes a part of something.
func PATCH(path string, v echo.HandlerFunc, name string) Row {
	return Row{Method: http.MethodPatch, Path: path, View: v, Name: name}
}

// DELETE is a row that removes something.
func DELETE(path string, v echo.HandlerFunc, name string) Row {
	return Row{Method: http.MethodDelete, Path: path, View: v, Name: name}
}

// OPTIONS is a row that says what else is possible on a path.
func OPTIONS(path string, v echo.HandlerFunc, name string) Row {
	return Row{Method: http.MethodOptions, Path: path, View: v, Name: name}
}

// Guards stand before a view and may turn a visitor away.
type Guards = []echo.MiddlewareFunc

// Under puts rows below a prefix and behind guards.
func Under(prefix string, guards Guards, rows ...Row) []Row {
	for i := range rows {
		rows[i].Path = prefix + rows[i].Path
		rows[i].Guards = append(append(Guards(nil), guards...), rows[i].Guards...)
	}
	return rows
}
