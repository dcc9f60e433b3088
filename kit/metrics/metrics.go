// Package metrics counts what a program does, and writes it in the text format
// that Prometheus reads (https://prometheus.io/docs/instrumenting/exposition_formats).
// What is counted can be read back too, for pages of the program's own.
package metrics

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"
)

// The types of a metric that the format names.
const (
	TypeCounter   = "counter"
	TypeGauge     = "gauge"
	typeHistogram = "histogram"
)

// Desc describes a metric: all its series share the name and differ in the
// values of the labels.
type Desc struct {
	Name   string   // with its unit at the end: http_request_duration_seconds
	Help   string   // one line for people
	Type   string   // TypeCounter or TypeGauge; the registry sets that of a histogram
	Labels []string // at most four
}

// Emit tells the value of one series, with the value of each label in order.
type Emit func(value float64, labels ...string)

// Registry is a set of metrics. It is safe for concurrent use.
type Registry struct {
	mu       sync.Mutex
	families []family
}

// family is a metric that can write itself.
type family struct {
	Desc
	write func(ctx context.Context, w *text) error
}

// New is a registry without metrics.
func New() *Registry { return &Registry{} }

var (
	metricName = regexp.MustCompile(`^[a-zA-Z_:][a-zA-Z0-9_:]*$`)
	labelName  = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)
)

// add refuses what no reader would understand. A wrong name is a mistake in the
// program, and metrics are made once, at its start: hence the panic.
func (r *Registry) add(f family) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !metricName.MatchString(f.Name) || len(f.Labels) > maxLabels {
		panic(fmt.Sprintf("metrics: %q with labels %q", f.Name, f.Labels))
	}
	for _, l := range f.Labels {
		if !labelName.MatchString(l) || strings.HasPrefix(l, "__") || l == "le" {
			panic(fmt.Sprintf("metrics: label %q of %q", l, f.Name))
		}
	}
	for _, other := range r.families {
		if other.Name == f.Name {
			panic(fmt.Sprintf("metrics: %q is there twice", f.Name))
		}
	}
	r.families = append(r.families, f)
}

// Collect adds a metric whose series are asked for at each reading. An error of
// fn leaves the rest of them out, and Write tells of it.
func (r *Registry) Collect(d Desc, fn func(ctx context.Context, emit Emit) error) {
	r.add(family{d, func(ctx context.Context, w *text) error {
		return fn(ctx, func(value float64, labels ...string) { w.sample(d.Name, d.Labels, labels, value) })
	}})
}

// Gauge adds a metric with one series, whose value now fn tells.
func (r *Registry) Gauge(name, help string, fn func() float64) { r.single(name, help, TypeGauge, fn) }

// Total adds a counter with one series that somebody else counts: fn tells how
// far it has come. It never goes back.
func (r *Registry) Total(name, help string, fn func() float64) { r.single(name, help, TypeCounter, fn) }

func (r *Registry) single(name, help, kind string, fn func() float64) {
	r.Collect(Desc{Name: name, Help: help, Type: kind}, func(_ context.Context, emit Emit) error {
		emit(fn())
		return nil
	})
}

// Write writes every metric in the text format, version 0.0.4. A collector that
// fails costs only its own metric: what else there is is written all the same,
// and the errors are answered together.
func (r *Registry) Write(ctx context.Context, w io.Writer) error {
	r.mu.Lock()
	families := r.families
	r.mu.Unlock()
	var out bytes.Buffer
	var errs []error
	for _, f := range families {
		t := text{Buffer: &out}
		t.head(f.Desc)
		if err := f.write(ctx, &t); err != nil {
			errs = append(errs, fmt.Errorf("collect %s: %w", f.Name, err))
		}
	}
	_, err := out.WriteTo(w)
	return errors.Join(append(errs, err)...)
}
