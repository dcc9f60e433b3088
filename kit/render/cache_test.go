package render_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"html/template"

	"superbook/kit/render"
)

type badge struct{ Name, Version string }

func (b badge) CacheKey() string { return b.Version }

type badgePage struct{ Badge badge }

func (badgePage) Template() string { return "badge" }

func TestCachedPartials(t *testing.T) {
	t.Parallel()
	for name, fresh := range map[string]bool{"production": false, "development": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var rendered atomic.Int64
			files := fstest.MapFS{
				"layouts/base.html":   {Data: []byte(`{{define "base"}}{{template "content" .}}{{end}}`)},
				"partials/badge.html": {Data: []byte(`{{define "badge"}}<b>{{count}}{{.Name}}</b>{{end}}`)},
				"pages/badge.html":    {Data: []byte(`{{define "content"}}{{cached "badge" .Badge}}{{end}}`)},
				"mail/none.html":      {Data: []byte(``)},
			}
			count := func() string { rendered.Add(1); return "" }
			s, err := render.Load(files, template.FuncMap{"count": count}, fresh)
			if err != nil {
				t.Fatal(err)
			}
			show := func(b badge) string {
				var out strings.Builder
				if err := s.Write(&out, badgePage{b}); err != nil {
					t.Fatal(err)
				}
				return out.String()
			}
			if got := show(badge{"<i>", "1"}); got != "<b>&lt;i&gt;</b>" {
				t.Errorf("shows %q: it must be escaped", got)
			}
			show(badge{"<i>", "1"})
			if got := show(badge{"new", "2"}); got != "<b>new</b>" {
				t.Errorf("another key shows %q", got)
			}
			want := int64(2)
			if fresh {
				want = 3
			}
			if n := rendered.Load(); n != want {
				t.Errorf("rendered %d times, want %d", n, want)
			}
		})
	}
}
