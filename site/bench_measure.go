package site

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"superbook/kit/photo"
)

func (b BenchPhotos) alone(ctx context.Context, p *photoFigures) error {
	var walls, cpus []float64
	var result photo.Result
	for range max(b.Rounds, 1) {
		start, spent := time.Now(), cpuSpent()
		r, err := p.process(ctx)
		if err != nil {
			return err
		}
		walls, cpus, result = append(walls, milliseconds(time.Since(start))), append(cpus, milliseconds(cpuSpent()-spent)), r
	}
	p.MS, p.CPU = median(walls), median(cpus)
	return b.keep(p.File, result)
}

func cpuSpent() time.Duration {
	spent, _ := usage()
	return spent
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func median(v []float64) float64 {
	slices.Sort(v)
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}

// together gives photos a second when all workers go through the folder again and again.
func (b BenchPhotos) together(ctx context.Context, photos []photoFigures, workers int) (float64, error) {
	if b.For <= 0 {
		return 0, nil
	}
	var next, done atomic.Int64
	start := time.Now()
	group, ctx := errgroup.WithContext(ctx)
	for range workers {
		group.Go(func() error {
			for time.Since(start) < b.For {
				p := photos[int(next.Add(1)-1)%len(photos)]
				if _, err := p.process(ctx); err != nil {
					return err
				}
				done.Add(1)
			}
			return nil
		})
	}
	err := group.Wait()
	return float64(done.Load()) / time.Since(start).Seconds(), err
}
