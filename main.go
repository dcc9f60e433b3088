// Command superbook runs SuperBook, a social network for superheroes.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"superbook/site"
)

// commands are what can follow "go run .", as with Django's manage.py.
type commands struct {
	Serve           site.Serve           `cmd:"" default:"withargs" help:"Run the site: pages and jobs (the default)."`
	Worker          site.Worker          `cmd:"" help:"Work jobs only."`
	Migrate         site.MigrateCommand  `cmd:"" help:"Change the database's tables: up, down or status."`
	Seed            site.SeedCommand     `cmd:"" help:"Fill in the demo content."`
	CreateSuperuser site.CreateSuperuser `cmd:"" name:"createsuperuser" help:"Make a staff account."`
	ChangePassword  site.ChangePassword  `cmd:"" name:"changepassword" help:"Set a member's password."`
	VIP             site.VIP             `cmd:"" name:"vip" help:"Let a member into the VIP group, or out of it with --off."`
	Reindex         site.Reindex         `cmd:"" help:"Make the index of words for the search anew."`
	Reprocess       site.Reprocess       `cmd:"" help:"Cut the photos anew that an older pipeline has made."`
	Bench           site.Bench           `cmd:"" help:"Measure, on this machine."`
	URLs            site.URLs            `cmd:"" name:"urls" help:"Print the table of URLs."`
	Settings        site.SettingsCommand `cmd:"" help:"List all settings with their present values."`
}

func main() {
	time.Local = time.UTC // before anything reads the clock: both databases keep UTC
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Stderr)
	stop()
	os.Exit(status)
}

// run answers the exit status: 2 for what was asked in the wrong way, 1 for what went wrong.
func run(ctx context.Context, args []string, stderr io.Writer) int {
	parser := kong.Must(&commands{}, kong.Name("superbook"), kong.UsageOnError(),
		kong.Description("A social network for superheroes."), kong.BindTo(ctx, (*context.Context)(nil)))
	cmd, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(stderr, "superbook: %v; try: superbook --help\n", err)
		return 2
	}
	if err = cmd.Run(); err == nil {
		return 0
	}
	fmt.Fprintf(stderr, "superbook: %v\n", err)
	if errors.Is(err, site.ErrSettings) {
		return 2
	}
	return 1
}
