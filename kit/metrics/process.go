package metrics

import (
	"context"
	"math"
	"os"
	"runtime"
	rm "runtime/metrics"
	"strconv"
	"strings"
	"time"
)

// Process adds the metrics of this process and of Go's runtime to r. What the
// system does not tell is left out.
func Process(r *Registry) {
	start := float64(time.Now().UnixMilli()) / 1000
	r.Gauge("process_start_time_seconds", "When the process began, in seconds since 1970.", func() float64 { return start })
	if !math.IsNaN(ProcessorSeconds()) {
		r.Total("process_cpu_seconds_total", "Processor time taken, in seconds.", ProcessorSeconds)
	}
	if _, ok := residentBytes(); ok {
		r.Gauge("process_resident_memory_bytes", "Memory that the process holds.", func() float64 { b, _ := residentBytes(); return b })
	}
	for _, m := range []struct{ name, help, source string }{
		{"go_goroutines", "Goroutines that exist.", "/sched/goroutines:goroutines"},
		{"go_memory_bytes", "Memory that Go has from the system.", sourceMemory},
		{"go_heap_live_bytes", "Memory of objects that live or are not swept yet.", sourceHeap},
	} {
		r.Gauge(m.name, m.help, func() float64 { return read(m.source) })
	}
	for _, m := range []struct{ name, help, source string }{
		{"go_allocated_bytes_total", "Memory allocated since the start.", "/gc/heap/allocs:bytes"},
		{"go_gc_cycles_total", "Garbage collections.", "/gc/cycles/total:gc-cycles"},
		{"go_gc_cpu_seconds_total", "Processor time that garbage collection took, as estimated.", "/cpu/classes/gc/total:cpu-seconds"},
	} {
		r.Total(m.name, m.help, func() float64 { return read(m.source) })
	}
	r.Collect(Desc{"go_info", "The version of Go.", TypeGauge, []string{"version"}}, func(_ context.Context, emit Emit) error {
		emit(1, runtime.Version())
		return nil
	})
}

const (
	sourceMemory   = "/memory/classes/total:bytes"
	sourceReleased = "/memory/classes/heap/released:bytes"
	sourceHeap     = "/memory/classes/heap/objects:bytes"
)

// Runtime is the state of Go's runtime now.
type Runtime struct {
	Memory     float64 // bytes that it has from the system
	Heap       float64 // bytes of objects that live or are not swept yet
	Goroutines float64
}

// ReadRuntime asks Go's runtime.
func ReadRuntime() Runtime {
	return Runtime{read(sourceMemory), read(sourceHeap), float64(runtime.NumGoroutine())}
}

// read asks for one figure. What was given back to the system is not held.
func read(source string) float64 {
	samples := []rm.Sample{{Name: source}, {Name: sourceReleased}}
	rm.Read(samples)
	v := value(samples[0])
	if source == sourceMemory {
		v -= value(samples[1])
	}
	return v
}

func value(s rm.Sample) float64 {
	switch s.Value.Kind() {
	case rm.KindUint64:
		return float64(s.Value.Uint64())
	case rm.KindFloat64:
		return s.Value.Float64()
	}
	return 0 // this version of Go does not know it
}

// residentBytes is what Linux tells in /proc; elsewhere ok is false.
func residentBytes() (bytes float64, ok bool) {
	b, err := os.ReadFile("/proc/self/statm")
	fields := strings.Fields(string(b))
	if err != nil || len(fields) < 2 {
		return 0, false
	}
	pages, err := strconv.ParseFloat(fields[1], 64)
	return pages * float64(os.Getpagesize()), err == nil
}
