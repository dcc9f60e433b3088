package metrics_test

import (
	"context"
	"errors"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"superbook/kit/metrics"
)

func written(t *testing.T, r *metrics.Registry) string {
	t.Helper()
	var out strings.Builder
	if err := r.Write(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestTextFormat(t *testing.T) {
	t.Parallel()
	r := metrics.New()
	sent := r.Counters("mails_sent_total", "Mails sent,\nor \\ given up.", "kind", "host")
	sent.With("b", `a "quoted" \ host`+"\nof two lines\xff").Add(2)
	sent.With("a", "x").Inc()
	took := r.Histograms("took_seconds", "Time.", []float64{.1, 1}, "kind")
	for _, v := range []float64{.05, .1, .5, 7, math.NaN()} {
		took.With("a").Observe(v)
	}
	r.Gauge("odd", "Odd values.", func() float64 { return math.Inf(-1) })
	r.Collect(metrics.Desc{Name: "many", Help: "From elsewhere.", Type: metrics.TypeGauge, Labels: []string{"state"}}, func(_ context.Context, emit metrics.Emit) error {
		emit(1.5, "full")
		emit(math.NaN())
		return nil
	})
	const want = `# HELP mails_sent_total Mails sent,\nor \\ given up.
# TYPE mails_sent_total counter
mails_sent_total{kind="a",host="x"} 1
mails_sent_total{kind="b",host="a \"quoted\" \\ host\nof two lines` + "\uFFFD" + `"} 2
# HELP took_seconds Time.
# TYPE took_seconds histogram
took_seconds_bucket{kind="a",le="0.1"} 2
took_seconds_bucket{kind="a",le="1"} 3
took_seconds_bucket{kind="a",le="+Inf"} 4
took_seconds_sum{kind="a"} 7.65
took_seconds_count{kind="a"} 4
# HELP odd Odd values.
# TYPE odd gauge
odd -Inf
# HELP many From elsewhere.
# TYPE many gauge
many{state="full"} 1.5
many NaN
`
	if got := written(t, r); got != want {
		t.Errorf("written\n%s\nwant\n%s", got, want)
	}
}

func TestACollectorThatFailsCostsOnlyItself(t *testing.T) {
	t.Parallel()
	r := metrics.New()
	broken := errors.New("the database is gone")
	r.Collect(metrics.Desc{Name: "jobs", Type: metrics.TypeGauge}, func(context.Context, metrics.Emit) error { return broken })
	r.Gauge("still_here", "After it.", func() float64 { return 3 })
	var out strings.Builder
	if err := r.Write(t.Context(), &out); !errors.Is(err, broken) || !strings.Contains(err.Error(), "jobs") {
		t.Errorf("error %v", err)
	}
	if !strings.Contains(out.String(), "\nstill_here 3\n") {
		t.Errorf("written\n%s", out.String())
	}
}

func TestMistakesInNamesAreNotOverlooked(t *testing.T) {
	t.Parallel()
	for name, mistake := range map[string]func(*metrics.Registry){
		"a name with a hyphen":   func(r *metrics.Registry) { r.Counters("a-b", "") },
		"no name":                func(r *metrics.Registry) { r.Gauge("", "", nil) },
		"a name that is there":   func(r *metrics.Registry) { r.Counters("a", ""); r.Gauge("a", "", nil) },
		"a label of the format":  func(r *metrics.Registry) { r.Histograms("a", "", nil, "le") },
		"a label with a space":   func(r *metrics.Registry) { r.Counters("a", "", "b c") },
		"more labels than there": func(r *metrics.Registry) { r.Counters("a", "", "b", "c", "d", "e", "f") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s is taken", name)
				}
			}()
			mistake(metrics.New())
		}()
	}
}

func TestSeriesAreBounded(t *testing.T) {
	t.Parallel()
	r := metrics.New()
	c := r.Counters("c_total", "Of what strangers choose.", "path")
	for i := range 5000 {
		c.With(strings.Repeat("x", i)).Inc()
	}
	series, all, other := 0, 0.0, 0.0
	c.Each(func(labels []string, v float64) {
		series, all = series+1, all+v
		if labels[0] == "other" {
			other = v
		}
	})
	if series > 2001 || all != 5000 || other < 2999 {
		t.Errorf("%d series with %v, %v of them together", series, all, other)
	}
}

func TestCountersOnlyGrow(t *testing.T) {
	t.Parallel()
	r := metrics.New()
	c := r.Counters("c_total", "").With()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 1000 {
				c.Add(.5)
				_ = written(t, r)[0]
			}
		})
	}
	all.Wait()
	c.Add(-3)
	c.Add(math.NaN())
	if c.Value() != 4000 {
		t.Errorf("counted %v", c.Value())
	}
}

func TestQuantiles(t *testing.T) {
	t.Parallel()
	r := metrics.New()
	hs := r.Histograms("h", "", []float64{1, 2, 4}, "of")
	if got := hs.Distribution().Quantile(.5); !math.IsNaN(got) {
		t.Errorf("half of nothing: %v", got)
	}
	for range 50 {
		hs.With("a").Observe(.5)
		hs.With("b").Observe(3)
	}
	old := hs.Distribution()
	for q, want := range map[float64]float64{0: 0, .25: .5, .5: 1, .75: 3, 1: 4} {
		if got := old.Quantile(q); got != want {
			t.Errorf("quantile %v: %v, want %v", q, got, want)
		}
	}
	hs.With("a").Observe(100)
	since := hs.Distribution().Since(old)
	if since.N() != 1 || since.Quantile(.99) != 4 || since.Sum != 100 {
		t.Errorf("since then: %+v", since)
	}
	if got := old.Since(metrics.Distribution{}); got.N() != 100 {
		t.Errorf("since nothing: %+v", got)
	}
}

func TestBearer(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		header, token string
		want          bool
	}{
		{"Bearer right-token", "right-token", true}, {"bearer right-token", "right-token", true}, {"Bearer  right-token", "right-token", true},
		{"", "right-token", false}, {"Bearer", "right-token", false}, {"Bearer right-toke", "right-token", false}, {"Bearer right-token2", "right-token", false},
		{"Basic right-token", "right-token", false}, {"right-token", "right-token", false}, {"Bearer right-token x", "right-token", false},
		{"", "", false}, {"Bearer ", "", false}, {"Bearer x", "", false},
	} {
		req := httptest.NewRequest(http.MethodGet, "/metrics", nil)
		req.Header.Set("Authorization", tt.header)
		if got := metrics.Bearer(req, tt.token); got != tt.want {
			t.Errorf("%q for %q: %v", tt.header, tt.token, got)
		}
	}
}

func TestProcess(t *testing.T) {
	t.Parallel()
	r := metrics.New()
	metrics.Process(r)
	text := written(t, r)
	for _, name := range []string{"process_start_time_seconds", "go_goroutines", "go_memory_bytes", "go_heap_live_bytes", "go_allocated_bytes_total", `go_info{version="go`} {
		if !strings.Contains(text, "\n"+name) || strings.Contains(text, "\n"+name+" 0\n") {
			t.Errorf("no %s in\n%s", name, text)
		}
	}
	if now := metrics.ReadRuntime(); now.Heap <= 0 || now.Memory < now.Heap || now.Goroutines < 2 {
		t.Errorf("runtime %+v", now)
	}
}
