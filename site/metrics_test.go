package site_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"gorm.io/gorm"

	"superbook/site"
	"superbook/site/sitetest"
	"superbook/tasks"
)

func ask(url string) (status int, body string) {
	r, err := http.Get(url)
	if err != nil {
		return 0, err.Error()
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return 0, err.Error()
	}
	return r.StatusCode, string(b)
}

// Whoever serves or works shows its figures on METRICS_ADDR, there alone, and
// lets go of the address at the end.
func TestMetricsHaveAListenerOfTheirOwn(t *testing.T) {
	t.Parallel()
	serve := func(s *sitetest.Site, ctx context.Context, up chan<- string) error {
		return s.Serve(ctx, true, func(addr net.Addr) { up <- addr.String() })
	}
	work := func(s *sitetest.Site, ctx context.Context, up chan<- string) error {
		up <- ""
		return s.Site.Work(ctx)
	}
	for name, run := range map[string]func(*sitetest.Site, context.Context, chan<- string) error{"serve": serve, "worker": work} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := freeAddress(t)
			s := sitetest.New(t, func(set *site.Settings) { set.MetricsAddr = address })
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			up, ended := make(chan string, 1), make(chan error, 1)
			go func() { ended <- run(s, ctx, up) }()
			own := <-up
			until(t, func() bool { status, _ := ask("http://" + address + "/metrics"); return status == http.StatusOK })
			must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return s.Jobs.Add(t.Context(), tx, tasks.SweepTasks{}) }))
			until(t, func() bool {
				_, text := ask("http://" + address + "/metrics")
				return strings.Contains(text, `tasks_attempts_total{kind="sweep.tasks",queue="default",outcome="done"} 1`)
			})
			if status, _ := ask("http://" + address + "/"); status != http.StatusNotFound {
				t.Errorf("beside the figures it answers %d", status)
			}
			if own != "" {
				if status, text := ask("http://" + own + "/metrics"); status != http.StatusNotFound || strings.Contains(text, "# HELP") {
					t.Errorf("the site itself answers %d", status)
				}
			}
			stop()
			must(t, <-ended)
			if status, words := ask("http://" + address + "/metrics"); status != 0 {
				t.Errorf("after the end it answers %d %s", status, words)
			}
		})
	}
}

func TestMetricsWhereSomebodyListens(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer taken.Close()
	s := sitetest.New(t, func(set *site.Settings) { set.MetricsAddr = taken.Addr().String() })
	for name, run := range map[string]func() error{
		"serve":  func() error { return s.Serve(t.Context(), false, func(net.Addr) { t.Error("it serves") }) },
		"worker": func() error { return s.Site.Work(t.Context()) },
	} {
		if err := run(); err == nil || !strings.Contains(err.Error(), "METRICS_ADDR") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
