package db

import (
	"context"
	"errors"
	"sync/atomic"

	"gorm.io/gorm"
)

// Counter counts the statements that ran under one context.
type Counter struct{ n atomic.Int64 }

// N returns the number of statements so far.
func (c *Counter) N() int { return int(c.n.Load()) }

type counterKey struct{}

// CountQueries returns a context under which gorm's statements are counted, so
// that a test can hold a page to a number of queries.
func CountQueries(ctx context.Context) (context.Context, *Counter) {
	c := new(Counter)
	return context.WithValue(ctx, counterKey{}, c), c
}

// counting is the gorm plugin behind CountQueries.
type counting struct{}

func (counting) Name() string { return "count-queries" }

func (counting) Initialize(g *gorm.DB) error {
	cb, name := g.Callback(), "count-queries"
	return errors.Join(
		cb.Query().Before("gorm:query").Register(name, countOne),
		cb.Row().Before("gorm:row").Register(name, countOne),
		cb.Raw().Before("gorm:raw").Register(name, countOne),
		cb.Create().Before("gorm:create").Register(name, countOne),
		cb.Update().Before("gorm:update").Register(name, countOne),
		cb.Delete().Before("gorm:delete").Register(name, countOne),
	)
}

func countOne(g *gorm.DB) {
	if c, ok := g.Statement.Context.Value(counterKey{}).(*Counter); ok {
		c.n.Add(1)
	}
}
