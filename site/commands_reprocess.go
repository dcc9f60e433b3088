package site

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"gorm.io/gorm"

	"superbook/kit/async"
	"superbook/models"
	"superbook/tasks"
)

// Reprocess cuts photos anew that an older pipeline has made.
type Reprocess struct {
	All     bool    `help:"All photos, not only those that an older pipeline has made. They are marked first: if you interrupt it, go on without --all."`
	Rate    float64 `default:"2" help:"How many photos a second at most; 0 for as many as there can be."`
	Workers int     `default:"1" help:"How many photos are worked on at once."`
}

// Validate refuses numbers that make no sense.
func (cmd Reprocess) Validate() error {
	if cmd.Rate < 0 || cmd.Workers < 1 {
		return errors.New("--rate must not be negative, and --workers needs to be 1 or more")
	}
	return nil
}

// Run works while the site goes on, and can be interrupted at any time.
func (cmd Reprocess) Run(ctx context.Context) error {
	return with(ctx, func(s *Site) error { return s.Reprocess(ctx, cmd, os.Stdout, os.Stderr) })
}

// Reprocess cuts every ready photo anew that today's pipeline has not made. It
// tells on notes how it goes, and on out what was done. Each is marked as done together with its new
// variants, so that after an interruption the next run goes on. The error names
// the photos that could not be cut; they stay as they were.
func (s *Site) Reprocess(ctx context.Context, cmd Reprocess, out, notes io.Writer) error {
	if cmd.All {
		if err := s.markAll(ctx); err != nil {
			return err
		}
	}
	total, err := models.CountStale(ctx, s.DB.Read)
	if err != nil {
		return err
	}
	tally := newTally(out, notes, total)
	ids, none := make(chan int64), new(struct{})
	g := async.NewGroup(ctx)
	async.Go(g, none, func(ctx context.Context) (struct{}, error) {
		defer close(ids)
		return struct{}{}, s.feedStale(ctx, cmd.Rate, ids)
	})
	for range cmd.Workers {
		async.Go(g, new(struct{}), func(ctx context.Context) (struct{}, error) {
			for id := range ids {
				_, err := tasks.Recut(ctx, s.Tasks, id)
				if ctx.Err() != nil {
					return struct{}{}, ctx.Err()
				}
				tally.add(id, err)
			}
			return struct{}{}, nil
		})
	}
	return tally.end(g.Wait())
}

// markAll marks all photos in short transactions, between which the site writes.
func (s *Site) markAll(ctx context.Context) error {
	for last, first := int64(0), true; first || last > 0; first = false {
		err := s.DB.Tx(ctx, func(tx *gorm.DB) (err error) {
			last, err = models.MarkStale(ctx, tx, last, 500)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// feedStale hands on the numbers of the photos to be cut, so many a second.
func (s *Site) feedStale(ctx context.Context, rate float64, ids chan<- int64) error {
	var tick <-chan time.Time
	if rate > 0 {
		ticker := time.NewTicker(max(1, time.Duration(float64(time.Second)/rate)))
		defer ticker.Stop()
		tick = ticker.C
	}
	for last := int64(0); ; {
		batch, err := models.StaleAfter(ctx, s.DB.Read, last, 100)
		if err != nil || len(batch) == 0 {
			return err
		}
		for _, last = range batch {
			select {
			case ids <- last:
			case <-ctx.Done():
				return fmt.Errorf("reprocess: %w", ctx.Err())
			}
			if tick == nil {
				continue
			}
			select {
			case <-tick:
			case <-ctx.Done():
				return fmt.Errorf("reprocess: %w", ctx.Err())
			}
		}
	}
}
