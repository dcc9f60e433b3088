package site_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/labstack/echo/v4"

	"superbook/models"
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
