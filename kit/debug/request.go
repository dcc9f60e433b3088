package debug

import (
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

// Seen is the request as it came.
type Seen struct {
	Method, URL       string
	Route, Path, View string // the row of the URL table that answered
	Headers, Form     []Pair
}

// Pair is a name with its value.
type Pair struct{ Name, Value string }

// Request is the request that failed, and which row of the URL table it met.
type Request struct {
	HTTP        *http.Request
	Route, Path string
	View        echo.HandlerFunc
}

// secret names are shown without their values: a debug page ends up in
// screenshots and reports.
var secret = regexp.MustCompile(`(?i)password|cookie|authorization|token|secret|referer`)

func seen(req Request) Seen {
	s := Seen{Route: req.Route, Path: req.Path}
	if req.View != nil {
		s.View = strings.TrimSuffix(runtime.FuncForPC(reflect.ValueOf(req.View).Pointer()).Name(), "-fm")
	}
	if req.HTTP == nil {
		return s
	}
	s.Method, s.URL = req.HTTP.Method, shownURL(req)
	s.Headers = pairs(req.HTTP.Header)
	s.Form = pairs(req.HTTP.Form) // filled if the view read it
	return s
}

// shownURL is the address without the values of parameters that are secrets,
// in the path as in the query.
func shownURL(req Request) string {
	u := *req.HTTP.URL
	segments := strings.Split(u.Path, "/")
	for i, name := range strings.Split(req.Path, "/") {
		if strings.HasPrefix(name, ":") && secret.MatchString(name) && i < len(segments) {
			segments[i] = notShown
		}
	}
	u.Path, u.RawPath = strings.Join(segments, "/"), ""
	query := u.Query()
	for name := range query {
		if secret.MatchString(name) {
			query.Set(name, notShown)
		}
	}
	u.RawQuery = query.Encode()
	text, err := url.PathUnescape(u.String()) // for people, not for browsers
	if err != nil {
		return u.String()
	}
	return text
}

const notShown = "(not shown)"

func pairs(m map[string][]string) (all []Pair) {
	for name, values := range m {
		p := Pair{name, strings.Join(values, ", ")}
		if secret.MatchString(name) {
			p.Value = notShown
		}
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b Pair) int { return strings.Compare(a.Name, b.Name) })
	return all
}
