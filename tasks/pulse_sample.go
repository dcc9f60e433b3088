package tasks

import (
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"time"

	"superbook/kit/metrics"
)

// reading is how far everything has come at one moment.
type reading struct {
	at                        time.Time
	requests, refused, broken float64
	answered                  metrics.Distribution
	work                      work
	cpu                       float64 // seconds; NaN where the system does not tell
	level
}

// level is what does not add up: it is as it is at a moment.
type level struct {
	waiting          map[string]float64 // by queue; nil when the database did not say
	streams, sockets float64
	runtime          metrics.Runtime
}

// sample is what happened between two readings: per second, but for levels.
type sample struct {
	at                        time.Time
	requests, refused, broken float64
	p50, p95, p99             float64 // seconds
	worked                    worked
	cores                     float64 // busy
	level
}

// NewPulse makes a pulse for queues with these names. It starts no goroutine.
func NewPulse(news *Publisher, figures *Figures, depths *Depths, queues map[string]int) *Pulse {
	return &Pulse{News: news, Figures: figures, Depths: depths, Since: time.Now().UTC(), queues: slices.Sorted(maps.Keys(queues)), told: map[string]string{}}
}

func (p *Pulse) read(ctx context.Context, at time.Time) (reading, error) {
	f := p.Figures
	r := reading{at: at, requests: f.Requests.Answered(), refused: f.Requests.Answered("4xx"), broken: f.Requests.Answered("5xx"),
		answered: f.Requests.Seconds.Distribution(), cpu: metrics.ProcessorSeconds()}
	r.streams, r.sockets, r.runtime = float64(p.Streams()), float64(p.Sockets()), metrics.ReadRuntime()
	uncounted := p.work.count(ctx, p, at)
	r.work = p.work
	depths, err := p.Depths.Get(ctx)
	if err = errors.Join(uncounted, err); err != nil {
		return r, err
	}
	r.waiting = map[string]float64{}
	for _, d := range depths {
		if d.Waiting() {
			r.waiting[d.Queue] += float64(d.Jobs)
		}
	}
	return r, nil
}

// since says what happened since an older reading.
func (r reading) since(old reading) sample {
	seconds := r.at.Sub(old.at).Seconds()
	rate := func(now, before float64) float64 { return (now - before) / seconds }
	answered := r.answered.Since(old.answered)
	return sample{at: r.at, requests: rate(r.requests, old.requests), refused: rate(r.refused, old.refused), broken: rate(r.broken, old.broken),
		p50: answered.Quantile(.5), p95: answered.Quantile(.95), p99: answered.Quantile(.99),
		worked: r.work.since(old.work, seconds), cores: thousandths(rate(r.cpu, old.cpu)), level: r.level}
}

// thousandths leaves out what nobody can tell from nothing.
func thousandths(v float64) float64 { return math.Round(v*1000) / 1000 }

// inQueue is how many jobs waited, NaN when nobody knows.
func (s sample) inQueue(queue string) float64 {
	if s.waiting == nil {
		return math.NaN()
	}
	return s.waiting[queue]
}
