// Package assets serves a site's own files under names that change with their
// content, so that browsers keep them for ever and never show an old one.
package assets

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"superbook/kit/problem"
)

// Set is a tree of files with their hashed names.
type Set struct {
	prefix string // path that the files are served below, ending in a slash
	source fs.FS
	fresh  bool
	files  map[string]*file // by plain name
	hashed map[string]*file // by hashed name
}

// file is one file; its compressed forms are made when first asked for. A fresh one, read for a
// single request, has none: making one takes longer than it could save.
type file struct {
	name, hashed, kind string
	body               []byte
	encoded            map[string]func() ([]byte, error)
}

// Load reads every file below source. References from style sheets, url(…), are
// rewritten to hashed names. With fresh, for development, files are read anew at
// each request and their names are not hashed.
func Load(source fs.FS, prefix string, fresh bool) (*Set, error) {
	s := &Set{prefix: prefix, source: source, fresh: fresh, files: map[string]*file{}, hashed: map[string]*file{}}
	var sheets []string
	err := fs.WalkDir(source, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, ".go") {
			return err
		}
		if path.Ext(name) == ".css" {
			sheets = append(sheets, name) // last: they name the others
			return nil
		}
		return s.add(name, nil)
	})
	for _, name := range sheets {
		if err == nil {
			err = s.add(name, s.rewrite)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("load static files: %w", err)
	}
	return s, nil
}

func (s *Set) add(name string, rewrite func(name string, body []byte) ([]byte, error)) error {
	body, err := fs.ReadFile(s.source, name)
	if err == nil && rewrite != nil && !s.fresh {
		body, err = rewrite(name, body)
	}
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	ext := path.Ext(name)
	f := &file{name: name, kind: mime.TypeByExtension(ext), body: body,
		hashed: strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext}
	if kind, ok := kinds[ext]; ok { // the system's table may lack or misname these
		f.kind = kind
	}
	if !s.fresh {
		f.encoded = map[string]func() ([]byte, error){
			"br":   sync.OnceValues(func() ([]byte, error) { return encode(body, brotliWriter(len(body))) }),
			"gzip": sync.OnceValues(func() ([]byte, error) { return encode(body, gzipWriter) }),
		}
	}
	s.files[name], s.hashed[f.hashed] = f, f
	return nil
}

var kinds = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
	".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8", ".png": "image/png", ".ico": "image/x-icon",
}

var reference = regexp.MustCompile(`url\(\s*["']?([^"')]+)["']?\s*\)`)

func (s *Set) rewrite(sheet string, body []byte) ([]byte, error) {
	var missing error
	out := reference.ReplaceAllFunc(body, func(m []byte) []byte {
		ref := string(reference.FindSubmatch(m)[1])
		if strings.Contains(ref, ":") || strings.HasPrefix(ref, "#") {
			return m
		}
		target, ok := s.files[path.Join(path.Dir(sheet), ref)]
		if !ok {
			missing = fmt.Errorf("%s names %s, which is not there", sheet, ref)
			return m
		}
		return []byte(`url("` + s.prefix + target.hashed + `")`)
	})
	return out, missing
}

// Path is the address of a file. It refuses a name that is not there.
func (s *Set) Path(name string) (string, error) {
	f, ok := s.files[name]
	if !ok {
		return "", fmt.Errorf("assets: no file %q", name)
	}
	if s.fresh {
		return s.prefix + name, nil
	}
	return s.prefix + f.hashed, nil
}

// Check says whether {{asset "name"}} can work.
func (s *Set) Check(name string, args int) error {
	if args != 0 {
		return fmt.Errorf("assets: %q takes no arguments", name)
	}
	_, err := s.Path(name)
	return err
}

// Serve is the view for GET prefix*.
func (s *Set) Serve(c echo.Context) error {
	name := c.Param("*")
	if s.fresh {
		return s.serveFresh(c, name)
	}
	f, ok := s.hashed[name]
	cache := "public, max-age=31536000, immutable"
	if !ok { // by its plain name, from a link that does not know the content
		f, ok = s.files[name]
		cache = "no-cache"
	}
	if !ok {
		return problem.NotFound("There is no such file.")
	}
	return f.serve(c, cache)
}

func (s *Set) serveFresh(c echo.Context, name string) error {
	if info, err := fs.Stat(s.source, name); err != nil || info.IsDir() || path.Ext(name) == ".go" {
		return problem.NotFound("There is no such file.").Because(err)
	}
	one := &Set{prefix: s.prefix, source: s.source, fresh: true, files: map[string]*file{}, hashed: map[string]*file{}}
	if err := one.add(name, nil); err != nil {
		return fmt.Errorf("serve static file: %w", err)
	}
	return one.files[name].serve(c, "no-cache")
}
