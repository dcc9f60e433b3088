package views_test

import (
	"io/fs"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"superbook/kit/render"
	"superbook/site"
	"superbook/site/sitetest"
	"superbook/templates"
)

// developing is a site in development that finds its own source text.
func developing(t *testing.T) *sitetest.Site {
	t.Helper()
	s := sitetest.New(t, func(set *site.Settings) { set.Debug = true })
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	s.Views.Source.Reader.Root = root
	return s
}

// withTemplate shows pages from templates of which one is replaced.
func withTemplate(t *testing.T, s *sitetest.Site, name, text string) {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(templates.FS, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(templates.FS, file)
		files[file] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	files[name] = &fstest.MapFile{Data: []byte(text)}
	pages, err := render.Load(files, s.Funcs(), false)
	if err != nil {
		t.Fatal(err)
	}
	s.Web.Renderer, s.Views.Source.Reader.Templates = pages, files
}

const brokenAbout = "{{define \"content\"}}\n<p>the first half</p>\n{{.Base.NoSuchField}}\n<p>the other half</p>\n{{end}}"

func TestDebugPageShowsTheTemplate(t *testing.T) {
	t.Parallel()
	s := developing(t)
	withTemplate(t, s, "pages/about.html", brokenAbout)
	a := s.As(t, stranger).Get("about").Is(http.StatusInternalServerError).
		Shows("NoSuchField", "templates/pages/about.html:3", "<p>the other half</p>", "View superbook/views.(*Views).About", "GET /about")
	if got := strings.TrimSpace(a.HTML().Find("[aria-label=Template] .hot").Text()); got != "3{{.Base.NoSuchField}}" {
		t.Errorf("the line that is marked is %q", got)
	}
	if a.HTML().Find("p:contains('the first half')").Length() != 0 {
		t.Error("half of the page went out")
	}
	p := problemOf(t, s.As(t, stranger).JSON().Get("about").Is(http.StatusInternalServerError).Hides("NoSuchField"))
	if p.Title != "Something broke on our side" {
		t.Errorf("as JSON: %+v", p)
	}
}

func TestDebugPageShowsTheViewAndHidesSecrets(t *testing.T) {
	t.Parallel()
	s := developing(t)
	if err := s.DB.Close(); err != nil {
		t.Fatal(err)
	}
	r := formTo("/accounts/login?token=tell-nobody-5", url.Values{"username": {"nightheron"}, "password": {"tell-nobody-1"}})
	r.Header.Set("Authorization", "Bearer tell-nobody-2")
	r.Header.Set("X-Api-Token", "tell-nobody-3")
	r.Header.Set("X-Seen", "in plain sight")
	r.AddCookie(&http.Cookie{Name: "other", Value: "tell-nobody-4"})
	a := s.As(t, stranger).Do(r).Is(http.StatusInternalServerError).
		Shows("closed", "View superbook/views.(*Views).LoginSave", "views/accounts.go:", "func (v *Views) LoginSave(c echo.Context) error {",
			"POST /accounts/login", "Form: username", "nightheron", "X-Seen", "in plain sight", "Form: password", "(not shown)")
	if report := a.HTML().Find(".debug").Text(); strings.Contains(report, "tell-nobody") {
		t.Errorf("the report tells a secret:\n%s", report)
	}
	if hot := a.HTML().Find(".hot").Text(); !strings.Contains(hot, "LoginSave") {
		t.Errorf("the line that is marked is %q", hot)
	}
}

func TestDebugPageShowsWhereItPanicked(t *testing.T) {
	t.Parallel()
	s := developing(t)
	failing(s)
	for _, path := range []string{"/panic", "/aside"} {
		s.As(t, stranger).Visit(path).Is(http.StatusInternalServerError).Shows("panic: "+inside, "Panic in superbook/views_test", "views/errors_test.go:")
	}
	s.As(t, stranger).Visit("/nowhere").Is(http.StatusNotFound).Shows("Nothing here but fog").Hides("What wraps what")
}

func TestProductionShowsNoSource(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	withTemplate(t, s, "pages/about.html", brokenAbout)
	s.As(t, stranger).Get("about").Is(http.StatusInternalServerError).Shows("Something broke on our side", "Go home").
		Hides("the first half", "NoSuchField", "about.html", "Views)")
}

func TestErrorPageThatFailsIsPlainText(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	withTemplate(t, s, "pages/error.html", brokenAbout)
	a := s.As(t, stranger).Visit("/nowhere").Is(http.StatusNotFound)
	if a.Body != "Not found. There is no such page. It may have moved, or the link may be wrong." || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/plain") {
		t.Errorf("%s: %q", a.Header.Get("Content-Type"), a.Body)
	}
}
