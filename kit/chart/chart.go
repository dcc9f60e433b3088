// Package chart draws lines over time as SVG, on the server: colours are left
// to classes of the page's style sheet, so that it suits light and dark.
package chart

import (
	"math"
	"time"
)

// Chart is lines that share one span of time and one scale.
type Chart struct {
	ID       string // unique on its page, of letters, digits and hyphens
	Title    string
	Unit     Unit
	From, To time.Time   // the span that is shown
	Times    []time.Time // of the values, rising
	Series   []Series
}

// Series is one line. A value that is no finite number is a gap in it; values
// without a time, and times without a value, are left out.
type Series struct {
	Name   string
	Values []float64
}

// Now is the newest value, NaN when there is none or it is a gap.
func (s Series) Now() float64 {
	if len(s.Values) == 0 {
		return math.NaN()
	}
	return finite(s.Values[len(s.Values)-1])
}

// What lies outside of these is drawn as if it were the bound itself: no chart
// of a site gets there, and scales stay clear of the edges of numbers.
const (
	least = 1e-12
	most  = 1e18
)

// finite makes a gap of what cannot be drawn.
func finite(v float64) float64 {
	switch {
	case math.IsInf(v, 0):
		return math.NaN()
	case math.Abs(v) < least:
		return 0
	}
	return min(max(v, -most), most) // NaN stays what it is
}

// Thin returns the chart with its values gathered in steps of that length, each
// the highest of its step: a peak must not vanish because the chart is small.
// The steps stand still on the clock, so that a line does not flicker as time
// goes on.
func (c Chart) Thin(step time.Duration) Chart {
	out := c
	out.Times, out.Series = nil, make([]Series, len(c.Series))
	var last int64
	for i, at := range c.Times {
		n := at.UnixNano() / int64(step)
		fresh := i == 0 || n != last
		last = n
		if fresh {
			out.Times = append(out.Times, at)
		} else {
			out.Times[len(out.Times)-1] = at
		}
		for k, s := range c.Series {
			out.Series[k].Name = s.Name
			out.Series[k].Values = gather(out.Series[k].Values, value(s, i), fresh)
		}
	}
	for k, s := range c.Series {
		out.Series[k].Name = s.Name
	}
	return out
}

func gather(values []float64, v float64, fresh bool) []float64 {
	if fresh {
		return append(values, v)
	}
	if end := &values[len(values)-1]; math.IsNaN(*end) || v > *end {
		*end = v
	}
	return values
}

func value(s Series, i int) float64 {
	if i >= len(s.Values) {
		return math.NaN()
	}
	return finite(s.Values[i])
}

// bounds are the lowest and the highest value inside the span; low is never
// above 0 and high never below it.
func (c Chart) bounds() (low, high float64) {
	for _, s := range c.Series {
		for i, at := range c.Times {
			if v := value(s, i); !math.IsNaN(v) && !at.Before(c.From) && !at.After(c.To) {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	return low, high
}
