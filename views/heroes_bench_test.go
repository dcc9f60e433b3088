package views_test

import (
	"fmt"
	"io"
	"net/http/httptest"
	"testing"

	"superbook/models"
	"superbook/site"
	"superbook/site/sitetest"
)

// BenchmarkHeroes shows how the time of /heroes grows from 1,000 to 100,000
// heroes, for what people ask of it. Filling in 100,000 takes half a minute.
func BenchmarkHeroes(b *testing.B) {
	for _, size := range []int{1_000, 100_000} {
		s := sitetest.New(b)
		if err := s.SeedBulk(b.Context(), site.Bulk{Heroes: size}, io.Discard); err != nil {
			b.Fatal(err)
		}
		for _, q := range []struct{ name, query string }{
			{"first-page", ""},
			{"last-page", fmt.Sprintf("?page=%d", min(size, 10_000)/24)},
			{"by-name", "?sort=name"},
			{"by-name-last-page", fmt.Sprintf("?sort=name&page=%d", min(size, 10_000)/24)},
			{"search-rare", "?q=otter+amb"},
			{"search-common", "?q=p"},
			{"search-nothing", "?q=zzz"},
			{"power", "?power=power-2"},
			{"origin", "?origin=place-7"},
			{"combined", "?q=otter&power=power-2&origin=place-7&sort=name"},
		} {
			b.Run(fmt.Sprintf("%s/%d", q.name, size), func(b *testing.B) {
				visitor := s.As(b, models.User{})
				visitor.Visit("/heroes" + q.query).Is(200)
				for b.Loop() {
					w := httptest.NewRecorder()
					s.Web.ServeHTTP(w, httptest.NewRequest("GET", "/heroes"+q.query, nil))
					if w.Code != 200 {
						b.Fatal(w.Code)
					}
				}
			})
		}
	}
}
