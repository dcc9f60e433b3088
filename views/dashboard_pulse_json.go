package views

import (
	"math"
	"time"

	"superbook/tasks"
)

// pulseJSON is the pulse as programs read it.
type pulseJSON struct {
	At      time.Time        `json:"at"`      // of the newest values
	Seconds int              `json:"seconds"` // how far back it goes at most
	Times   []int64          `json:"times"`   // seconds since 1970
	Charts  []pulseChartJSON `json:"charts"`
}

type pulseChartJSON struct {
	ID     string            `json:"id"`
	Title  string            `json:"title"`
	Series []pulseSeriesJSON `json:"series"`
}

type pulseSeriesJSON struct {
	Name   string     `json:"name"`
	Values []*float64 `json:"values"` // one for each time; null is a gap
}

func pulseToJSON(p tasks.PulseCharts) pulseJSON {
	out := pulseJSON{At: p.At, Seconds: int(p.Long.Seconds()), Times: []int64{}, Charts: []pulseChartJSON{}}
	for i, c := range p.Charts {
		one := pulseChartJSON{ID: c.ID, Title: c.Title, Series: []pulseSeriesJSON{}}
		for _, s := range c.Series {
			values := make([]*float64, len(s.Values))
			for k, v := range s.Values {
				if !math.IsNaN(v) {
					values[k] = &v
				}
			}
			one.Series = append(one.Series, pulseSeriesJSON{s.Name, values})
		}
		out.Charts = append(out.Charts, one)
		if i > 0 {
			continue
		}
		for _, at := range c.Times {
			out.Times = append(out.Times, at.Unix())
		}
	}
	return out
}
