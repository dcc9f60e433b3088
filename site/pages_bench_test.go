package site_test

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/kit/db"
	"superbook/models"
	"superbook/site"
	"superbook/site/sitetest"
)

// BenchmarkPages serves pages over real connections, 32 at a time, beside a
// bare echo handler that writes as many bytes: the ceiling. Client and server
// share the cores, so only the ratio says something.
func BenchmarkPages(b *testing.B) {
	s := sitetest.New(b)
	for i := range 200 {
		s.Member(fmt.Sprintf("hero%03d", i), models.Profile{Kind: models.Hero, Name: fmt.Sprintf("Hero %03d", i),
			Origin: "Port Sable", Powers: []string{"Fog craft", "Patience", "Low-light sight"}})
	}
	if _, _, err := s.Seed(b.Context()); err != nil {
		b.Fatal(err)
	}
	s.Work()
	s.Settle()
	srv := s.Server()
	for _, path := range []string{"/", "/heroes", "/users/nightheron"} {
		b.Run("page"+path, func(b *testing.B) { load(b, srv.URL+path) })
		b.Run("bare"+path, func(b *testing.B) {
			body := fetch(b, http.DefaultClient, srv.URL+path)
			e := echo.New()
			e.GET("/", func(c echo.Context) error { return c.HTMLBlob(http.StatusOK, body) })
			bare := httptest.NewServer(e)
			defer bare.Close()
			load(b, bare.URL)
		})
	}
}

func load(b *testing.B, url string) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}}
	b.SetParallelism(16)
	b.SetBytes(int64(len(fetch(b, client, url))))
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			fetch(b, client, url)
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
}

func fetch(b *testing.B, client *http.Client, url string) []byte {
	resp, err := client.Get(url)
	if err != nil {
		b.Error(err)
		return nil
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		b.Error(resp.Status, err)
	}
	return body
}

// BenchmarkPagesAtSize shows how pages grow with what the site holds: a tenth
// as many heroes as posts, ten times as many likes. Handlers are called without
// a network by 32 clients at once, so p50 and p99 are mostly the wait for a
// core. BENCH_POSTS sets the sizes; the greatest takes a minute to fill in.
func BenchmarkPagesAtSize(b *testing.B) {
	for _, posts := range benchSizes(b) {
		s := sitetest.New(b)
		must(b, s.SeedBulk(b.Context(), site.Bulk{Heroes: max(posts/10, 250), Posts: posts, Likes: posts * 10}, io.Discard))
		loudest, err := db.Rows[models.Profile](s.DB.Read).Order("posts DESC, user_id").Take(b.Context())
		must(b, err)
		author, err := models.UserByID(b.Context(), s.DB.Read, loudest.UserID)
		must(b, err)
		stranger, member := s.As(b, models.User{}), s.As(b, models.User{})
		member.Post("login", url.Values{"username": {site.BulkLogin}, "password": {site.DemoPassword}}).Is(http.StatusSeeOther)
		for _, p := range []struct {
			by    *sitetest.Browser
			name  string
			args  []any
			query string
		}{
			{member, "feed", nil, ""}, {stranger, "home", nil, ""}, {member, "user", []any{author.Username}, ""},
			{member, "search", nil, "?q=harbour"}, {member, "search", nil, "?q=octopus+ha"},
		} {
			path, err := s.URLs.Path(p.name, p.args...)
			b.Run(fmt.Sprintf("%s%s/%d", p.name, p.query, posts), func(b *testing.B) {
				if err != nil {
					b.Skip(err)
				}
				besiege(b, s.Web, path+p.query, p.by.Cookies())
			})
			if err != nil {
				continue
			}
			b.Run(fmt.Sprintf("bare-%s%s/%d", p.name, p.query, posts), func(b *testing.B) {
				body := []byte(p.by.Visit(path + p.query).Is(http.StatusOK).Body)
				e := echo.New()
				e.GET("/", func(c echo.Context) error { return c.HTMLBlob(http.StatusOK, body) })
				besiege(b, e, "/", nil)
			})
		}
	}
}

// benchSizes are how many posts there are: 1,000, and unless -short 100,000.
func benchSizes(b *testing.B) (sizes []int) {
	names := cmp.Or(os.Getenv("BENCH_POSTS"), "1000,100000")
	if testing.Short() {
		names = "1000"
	}
	for name := range strings.SplitSeq(names, ",") {
		n, err := strconv.Atoi(name)
		must(b, err)
		sizes = append(sizes, n)
	}
	return sizes
}

// besiege asks for one page b.N times, 32 at a time, and says how long one took.
func besiege(b *testing.B, h http.Handler, path string, cookies []*http.Cookie) {
	const clients = 32
	var (
		took [clients][]time.Duration
		next atomic.Int64
		all  sync.WaitGroup
	)
	ask := func() (int, time.Duration) {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		for _, c := range cookies {
			r.AddCookie(c)
		}
		w, began := httptest.NewRecorder(), time.Now()
		h.ServeHTTP(w, r)
		return w.Code, time.Since(began)
	}
	ask() // what is prepared and cached once is not the page's
	b.ResetTimer()
	for i := range clients {
		all.Go(func() {
			for next.Add(1) <= int64(b.N) {
				code, d := ask()
				if took[i] = append(took[i], d); code != http.StatusOK {
					b.Errorf("%s: status %d", path, code)
					return
				}
			}
		})
	}
	all.Wait()
	b.StopTimer()
	sorted := slices.Sorted(slices.Values(slices.Concat(took[:]...)))
	ms := func(share float64) float64 {
		return float64(sorted[int(share*float64(len(sorted)-1))]) / float64(time.Millisecond)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
	b.ReportMetric(ms(0.50), "p50-ms")
	b.ReportMetric(ms(0.99), "p99-ms")
}
