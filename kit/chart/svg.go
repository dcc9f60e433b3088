package chart

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"strconv"
	"strings"
	"time"
)

// The drawing's own measures. It is as wide as its box, so that letters are
// about as large as they say on a phone.
const (
	width, height = 400, 176
	left, right   = 44, 396
	top, bottom   = 10, 150
)

// SVG draws the chart. Its classes are chart, grid, axis, line and tip, the
// newest value, both with s1, s2 and so on for the n-th series; and dot, of which
// the area below a single line is made. Screen readers hear the title and what
// Describe says; the figures themselves are in Rows, for a table beside it.
func (c Chart) SVG() template.HTML {
	low, high := c.bounds()
	ticks := Ticks(low, high, 4)
	y := scale{ticks[0], ticks[len(ticks)-1], bottom, top}
	var b strings.Builder
	id := html.EscapeString(c.ID)
	fmt.Fprintf(&b, `<svg class="chart" viewBox="0 0 %d %d" role="img" aria-labelledby="%s-t %s-d">`, width, height, id, id)
	fmt.Fprintf(&b, `<title id="%s-t">%s</title><desc id="%s-d">%s</desc>`, id, html.EscapeString(c.Title), id, html.EscapeString(c.Describe()))
	c.axes(&b, ticks, y)
	if len(c.Series) == 1 {
		fmt.Fprintf(&b, `<defs><pattern id="%s-p" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><circle class="dot" cx="2" cy="2" r="1"/></pattern></defs>`, id)
	}
	for i, s := range c.Series {
		line, area := c.paths(s, y)
		if len(c.Series) == 1 && area != "" {
			fmt.Fprintf(&b, `<path class="fill" fill="url(#%s-p)" d="%s"/>`, id, area)
		}
		if line != "" {
			fmt.Fprintf(&b, `<path class="line s%d" d="%s"/>`, i+1, line)
		}
		if now := s.Now(); !math.IsNaN(now) && len(c.Times) == len(s.Values) {
			fmt.Fprintf(&b, `<circle class="tip s%d" cx="%s" cy="%s" r="3.5"/>`, i+1, place(c.x().at(unix(c.Times[len(c.Times)-1]))), place(y.at(now)))
		}
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) // everything that is not ours is escaped above
}

func (c Chart) axes(b *strings.Builder, ticks []float64, y scale) {
	b.WriteString(`<g class="grid">`)
	for _, v := range ticks {
		fmt.Fprintf(b, `<path d="M%d %sH%d"/>`, left, place(y.at(v)), right)
	}
	b.WriteString(`</g><g class="axis" aria-hidden="true">`)
	for _, v := range ticks {
		fmt.Fprintf(b, `<text class="y" x="%d" y="%s">%s</text>`, left-6, place(y.at(v)+4), html.EscapeString(c.Unit.Write(v)))
	}
	x := c.x()
	for _, t := range TimeTicks(c.From, c.To, 6) {
		fmt.Fprintf(b, `<text class="x" x="%s" y="%d">%s</text>`, place(min(max(x.at(unix(t)), left+14), right-14)), height-8, t.Format("15:04"))
	}
	b.WriteString(`</g>`)
}

func (c Chart) x() scale { return scale{unix(c.From), unix(c.To), left, right} }

func unix(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// paths are the line of a series, and the area between it and zero.
func (c Chart) paths(s Series, y scale) (line, area string) {
	x, floor := c.x(), place(y.at(0))
	var l, a strings.Builder
	for _, run := range c.runs(s) {
		points := straighten(run, x, y)
		first, last := points[0], points[len(points)-1]
		fmt.Fprintf(&a, "M%s %s", place(first[0]), floor)
		for i, p := range points {
			verb := "L"
			if i == 0 {
				verb = "M"
			}
			fmt.Fprintf(&l, "%s%s %s", verb, place(p[0]), place(p[1]))
			fmt.Fprintf(&a, "L%s %s", place(p[0]), place(p[1]))
		}
		if len(points) == 1 {
			l.WriteString("h0") // with round ends, a dot
		}
		fmt.Fprintf(&a, "L%s %sZ", place(last[0]), floor)
	}
	return l.String(), a.String()
}

type point struct{ at, value float64 }

// runs are the parts of a series between its gaps.
func (c Chart) runs(s Series) (runs [][]point) {
	open := false
	for i, at := range c.Times {
		v := value(s, i)
		if math.IsNaN(v) || at.Before(c.From) || at.After(c.To) {
			open = false
			continue
		}
		if !open {
			runs, open = append(runs, nil), true
		}
		end := len(runs) - 1
		runs[end] = append(runs[end], point{unix(at), v})
	}
	return runs
}

// straighten leaves out what lies on a level line between its neighbours: an
// idle hour is two points.
func straighten(run []point, x, y scale) (out [][2]float64) {
	for i, p := range run {
		here := y.at(p.value)
		if i > 0 && i < len(run)-1 && place(y.at(run[i-1].value)) == place(here) && place(y.at(run[i+1].value)) == place(here) {
			continue
		}
		out = append(out, [2]float64{x.at(p.at), here})
	}
	return out
}

func place(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }
