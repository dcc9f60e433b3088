package tasks

import (
	"time"

	"superbook/kit/chart"
)

// PulseCharts is the pulse as pages show it.
type PulseCharts struct {
	Span   PulseSpan
	At     time.Time     // of the newest sample
	Long   time.Duration // how far back it goes at most
	Charts []PulseChart
}

// PulseChart is one of the charts.
type PulseChart struct {
	chart.Chart
	Note string // what it counts, and of whom
	row  time.Duration
}

// Key is one line of a chart: its place in the order, from 1, and its newest value.
type Key struct {
	N         int
	Name, Now string
}

// Keys lists the lines of the chart.
func (c PulseChart) Keys() []Key {
	keys := make([]Key, len(c.Series))
	for i, s := range c.Series {
		keys[i] = Key{i + 1, s.Name, c.Unit.Write(s.Now())}
	}
	return keys
}

// tableRows is how many rows the table of a chart has at most.
const tableRows = 12

// Table says in figures what the chart draws, to the minute.
func (c PulseChart) Table() []chart.Row {
	rows := c.Rows(c.row, tableRows)
	for i := range rows {
		rows[i].At = rows[i].At.Truncate(time.Minute)
	}
	return rows
}

// line is one series: its name, and how to read it from a sample.
type line struct {
	name string
	of   func(sample) float64
}

// plots are the charts of the page, in order.
func (p *Pulse) plots() []plot {
	return []plot{
		{"requests", "Requests", "Pages, files and forms that were answered.", chart.PerSecond, []line{{"answered", func(s sample) float64 { return s.requests }}}},
		{"latency", "Time to answer", "p95: of 100 requests, 95 took less than that. Uploads and streams are left out: how long they take is up to the visitor’s line.", chart.Seconds,
			[]line{{"p50", func(s sample) float64 { return s.p50 }}, {"p95", func(s sample) float64 { return s.p95 }}, {"p99", func(s sample) float64 { return s.p99 }}}},
		{"errors", "Errors", "Refused: the visitor’s mistake (4xx). Broken: ours (5xx).", chart.PerSecond,
			[]line{{"refused", func(s sample) float64 { return s.refused }}, {"broken", func(s sample) float64 { return s.broken }}}},
		{"connections", "Live connections", "Open event streams, and WebSockets in rooms.", chart.Count,
			[]line{{"streams", func(s sample) float64 { return s.streams }}, {"WebSockets", func(s sample) float64 { return s.sockets }}}},
		{"done", "Tasks done", "By queue, of all processes.", chart.PerSecond,
			p.byQueue(func(s sample, queue string) float64 { return s.worked.inQueue(queue) })},
		{"waiting", "Tasks waiting", "By queue, of all processes: due now, or to be tried again.", chart.Count, p.byQueue(sample.inQueue)},
		{"photos", "Photos", "Cut to their sizes, or given up; of all processes.", chart.PerSecond,
			[]line{{"ready", func(s sample) float64 { return s.worked.ready }}, {"failed", func(s sample) float64 { return s.worked.failed }}}},
		{"memory", "Memory", "What Go has from the system, and what objects take of it.", chart.Bytes,
			[]line{{"held", func(s sample) float64 { return s.runtime.Memory }}, {"objects", func(s sample) float64 { return s.runtime.Heap }}}},
		{"processor", "Processor", "Cores that this process keeps busy.", chart.Count, []line{{"busy", func(s sample) float64 { return s.cores }}}},
		{"goroutines", "Goroutines", "Everything that happens side by side.", chart.Count, []line{{"running or waiting", func(s sample) float64 { return s.runtime.Goroutines }}}},
	}
}

type plot struct {
	id, title, note string
	unit            chart.Unit
	lines           []line
}

func (p *Pulse) byQueue(of func(sample, string) float64) []line {
	lines := make([]line, len(p.queues))
	for i, queue := range p.queues {
		lines[i] = line{queue, func(s sample) float64 { return of(s, queue) }}
	}
	return lines
}

// Charts draws the samples of a span, up to the newest.
func (p *Pulse) Charts(of PulseSpan) PulseCharts {
	span := pulseSpans[of]
	p.mu.Lock()
	taken := append([]sample(nil), p.spans[of].taken...)
	p.mu.Unlock()
	out := PulseCharts{Span: of, At: p.Since, Long: span.long}
	if len(taken) > 0 {
		out.At = taken[len(taken)-1].at
	}
	times := make([]time.Time, len(taken))
	for i, s := range taken {
		times[i] = s.at
	}
	for _, plot := range p.plots() {
		c := chart.Chart{ID: "pulse-" + plot.id, Title: plot.title, Unit: plot.unit, From: out.At.Add(-span.long), To: out.At, Times: times}
		for _, l := range plot.lines {
			s := chart.Series{Name: l.name, Values: make([]float64, len(taken))}
			for i := range taken {
				s.Values[i] = l.of(taken[i])
			}
			c.Series = append(c.Series, s)
		}
		out.Charts = append(out.Charts, PulseChart{c.Thin(span.step), plot.note, span.row})
	}
	return out
}
