package site

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
)

// Serve answers requests, and works jobs unless told not to, until ctx ends.
// Then it lets running requests and jobs finish. listening is told the address
// once requests are answered.
func (s *Site) Serve(ctx context.Context, work bool, listening func(addr net.Addr)) error {
	ln, err := net.Listen("tcp", s.Settings.Addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	beside, stopBeside := context.WithCancel(context.WithoutCancel(ctx))
	defer stopBeside()
	stopJobs, err := s.startJobs(beside, work)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	srv := s.server(context.WithoutCancel(ctx))
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }()
	listening(ln.Addr())
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Settings.StopTimeout)
	defer cancel()
	if stop := srv.Shutdown(end); stop != nil {
		err = errors.Join(err, fmt.Errorf("stop serving: %w", stop), srv.Close())
	}
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	stopBeside()
	return errors.Join(err, stopJobs(end))
}

// startJobs works jobs in this process or, where another process does, passes
// on what that one changes to the pages that are open here.
func (s *Site) startJobs(ctx context.Context, work bool) (stop func(context.Context) error, err error) {
	if work {
		return s.Jobs.Stop, s.Jobs.Start(ctx)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Tasks.Relay(ctx)
	}()
	return func(context.Context) error { <-done; return nil }, nil
}

// Work works jobs, and nothing else, until ctx ends. Running jobs may finish.
func (s *Site) Work(ctx context.Context) error {
	if err := s.Jobs.Start(ctx); err != nil {
		return err
	}
	<-ctx.Done()
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Settings.StopTimeout)
	defer cancel()
	return s.Jobs.Stop(end)
}
