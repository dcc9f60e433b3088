package metrics

import (
	"context"
	"math"
	"slices"
	"sync/atomic"
)

// Bounds for durations in seconds.
var (
	requestBounds = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}
	taskBounds    = []float64{.005, .025, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600}
)

// Histograms is a metric of which each series counts values by size.
type Histograms struct {
	vector[Histogram]
	bounds []float64
}

// Histogram is one series of Histograms.
type Histogram struct {
	bounds []float64
	counts []atomic.Uint64 // one more than bounds: the last is for what is above all
	sum    atomic.Uint64
}

// Histograms adds a histogram whose buckets end at the bounds, in rising order.
// It panics on a name that is not valid or there already.
func (r *Registry) Histograms(name, help string, bounds []float64, labels ...string) *Histograms {
	h := &Histograms{bounds: bounds, vector: vector[Histogram]{Desc: Desc{name, help, typeHistogram, labels}, series: map[values]*Histogram{},
		make: func() *Histogram { return &Histogram{bounds: bounds, counts: make([]atomic.Uint64, len(bounds)+1)} }}}
	r.add(family{h.Desc, func(_ context.Context, w *text) error {
		h.each(func(labels []string, one *Histogram) { h.write(w, labels, one.Distribution()) })
		return nil
	}})
	return h
}

// With is the series with these values of the labels, in order.
func (h *Histograms) With(labels ...string) *Histogram { return h.with(labels) }

// Distribution is that of all series together.
func (h *Histograms) Distribution() Distribution {
	all := Distribution{Bounds: h.bounds, Counts: make([]uint64, len(h.bounds)+1)}
	h.each(func(_ []string, one *Histogram) {
		d := one.Distribution()
		for i, n := range d.Counts {
			all.Counts[i] += n
		}
		all.Sum += d.Sum
	})
	return all
}

func (h *Histograms) write(w *text, labels []string, d Distribution) {
	names, values := append(slices.Clip(h.Labels), "le"), append(slices.Clip(labels), "")
	n := uint64(0)
	for i, count := range d.Counts {
		n += count
		values[len(labels)] = "+Inf"
		if i < len(d.Bounds) {
			values[len(labels)] = number(d.Bounds[i])
		}
		w.sample(h.Name+"_bucket", names, values, float64(n))
	}
	w.sample(h.Name+"_sum", h.Labels, labels, d.Sum)
	w.sample(h.Name+"_count", h.Labels, labels, float64(n))
}

// Observe counts a value. What is no number is left out.
func (h *Histogram) Observe(v float64) {
	if math.IsNaN(v) {
		return
	}
	i, _ := slices.BinarySearch(h.bounds, v) // a value on a bound belongs below it
	h.counts[i].Add(1)
	addFloat(&h.sum, v)
}

// Distribution is what was observed until now.
func (h *Histogram) Distribution() Distribution {
	d := Distribution{h.bounds, make([]uint64, len(h.counts)), math.Float64frombits(h.sum.Load())}
	for i := range h.counts {
		d.Counts[i] = h.counts[i].Load()
	}
	return d
}

// Distribution is how many values lie between which bounds.
type Distribution struct {
	Bounds []float64
	Counts []uint64 // of each bucket alone; one more than bounds
	Sum    float64
}

// Since is what has come since the distribution was old.
func (d Distribution) Since(old Distribution) Distribution {
	if len(old.Counts) != len(d.Counts) {
		return d
	}
	out := Distribution{d.Bounds, make([]uint64, len(d.Counts)), d.Sum - old.Sum}
	for i := range d.Counts {
		out.Counts[i] = d.Counts[i] - old.Counts[i]
	}
	return out
}

// N is how many values there are.
func (d Distribution) N() (n uint64) {
	for _, c := range d.Counts {
		n += c
	}
	return n
}

// Quantile estimates the value below which the share q of all lies, evenly
// spread within a bucket. What is above all bounds counts as the highest of
// them; NaN when there are no values.
func (d Distribution) Quantile(q float64) float64 {
	n := d.N()
	if n == 0 || len(d.Bounds) == 0 {
		return math.NaN()
	}
	rank, below, low := q*float64(n), 0.0, 0.0
	for i, high := range d.Bounds {
		if here := float64(d.Counts[i]); here > 0 && below+here >= rank {
			return low + (high-low)*(rank-below)/here
		}
		below, low = below+float64(d.Counts[i]), high
	}
	return low
}
