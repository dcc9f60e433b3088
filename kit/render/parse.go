package render

import (
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
	"sync"
)

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
