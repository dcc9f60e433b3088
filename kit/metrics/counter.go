package metrics

import (
	"context"
	"math"
	"slices"
	"sync"
	"sync/atomic"
)

const (
	maxLabels = 4
	// maxSeries bounds one metric. Labels are meant to have few values; should
	// one not, what comes later is counted together under otherSeries.
	maxSeries   = 2000
	otherSeries = "other"
)

// values are those of a metric's labels, as a key that costs no memory.
type values [maxLabels]string

// vector holds the series of one metric.
type vector[T any] struct {
	Desc
	make   func() *T
	mu     sync.RWMutex
	series map[values]*T
}

// with is the series with these values, one for each label.
func (v *vector[T]) with(labels []string) *T {
	var key values
	copy(key[:len(v.Labels)], labels)
	v.mu.RLock()
	one := v.series[key]
	v.mu.RUnlock()
	if one != nil {
		return one
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.series) >= maxSeries && v.series[key] == nil {
		for i := range v.Labels {
			key[i] = otherSeries
		}
	}
	if one = v.series[key]; one == nil {
		one = v.make()
		v.series[key] = one
	}
	return one
}

// each visits the series in the order of their labels.
func (v *vector[T]) each(visit func(labels []string, one *T)) {
	v.mu.RLock()
	keys := make([]values, 0, len(v.series))
	for k := range v.series {
		keys = append(keys, k)
	}
	v.mu.RUnlock()
	slices.SortFunc(keys, func(a, b values) int { return slices.Compare(a[:], b[:]) })
	for _, k := range keys {
		v.mu.RLock()
		one := v.series[k]
		v.mu.RUnlock()
		visit(k[:len(v.Labels)], one)
	}
}

// Counters is a metric of which each series only grows.
type Counters struct{ vector[Counter] }

// Counter is one series of Counters.
type Counter struct{ bits atomic.Uint64 }

// Counters adds a counter. It panics on a name that is not valid or there already.
func (r *Registry) Counters(name, help string, labels ...string) *Counters {
	c := &Counters{vector[Counter]{Desc: Desc{name, help, TypeCounter, labels}, series: map[values]*Counter{},
		make: func() *Counter { return new(Counter) }}}
	r.add(family{c.Desc, func(_ context.Context, w *text) error {
		c.Each(func(labels []string, value float64) { w.sample(c.Name, c.Labels, labels, value) })
		return nil
	}})
	return c
}

// With is the series with these values of the labels, in order.
func (c *Counters) With(labels ...string) *Counter { return c.with(labels) }

// Each visits every series, in the order of the labels.
func (c *Counters) Each(visit func(labels []string, value float64)) {
	c.each(func(labels []string, one *Counter) { visit(labels, one.Value()) })
}

// Inc counts one more.
func (c *Counter) Inc() { c.Add(1) }

// Add counts so many more; what is negative or no number is left out.
func (c *Counter) Add(n float64) {
	if n > 0 { // false for NaN too
		addFloat(&c.bits, n)
	}
}

// Value is how far the counter has come.
func (c *Counter) Value() float64 { return math.Float64frombits(c.bits.Load()) }

func addFloat(bits *atomic.Uint64, n float64) {
	for {
		old := bits.Load()
		if bits.CompareAndSwap(old, math.Float64bits(math.Float64frombits(old)+n)) {
			return
		}
	}
}
