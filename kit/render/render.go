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
	"slices"
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
