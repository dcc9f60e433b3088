package site

import (
	"html/template"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"

	"superbook/kit/debug"
	"superbook/kit/render"
	"superbook/models"
	"superbook/views"
)

// Funcs are the functions that the site's templates can use.
func (s *Site) Funcs() template.FuncMap {
	funcs := template.FuncMap{"url": s.URLs.Path, "asset": s.Assets.Path, "text": s.text}
	maps.Copy(funcs, render.Funcs(time.Now))
	return funcs
}

// openPages loads the templates, and refuses a template that names a path or a
// file which is not there.
func (s *Site) openPages(files fs.FS) (err error) {
	if s.Pages, err = render.Load(files, s.Funcs(), s.Settings.Debug); err != nil {
		return err
	}
	if err = s.Pages.CheckCalls("url", s.URLs.Check); err != nil {
		return err
	}
	if err = s.Pages.CheckCalls("asset", s.Assets.Check); err != nil {
		return err
	}
	if err = s.Pages.CheckCalls("cached", s.Pages.CheckPartial); err != nil {
		return err
	}
	root, err := os.Getwd()
	s.Views.Source = views.Source{Reader: debug.Reader{Templates: files, Root: root, Module: "superbook"}}
	return err
}

// text is {{text .Text .Mentions}}: what a member wrote, with links to pages and
// to the members whom it mentions.
func (s *Site) text(text, mentions string) template.HTML {
	names := map[string]string{}
	for name := range strings.FieldsSeq(mentions) {
		names[models.Key(name)] = name
	}
	return render.Text(text, func(name string) (string, bool) {
		member, ok := names[models.Key(name)]
		if !ok {
			return "", false
		}
		path, err := s.URLs.Path("user", member)
		return path, err == nil
	})
}

// source is a folder of the program: from the disk in development, if it is
// there, so that an edit shows on reload; otherwise as it was built in.
func source(folder string, built fs.FS, fresh bool) fs.FS {
	if _, err := os.Stat(filepath.Join(folder, "embed.go")); fresh && err == nil {
		return os.DirFS(folder)
	}
	return built
}
