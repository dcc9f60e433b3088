package tasks

import (
	"context"
	"errors"
	"sync"
	"time"

	"superbook/kit/async"
)

// PulseSpan is how far back a look at the pulse goes.
type PulseSpan int64

// The spans of time that a page can show.
const (
	LastHour PulseSpan = iota
	LastDay
)

// pulseSpan is how a span is sampled: at most about 720 samples are kept, and
// 180 of them drawn.
type pulseSpan struct{ long, every, step, row time.Duration }

var pulseSpans = [...]pulseSpan{
	LastHour: {time.Hour, 5 * time.Second, 20 * time.Second, 5 * time.Minute},
	LastDay:  {24 * time.Hour, 2 * time.Minute, 8 * time.Minute, 2 * time.Hour},
}

// Pulse measures this process from its start, and shows it to whoever looks.
type Pulse struct {
	News             *Publisher
	Figures          *Figures
	Depths           *Depths
	Streams, Sockets func() int
	Since            time.Time

	queues []string          // in order
	work   work              // Take's own
	told   map[string]string // tables as they were sent last, by span and chart; beat's own
	mu     sync.Mutex
	spans  [len(pulseSpans)]samples
}

// samples is what was measured in one span, oldest first.
type samples struct {
	last  reading // at the end of the newest
	taken []sample
}

// Run takes samples until ctx ends.
func (p *Pulse) Run(ctx context.Context) {
	tick := time.NewTicker(pulseSpans[LastHour].every)
	defer tick.Stop()
	for {
		if _, err := async.Guard(ctx, func(ctx context.Context) (struct{}, error) { return struct{}{}, p.beat(ctx) }); err != nil && ctx.Err() == nil {
			p.News.Log.ErrorContext(ctx, "pulse", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// beat takes a sample, and draws it where somebody watches. Other processes have
// a pulse of their own, so it stays here; and as the next one says all anew,
// nobody needs it later.
func (p *Pulse) beat(ctx context.Context) error {
	fresh, err := p.Take(ctx, time.Now().UTC()) // without the database there is less to show, not nothing
	for _, span := range fresh {
		if !p.News.Live.Watched(PulseTopic(span)) {
			continue
		}
		html, wrong := p.draw(span)
		if wrong != nil {
			return errors.Join(err, wrong)
		}
		p.News.Live.Flash(PulseTopic(span), html)
	}
	return err
}

// draw is what has changed of a page: every chart, and the tables that do not say
// the same as before.
func (p *Pulse) draw(span PulseSpan) (string, error) {
	charts := p.Charts(span)
	html, err := p.News.Pages.Fragment("pulse_now", charts)
	for _, c := range charts.Charts {
		table, wrong := p.News.Pages.Fragment("pulse_table", c)
		if err = errors.Join(err, wrong); err != nil {
			return "", err
		}
		name := PulseTopic(span) + " " + c.ID
		if p.told[name] != table {
			p.told[name] = table
			html += table
		}
	}
	return html, err
}

// Take measures, and answers which spans have a new sample. The first call is
// where all of them begin. Its error is that of the database, whose figures are
// then missing from the sample.
func (p *Pulse) Take(ctx context.Context, at time.Time) (fresh []PulseSpan, err error) {
	now, err := p.read(ctx, at)
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range p.spans {
		s, span := &p.spans[i], pulseSpans[i]
		if s.last.at.IsZero() {
			s.last = now
		}
		// A tick may come a little early.
		if at.Sub(s.last.at) < span.every-span.every/10 {
			continue
		}
		s.taken = append(s.taken, now.since(s.last))
		s.last = now
		if over := len(s.taken) - int(span.long/span.every); over > 0 {
			s.taken = append(s.taken[:0:0], s.taken[over:]...)
		}
		fresh = append(fresh, PulseSpan(i))
	}
	return fresh, err
}
