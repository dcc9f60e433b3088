package site_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"superbook/site/sitetest"
)

// crowd submits photos for as long as it is let, whether anybody answers or not.
type crowd struct {
	pause    time.Duration // of each member between two photos, about
	mu       sync.Mutex
	accepted []int64
	lost     int // answers that never came, or were no acceptance
	serial   atomic.Int64
	cropped  atomic.Int64 // crops of ready photos that were accepted
}

// submit is one member of the crowd. Each picture is another one, and gets
// other crops once it is ready.
func (c *crowd) submit(ctx context.Context, t *testing.T, v *visitor) {
	const most = 90 // a member may keep 100 photos
	var mine []int64
	for len(mine) < most && ctx.Err() == nil {
		if len(mine) > 0 && v.crop(ctx, mine[rand.IntN(len(mine))], 20+rand.IntN(80)) {
			c.cropped.Add(1)
		}
		file := sitetest.JPEG(t, sitetest.Picture(240, 160, int(c.serial.Add(1))))
		id, _, err := v.submit(ctx, file)
		c.mu.Lock()
		if err == nil && id > 0 {
			c.accepted = append(c.accepted, id)
			mine = append(mine, id)
		} else {
			c.lost++
		}
		c.mu.Unlock()
		select {
		case <-ctx.Done():
		case <-time.After(c.pause/2 + rand.N(c.pause)):
		}
	}
}
