package site

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"

	"superbook/kit/db"
	"superbook/urls"
	"superbook/views"
)

// Serve is the flag set of the command serve.
type Serve struct {
	NoWorker bool `help:"Only answer requests; another process works the jobs."`
}

// Run serves the site, filled with demo content when it is new.
func (cmd Serve) Run(ctx context.Context) error {
	return with(ctx, func(s *Site) error {
		if err := s.welcome(ctx); err != nil {
			return err
		}
		return s.Serve(ctx, !cmd.NoWorker, func(addr net.Addr) { fmt.Printf("SuperBook is at http://%s (Ctrl-C stops it)\n", addr) })
	})
}

// welcome fills a new site in development, and says how to log in. In
// production it refuses members whose password everybody can read here.
func (s *Site) welcome(ctx context.Context) error {
	if s.Settings.Debug {
		empty, err := s.Empty(ctx)
		if err != nil {
			return err
		}
		if empty {
			if _, _, err := s.Seed(ctx); err != nil {
				return err
			}
		}
	}
	logins, err := s.DemoLogins(ctx)
	switch {
	case err != nil || len(logins) == 0:
		return err
	case !s.Settings.Debug:
		return fmt.Errorf("the demo password still opens %s: give each a new one with changepassword", strings.Join(logins, ", "))
	}
	fmt.Printf("Log in as %s with the password %s\n", logins[0], DemoPassword)
	return nil
}

// Worker works jobs and listens nowhere.
type Worker struct{}

// Run works jobs until it is told to stop.
func (Worker) Run(ctx context.Context) error {
	return with(ctx, func(s *Site) error { fmt.Println("Working jobs (Ctrl-C stops it)"); return s.Work(ctx) })
}

// MigrateCommand changes the database's tables.
type MigrateCommand struct {
	Direction string `arg:"" optional:"" enum:"up,down,status" default:"up" help:"up (default), down (one step back) or status"`
}

// Run migrates.
func (cmd MigrateCommand) Run(ctx context.Context) error {
	set, err := prepared()
	if err != nil {
		return err
	}
	d, err := db.Open(ctx, set.database(), NewLogger(set))
	if err != nil {
		return err
	}
	return errors.Join(Migrate(ctx, d, cmd.Direction, os.Stdout), d.Close())
}

// URLs prints the table of URLs.
type URLs struct{}

// Run needs no database.
func (URLs) Run() error {
	t, err := urls.Table(&views.Views{}, nil)
	if err != nil {
		return err
	}
	return t.Print(os.Stdout)
}

// SettingsCommand lists the settings.
type SettingsCommand struct{}

// Run prints each with its present value, secrets masked.
func (SettingsCommand) Run() error {
	set, err := FromEnv()
	if err != nil {
		return err
	}
	return set.Print(os.Stdout)
}

func prepared() (Settings, error) {
	set, err := FromEnv()
	if err == nil {
		err = set.Prepare()
	}
	return set, err
}

// with runs something on the whole site, and closes it.
func with(ctx context.Context, do func(*Site) error) error {
	set, err := prepared()
	if err != nil {
		return err
	}
	s, err := New(ctx, set, NewLogger(set))
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}
