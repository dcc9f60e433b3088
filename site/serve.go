package site

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
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
	stopPatrol := s.StartPatrol(beside)
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
	stopPatrol()
	return errors.Join(err, stopJobs(end))
}

// StartPatrol notes who is here, until ctx ends. ended waits for that.
func (s *Site) StartPatrol(ctx context.Context) (ended func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Views.Patrol.Run(ctx)
	}()
	return func() { <-done }
}

// startJobs works jobs in this process unless another one does, and passes on
// what other processes change to the pages that are open here.
func (s *Site) startJobs(ctx context.Context, work bool) (stop func(context.Context) error, err error) {
	beside, cancel := context.WithCancel(ctx)
	var all sync.WaitGroup
	switch {
	case s.Bridge != nil:
		all.Go(func() { s.Bridge.Run(beside) })
	case !work:
		all.Go(func() { s.Tasks.Relay(beside) })
	}
	stop = func(end context.Context) (err error) {
		if work {
			err = s.Jobs.Stop(end)
		}
		cancel()
		all.Wait()
		return err
	}
	if work {
		err = s.Jobs.Start(ctx)
	}
	return stop, err
}

// Work works jobs, and nothing else, until ctx ends. Running jobs may finish.
func (s *Site) Work(ctx context.Context) error {
	beside, stopBeside := context.WithCancel(context.WithoutCancel(ctx))
	defer stopBeside()
	stop, err := s.startJobs(beside, true)
	if err == nil {
		<-ctx.Done()
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Settings.StopTimeout)
	defer cancel()
	return errors.Join(err, stop(end))
}
