package site

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"

	"gorm.io/gorm"

	"superbook/forms"
	"superbook/kit/auth"
	"superbook/kit/db"
	"superbook/models"
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

// SeedCommand fills in the demo content.
type SeedCommand struct {
	Bulk  int `help:"Make this many heroes of dice instead, to try the site at size. One of them, dice.reader, can log in with the demo password and follows 200 others; in production the site does not start until that is changed."`
	Posts int `help:"With --bulk: have them follow each other, and say this much."`
	Likes int `help:"With --bulk and --posts: have them like so many of the posts."`
}

// Validate refuses sizes that make no sense together.
func (cmd SeedCommand) Validate() error {
	if cmd.Bulk < 0 || cmd.Posts < 0 || cmd.Likes < 0 || cmd.Posts > 0 && cmd.Bulk < 2 || cmd.Likes > 0 && cmd.Posts == 0 {
		return errors.New("--likes needs --posts, which needs --bulk with two heroes or more")
	}
	return nil
}

// Run seeds. Photos are worked on by the next process that works jobs.
func (cmd SeedCommand) Run(ctx context.Context) error {
	return with(ctx, func(s *Site) error {
		if cmd.Bulk > 0 {
			return s.SeedBulk(ctx, Bulk{Heroes: cmd.Bulk, Posts: cmd.Posts, Likes: cmd.Likes}, os.Stdout)
		}
		made, login, err := s.Seed(ctx)
		if err == nil {
			fmt.Printf("Made %d demo members; %s has the password %s\n", made, login, DemoPassword)
		}
		return err
	})
}

// CreateSuperuser makes an account for whoever runs the site.
type CreateSuperuser struct {
	Username string `help:"Asked for when not given."`
	Email    string `help:"Asked for when not given."`
}

// Run asks for what is not given. The password comes from PASSWORD, or is asked for.
func (cmd CreateSuperuser) Run(ctx context.Context) error {
	return with(ctx, func(s *Site) error {
		in := newPrompt()
		f := forms.Signup{Username: in.line("Username", cmd.Username), Email: in.line("Mail address", cmd.Email), Kind: models.Fan}
		f.Password = in.password()
		f.Password2 = f.Password
		if f.Check(); in.err != nil || !f.OK() {
			return errors.Join(in.err, complain(f.All()))
		}
		hash, err := s.Views.Hasher.Hash(ctx, f.Password)
		if err != nil {
			return err
		}
		return s.DB.Tx(ctx, func(tx *gorm.DB) error {
			_, err := models.CreateUser(ctx, tx, models.User{Username: f.Username, Email: f.Email, PasswordHash: hash, Staff: true}, models.Profile{Kind: f.Kind})
			return err
		})
	})
}

// ChangePassword sets somebody's password, which logs them out everywhere.
type ChangePassword struct {
	Username string `arg:"" help:"Whose."`
}

// Run takes the password from PASSWORD, or asks for it.
func (cmd ChangePassword) Run(ctx context.Context) error {
	return with(ctx, func(s *Site) error {
		u, err := models.UserByUsername(ctx, s.DB.Read, cmd.Username)
		if err != nil {
			return err
		}
		in := newPrompt()
		password := in.password()
		if words := auth.PasswordProblem(password, u.Username, u.Email); in.err != nil || words != "" {
			return errors.Join(in.err, complain(map[string]string{"password": words}))
		}
		hash, err := s.Views.Hasher.Hash(ctx, password)
		if err != nil {
			return err
		}
		return s.DB.Tx(ctx, func(tx *gorm.DB) error { return models.SetPassword(ctx, tx, u.ID, hash) })
	})
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
