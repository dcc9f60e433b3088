package site

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"superbook/kit/async"
	"superbook/kit/db"
	"superbook/kit/metrics"
)

// measure adds to the figures what is not counted but read: when it is asked for.
func (s *Site) measure() error {
	r := s.Figures.Registry
	metrics.Process(r)
	pools := map[string]*sql.DB{"write": s.DB.SQL()}
	if s.DB.Dialect == db.SQLite { // on PostgreSQL there is one for both
		read, err := s.DB.Read.DB()
		if err != nil {
			return fmt.Errorf("measure the database: %w", err)
		}
		pools["read"] = read
	}
	metrics.Pools(r, pools)
	r.Gauge("live_streams", "Event streams that are open.", func() float64 { return float64(s.Live.Len()) })
	r.Gauge("live_sockets", "WebSockets that are open.", func() float64 { return float64(s.Views.Chat.Len()) })
	s.Views.Pulse.Depths.Collect(r)
	return nil
}

// StartPulse takes samples of this process, until ctx ends. ended waits for that.
func (s *Site) StartPulse(ctx context.Context) (ended func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Views.Pulse.Run(ctx)
	}()
	return func() { <-done }
}

// startMetrics answers /metrics on METRICS_ADDR, if there is one. stop ends
// that, and answers how it went.
func (s *Site) startMetrics() (stop func(context.Context) error, err error) {
	if s.Settings.MetricsAddr == "" {
		return func(context.Context) error { return nil }, nil
	}
	ln, err := net.Listen("tcp", s.Settings.MetricsAddr)
	if err != nil {
		return nil, fmt.Errorf("listen for METRICS_ADDR: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics.Handler(s.Figures.Registry, s.Log))
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute}
	failed := make(chan error, 1)
	go func() {
		_, err := async.Guard(context.Background(), func(context.Context) (struct{}, error) { return struct{}{}, srv.Serve(ln) })
		failed <- err
	}()
	s.Log.Info("metrics", "address", ln.Addr().String())
	return func(end context.Context) error {
		err := srv.Shutdown(end)
		if serving := <-failed; !errors.Is(serving, http.ErrServerClosed) {
			err = errors.Join(err, serving)
		}
		if err != nil {
			return fmt.Errorf("stop serving metrics: %w", err)
		}
		return nil
	}, nil
}
