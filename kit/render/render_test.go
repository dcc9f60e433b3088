package render_test

import (
	"html/template"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/labstack/echo/v4"

	"superbook/kit/render"
)

type page struct {
	name, Title string
	Items       []string
}

func (p page) Template() string { return p.name }

func (page) Fail() (string, error) { return "", errFail }

type failure string

func (f failure) Error() string { return string(f) }

const errFail = failure("the well is dry")

// files is a small site's templates.
func files() fstest.MapFS {
	m := fstest.MapFS{}
	for name, text := range map[string]string{
		"layouts/base.html":     `{{define "base"}}<title>{{.Title}}</title>{{template "content" .}}{{end}}`,
		"partials/item.html":    `{{define "item"}}<li>{{.}}</li>{{end}}`,
		"pages/list.html":       `{{define "content"}}<ul>{{range .Items}}{{template "item" .}}{{end}}</ul>{{end}}`,
		"pages/users/list.html": `{{define "content"}}users{{end}}`,
		"pages/broken.html":     "{{define \"content\"}}<p>half</p>\n{{.Fail}}{{end}}",
		"pages/notes.txt":       `{{`,
		"mail/hello.html":       `{{define "subject"}}Hello {{.Title}}{{end}}`,
	} {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

func load(t *testing.T, m fstest.MapFS, fresh bool) *render.Set {
	t.Helper()
	s, err := render.Load(m, template.FuncMap{"shout": strings.ToUpper, "url": func(string, ...any) string { return "" }}, fresh)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestPagesStandInTheLayout(t *testing.T) {
	t.Parallel()
	s := load(t, files(), false)
	if want := []string{"broken", "list", "mail/hello", "users/list"}; !slices.Equal(s.Names(), want) {
		t.Errorf("the pages are %v", s.Names())
	}
	var out strings.Builder
	if err := s.Write(&out, page{name: "list", Title: "A & B", Items: []string{"<i>", "two"}}); err != nil {
		t.Fatal(err)
	}
	if want := `<title>A &amp; B</title><ul><li>&lt;i&gt;</li><li>two</li></ul>`; out.String() != want {
		t.Errorf("wrote %s", out.String())
	}
	out.Reset()
	if err := s.Write(&out, page{name: "users/list"}); err != nil || !strings.Contains(out.String(), "users") {
		t.Errorf("a page in a folder: %q, %v", out.String(), err)
	}
	if s.Lookup("list") == nil || s.Lookup("nowhere") != nil {
		t.Error("Lookup gives what is not there, or not what is")
	}
}

func TestFailingTemplateWritesNothing(t *testing.T) {
	t.Parallel()
	s := load(t, files(), false)
	for range 3 { // the buffer goes back to its pool, and must come out empty
		var out strings.Builder
		err := s.Write(&out, page{name: "broken"})
		if err == nil || !strings.Contains(err.Error(), "pages/broken.html:2") || !strings.Contains(err.Error(), string(errFail)) || out.Len() != 0 {
			t.Errorf("wrote %q and says %v", out.String(), err)
		}
		if err := s.Write(&out, page{name: "list", Title: "x"}); err != nil || strings.Contains(out.String(), "half") {
			t.Errorf("the next page is %q, %v", out.String(), err)
		}
	}
	if err := s.Write(&strings.Builder{}, page{name: "nowhere"}); err == nil {
		t.Error("a page without a template was written")
	}
}

func TestFreshPagesFollowTheFiles(t *testing.T) {
	t.Parallel()
	for _, fresh := range []bool{false, true} {
		m := files()
		s := load(t, m, fresh)
		m["pages/list.html"] = &fstest.MapFile{Data: []byte(`{{define "content"}}edited{{end}}`)}
		m["partials/item.html"] = &fstest.MapFile{Data: []byte(`{{define "item"}}edited {{.}}{{end}}`)}
		var out strings.Builder
		if err := s.Write(&out, page{name: "list"}); err != nil || strings.Contains(out.String(), "edited") != fresh {
			t.Errorf("fresh %v: %q, %v", fresh, out.String(), err)
		}
		if got, err := s.Fragment("item", "one"); err != nil || strings.Contains(got, "edited") != fresh {
			t.Errorf("fresh %v: the fragment is %q, %v", fresh, got, err)
		}
		m["pages/list.html"] = &fstest.MapFile{Data: []byte(`{{define "content"}}{{nosuch}}{{end}}`)}
		if err := s.Write(&out, page{name: "list"}); (err != nil) != fresh {
			t.Errorf("fresh %v: a file that cannot be parsed: %v", fresh, err)
		}
	}
}

func TestFragmentIsThePartialOfThePage(t *testing.T) {
	t.Parallel()
	s := load(t, files(), false)
	if got, err := s.Fragment("item", "<b>"); err != nil || got != "<li>&lt;b&gt;</li>" {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := s.Fragment("nowhere", nil); err == nil || got != "" {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := s.Block(page{name: "mail/hello", Title: "you"}, "subject"); err != nil || got != "Hello you" {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := s.Block(page{name: "mail/hello"}, "nowhere"); err == nil || got != "" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestShowKeepsPagesPrivate(t *testing.T) {
	t.Parallel()
	e := echo.New()
	e.Renderer = load(t, files(), false)
	show := func(set func(echo.Context), status int) http.Header {
		w := httptest.NewRecorder()
		c := e.NewContext(httptest.NewRequest(http.MethodGet, "/", nil), w)
		set(c)
		if err := render.ShowStatus(c, status, page{name: "list", Title: "x"}); err != nil || w.Code != status || !strings.Contains(w.Body.String(), "<title>x") {
			t.Errorf("%d %q, %v", w.Code, w.Body, err)
		}
		return w.Header()
	}
	h := show(func(echo.Context) {}, http.StatusTeapot)
	if h.Get("Cache-Control") != "private, no-cache" || h.Get("Vary") != "Cookie" || !strings.HasPrefix(h.Get("Content-Type"), "text/html") {
		t.Errorf("the header is %v", h)
	}
	h = show(func(c echo.Context) { c.Response().Header().Set("Cache-Control", "no-store") }, http.StatusOK)
	if h.Get("Cache-Control") != "no-store" {
		t.Errorf("a view's own Cache-Control became %q", h.Get("Cache-Control"))
	}
	c := e.NewContext(httptest.NewRequest(http.MethodGet, "/", nil), httptest.NewRecorder())
	if err := c.Render(http.StatusOK, "list", map[string]any{"Title": "x"}); err == nil {
		t.Error("data that is no page was shown")
	}
	if err := c.Render(http.StatusOK, "list", page{name: "users/list"}); err == nil {
		t.Error("a page was shown with another's template")
	}
}

func TestLoadRefusesWhatCannotBeParsed(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"layouts/base.html", "partials/item.html", "pages/list.html", "mail/hello.html"} {
		m := files()
		m[name] = &fstest.MapFile{Data: []byte(`{{define "x"}}{{if}}{{end}}`)}
		if _, err := render.Load(m, nil, false); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
