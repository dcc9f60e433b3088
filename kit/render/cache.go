package render

import (
	"fmt"
	"html/template"
	"time"

	"github.com/maypok86/otter/v2"
)

// Cacheable is data whose partial looks the same for as long as its key does,
// whoever looks. What belongs to the viewer must stand in a partial of its own.
type Cacheable interface{ CacheKey() string }

// cacheBytes bounds what is kept of rendered partials, over all of them.
const cacheBytes = 32 << 20

func newCache() (*otter.Cache[string, template.HTML], error) {
	return otter.New(&otter.Options[string, template.HTML]{
		MaximumWeight: cacheBytes,
		Weigher:       func(key string, html template.HTML) uint32 { return uint32(len(key) + len(html) + 64) },
	})
}

// cached is {{cached "partial" data}}: what {{template "partial" data}} would
// write, rendered once for each key. When the partial says how long ago
// something was, the times come behind, as {{cached "partial" data .CreatedAt}}:
// it is then rendered once for each of these words.
func (s *Set) cached(partial string, data Cacheable, shown ...time.Time) (template.HTML, error) {
	key := partial + " " + data.CacheKey()
	for _, t := range shown {
		key += " " + Ago(t, time.Now())
	}
	if html, ok := s.cache.GetIfPresent(key); ok && !s.fresh {
		return html, nil
	}
	text, err := s.Fragment(partial, data)
	if err != nil {
		return "", err
	}
	html := template.HTML(text) // html/template has escaped it, as for the place between tags
	s.cache.Set(key, html)
	return html, nil
}

// CheckPartial says whether there is such a partial, for {{cached "partial" data}}.
func (s *Set) CheckPartial(name string, args int) error {
	if args < 1 || s.base.Lookup(name) == nil {
		return fmt.Errorf("render: no partial %q, or no argument", name)
	}
	return nil
}
