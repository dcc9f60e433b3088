package db

import (
	"context"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// chain is what a Query remembers: calls of gorm, made afresh each time that it
// is asked. It has no type of row, so all of it is compiled once.
type chain struct {
	conn  *gorm.DB
	calls []call
}

type call func(*gorm.DB) *gorm.DB

func (c chain) with(next call) chain {
	return chain{c.conn, append(slices.Clip(c.calls), next)}
}

func (c chain) begin(ctx context.Context) *gorm.DB {
	g := c.conn.Session(&gorm.Session{NewDB: true, Context: ctx})
	for _, do := range c.calls {
		g = do(g)
	}
	return g
}

func (c chain) clauses(list []clause.Expression) chain {
	return c.with(func(g *gorm.DB) *gorm.DB { return g.Clauses(list...) })
}

func (c chain) table(name string, args []any) chain {
	return c.with(func(g *gorm.DB) *gorm.DB { return g.Table(name, args...) })
}

func (c chain) sel(columns string, args []any) chain {
	return c.with(func(g *gorm.DB) *gorm.DB { return g.Select(columns, args...) })
}

func (c chain) distinct(columns []any) chain {
	return c.with(func(g *gorm.DB) *gorm.DB { return g.Distinct(columns...) })
}

func (c chain) where(condition string, args []any) chain {
	return c.with(func(g *gorm.DB) *gorm.DB { return g.Where(condition, args...) })
}

func (c chain) group(column string) chain {
	return c.with(func(g *gorm.DB) *gorm.DB { return g.Group(column) })
}

func (c chain) order(by string) chain {
	return c.with(func(g *gorm.DB) *gorm.DB { return g.Order(by) })
}

func (c chain) limit(n int) chain {
	return c.with(func(g *gorm.DB) *gorm.DB { return g.Limit(n) })
}

func (c chain) offset(n int) chain {
	return c.with(func(g *gorm.DB) *gorm.DB { return g.Offset(n) })
}
