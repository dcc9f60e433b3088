// Package render turns page values into HTML: one layout, shared partials, one
// file for each page.
package render

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"
	"github.com/maypok86/otter/v2"
)

// A Page knows which template shows it. Its fields are what the template reads.
type Page interface{ Template() string }

// Set is every template of a site.
type Set struct {
	files fs.FS
	funcs template.FuncMap
	fresh bool
	base  *template.Template // layouts and partials; never executed, so that it can be cloned
	parts *template.Template // a clone for fragments
	pages map[string]*page
	cache *otter.Cache[string, template.HTML]
	bytes sync.Pool
}

// page is one page's template.
type page struct {
	own   *template.Template                 // what its file defines, alone
	whole func() (*template.Template, error) // on a clone of the base, made when it is first wanted
}

// Load parses layouts/ and partials/ once, and each file below pages/ and mail/.
// With fresh, each page is parsed anew from files whenever it is shown, so that
// an edit is seen on reload.
func Load(files fs.FS, funcs template.FuncMap, fresh bool) (*Set, error) {
	s := &Set{files: files, funcs: template.FuncMap{}, fresh: fresh, pages: map[string]*page{}}
	s.bytes.New = func() any { return new(bytes.Buffer) }
	maps.Copy(s.funcs, funcs)
	s.funcs["cached"], s.funcs["parts"] = s.cached, parts
	var err error
	if s.cache, err = newCache(); err != nil {
		return nil, fmt.Errorf("cache of partials: %w", err)
	}
	if s.base, err = s.parseBase(); err != nil {
		return nil, err
	}
	if s.parts, err = s.base.Clone(); err != nil {
		return nil, fmt.Errorf("clone the partials: %w", err)
	}
	for _, dir := range []string{"pages", "mail"} {
		if err := s.parsePages(dir); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *Set) parseBase() (*template.Template, error) {
	base := template.New("").Funcs(s.funcs)
	for _, dir := range []string{"layouts", "partials"} {
		names, err := fs.Glob(s.files, dir+"/*.html")
		if err != nil {
			return nil, fmt.Errorf("list %s: %w", dir, err)
		}
		for _, name := range names {
			if err := parseFile(base, s.files, name); err != nil {
				return nil, err
			}
		}
	}
	return base, nil
}

func (s *Set) parsePages(dir string) error {
	return fs.WalkDir(s.files, dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(file) != ".html" {
			return err
		}
		own := template.New("").Funcs(s.funcs)
		if err := parseFile(own, s.files, file); err != nil {
			return err
		}
		// A clone of everything for each page would be most of the memory of a
		// small site, and most of the time of its start.
		name := pageName(file)
		s.pages[name] = &page{own, sync.OnceValues(func() (*template.Template, error) { return with(s.base, own) })}
		return nil
	})
}

// with is a clone of the base that has a page's own templates too.
func with(base, own *template.Template) (*template.Template, error) {
	t, err := base.Clone()
	if err != nil {
		return nil, fmt.Errorf("clone the layout: %w", err)
	}
	for _, o := range own.Templates() {
		if o.Tree == nil {
			continue
		}
		if _, err := t.AddParseTree(o.Name(), o.Tree.Copy()); err != nil {
			return nil, fmt.Errorf("add a page to the layout: %w", err)
		}
	}
	return t, nil
}

// pageName drops "pages/" but keeps "mail/": pages are the common case.
func pageName(file string) string {
	return strings.TrimPrefix(strings.TrimSuffix(file, ".html"), "pages/")
}

func fileName(page string) string {
	if strings.HasPrefix(page, "mail/") {
		return page + ".html"
	}
	return "pages/" + page + ".html"
}

func (s *Set) parsePage(base *template.Template, name string) (*template.Template, error) {
	t, err := base.Clone()
	if err != nil {
		return nil, fmt.Errorf("clone the layout: %w", err)
	}
	return t, parseFile(t, s.files, fileName(name))
}

// parseFile names the template by its whole path, so that an error says which
// of several list.html it means.
func parseFile(into *template.Template, files fs.FS, file string) error {
	text, err := fs.ReadFile(files, file)
	if err != nil {
		return fmt.Errorf("read template: %w", err)
	}
	if _, err := into.New(file).Parse(string(text)); err != nil {
		return fmt.Errorf("parse %s: %w", file, err)
	}
	return nil
}

// Names lists the pages in order.
func (s *Set) Names() []string { return slices.Sorted(maps.Keys(s.pages)) }

// Lookup gives a page's template with all that it may use, or nil.
func (s *Set) Lookup(name string) *template.Template {
	t, err := s.page(name)
	if err != nil {
		return nil
	}
	return t
}

// page is the template to execute: as parsed at start, or as the file is now.
func (s *Set) page(name string) (*template.Template, error) {
	p, ok := s.pages[name]
	if !ok {
		return nil, fmt.Errorf("render: no page %q", name)
	}
	if !s.fresh {
		return p.whole()
	}
	base, err := s.parseBase()
	if err != nil {
		return nil, err
	}
	return s.parsePage(base, name)
}

// Write renders a page. It is written to memory first, so that a failing
// template becomes an error page and never half a page.
func (s *Set) Write(w io.Writer, p Page) error {
	t, err := s.page(p.Template())
	if err != nil {
		return err
	}
	buf := s.bytes.Get().(*bytes.Buffer)
	defer s.bytes.Put(buf)
	buf.Reset()
	if err := t.ExecuteTemplate(buf, "base", p); err != nil {
		return fmt.Errorf("render: %w", err)
	}
	_, err = buf.WriteTo(w)
	return err
}

// Render makes Set an echo.Renderer; data must be the Page that has this name.
func (s *Set) Render(w io.Writer, name string, data any, _ echo.Context) error {
	p, ok := data.(Page)
	if !ok || p.Template() != name {
		return fmt.Errorf("render: %T is not the page %q", data, name)
	}
	return s.Write(w, p)
}

// Block renders one {{define}} of a page, such as the subject of a mail.
func (s *Set) Block(p Page, block string) (string, error) {
	t, err := s.page(p.Template())
	if err != nil {
		return "", err
	}
	var buf bytes.Buffer
	if err := t.ExecuteTemplate(&buf, block, p); err != nil {
		return "", fmt.Errorf("render: %w", err)
	}
	return buf.String(), nil
}

// Fragment renders one partial alone, for live updates: the very partial that
// the page uses.
func (s *Set) Fragment(name string, data any) (string, error) {
	parts := s.parts
	if s.fresh {
		var err error
		if parts, err = s.parseBase(); err != nil {
			return "", err
		}
	}
	var buf bytes.Buffer
	if err := parts.ExecuteTemplate(&buf, name, data); err != nil {
		return "", fmt.Errorf("render: %w", err)
	}
	return buf.String(), nil
}
