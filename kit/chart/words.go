package chart

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// Describe says in words what the chart shows: of each series the newest value
// and the highest.
func (c Chart) Describe() string {
	parts := make([]string, 0, len(c.Series))
	for _, s := range c.Series {
		high := math.NaN()
		for i := range c.Times {
			if v := value(s, i); math.IsNaN(high) || v > high {
				high = v
			}
		}
		if math.IsNaN(high) {
			parts = append(parts, s.Name+": nothing yet")
			continue
		}
		parts = append(parts, fmt.Sprintf("%s: %s now, %s at most", s.Name, c.Unit.Write(s.Now()), c.Unit.Write(high)))
	}
	return strings.Join(parts, ". ") + "."
}

// Row is one line of the table that says what a chart draws.
type Row struct {
	At    time.Time
	Cells []string // the value of each series
}

// Rows are the newest values in steps of that length, at most n, newest first.
func (c Chart) Rows(step time.Duration, n int) []Row {
	thin := c.Thin(step)
	rows := make([]Row, 0, n)
	for i := len(thin.Times) - 1; i >= 0 && len(rows) < n; i-- {
		row := Row{At: thin.Times[i]}
		for _, s := range thin.Series {
			row.Cells = append(row.Cells, c.Unit.Write(value(s, i)))
		}
		rows = append(rows, row)
	}
	return rows
}
