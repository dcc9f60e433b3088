package site

import (
	"context"
	"errors"
	"fmt"
	"os"
)

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
