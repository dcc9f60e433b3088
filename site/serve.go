package site

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"superbook/tasks"
)

// Serve answers requests, and works jobs unless told not to, until ctx ends.
// Then it drains, and lets running requests and jobs finish. listening is told
// the address once requests are answered.
func (s *Site) Serve(ctx context.Context, work bool, listening func(addr net.Addr)) error {
	ln, err := net.Listen("tcp", s.Settings.Addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	kept := context.WithoutCancel(ctx)
	stopMetrics, err := s.startMetrics()
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	stopJobs := func(context.Context) error { return nil }
	if work {
		if stopJobs, err = s.startJobs(kept); err != nil {
			return errors.Join(err, ln.Close(), stopMetrics(kept))
		}
	}
	stopBeside := s.startBeside(kept, true, work)
	srv := s.server(kept)
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }()
	listening(ln.Addr())
	select {
	case err = <-failed:
	case <-ctx.Done():
		err = s.drain(failed)
	}
	end, cancel := context.WithTimeout(kept, s.Settings.StopTimeout)
	defer cancel()
	jobs := make(chan error, 1)
	go func() { jobs <- stopJobs(end) }() // beside the requests: each has the whole time
	err = errors.Join(err, stopServing(end, srv), <-jobs, s.Views.Late.Stop(end))
	stopBeside() // after them: it carries what they publish to the end
	return errors.Join(err, stopMetrics(end))
}

// drain tells balancers that this process is about to end, and goes on for as
// long as they may take to notice.
func (s *Site) drain(failed <-chan error) error {
	s.Views.Drain()
	if s.Settings.DrainDelay == 0 {
		return nil
	}
	s.Log.Info("draining", "for", s.Settings.DrainDelay)
	select {
	case err := <-failed:
		return err
	case <-time.After(s.Settings.DrainDelay):
		return nil
	}
}

// stopServing takes no more requests, ends streams and sockets, whose clients
// come back to whoever answers then, and lets the other requests finish until
// end. Those that do not are cut off, which is an error.
func stopServing(end context.Context, srv *http.Server) error {
	if err := srv.Shutdown(end); err != nil {
		return fmt.Errorf("stop serving: %w", errors.Join(err, srv.Close()))
	}
	return nil
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

// StartBoards shows on open pages how queues and webhooks are doing, until ctx
// ends. ended waits for that.
func (s *Site) StartBoards(ctx context.Context) (ended func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Views.PublishBoards(ctx)
	}()
	return func() { <-done }
}

// startBeside runs what goes on beside requests and jobs: passing on what other
// processes change to the pages that are open here, and the other way round; and
// who is on patrol and how the site fares, in a process that has pages.
func (s *Site) startBeside(ctx context.Context, pages, work bool) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var all sync.WaitGroup
	switch {
	case s.Bridge != nil:
		all.Go(func() { s.Bridge.Run(ctx) })
	case !work:
		all.Go(func() { s.Tasks.Relay(ctx) })
	}
	if pages {
		all.Go(s.StartPatrol(ctx))
		all.Go(s.StartPulse(ctx))
		all.Go(s.StartBoards(ctx))
	}
	return func() { cancel(); all.Wait() }
}

// startJobs works jobs, and starts those of schedules when they are due. stop
// does what Queue.Stop does.
func (s *Site) startJobs(ctx context.Context) (stop func(context.Context) error, err error) {
	if err := s.Jobs.Start(ctx); err != nil {
		return nil, err
	}
	clock, stopClock := context.WithCancel(ctx)
	var ended sync.WaitGroup
	ended.Go(func() { tasks.NewScheduler(s.Tasks, nil).Run(clock) })
	return func(end context.Context) error {
		stopClock()
		ended.Wait()
		return s.Jobs.Stop(end)
	}, nil
}

// Work works jobs, and nothing else, until ctx ends. Running jobs may finish.
func (s *Site) Work(ctx context.Context) error {
	kept := context.WithoutCancel(ctx)
	stopMetrics, err := s.startMetrics()
	if err != nil {
		return err
	}
	stopJobs, err := s.startJobs(kept)
	if err != nil {
		return errors.Join(err, stopMetrics(kept))
	}
	stopBeside := s.startBeside(kept, false, true)
	<-ctx.Done()
	end, cancel := context.WithTimeout(kept, s.Settings.StopTimeout)
	defer cancel()
	err = stopJobs(end)
	stopBeside()
	return errors.Join(err, stopMetrics(end))
}
