package live_test

import (
	"runtime"
	"strconv"
	"testing"
	"time"

	"superbook/kit/live"
)

func TestManyStreams(t *testing.T) {
	t.Parallel()
	const streams = 500
	hub := live.NewHub(live.Options{})
	srv := start(t, hub)
	clients := make([]*client, streams)
	for i := range clients {
		clients[i] = connect(t, srv, "", "all", "own"+strconv.Itoa(i))
	}
	until(t, "all streams are open", func() bool { return hub.Len() == streams })
	for i := range 10 {
		hub.Publish("all", strconv.Itoa(i))
	}
	hub.Publish("own7", "mine")
	for i, c := range clients {
		for n := range 10 {
			c.want("", strconv.Itoa(n))
		}
		if i == 7 {
			c.want("", "mine")
		}
	}
	begin := time.Now()
	hub.Close()
	for i, c := range clients {
		if err := c.ended(); err != nil {
			t.Errorf("stream %d ended with %v", i, err)
		}
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("closing took %v", took)
	}
	until(t, "all streams are gone", func() bool { return hub.Len() == 0 })
}

// BenchmarkStreams reports what one open stream costs the server in memory,
// with its handler, its buffers and the stack.
func BenchmarkStreams(b *testing.B) {
	const streams = 2000
	for b.Loop() {
		hub := live.NewHub(live.Options{})
		srv := start(b, hub)
		before := inUse()
		for i := range streams {
			stuck(b, srv, "a")
			until(b, "the stream is open", func() bool { return hub.Len() == i+1 })
		}
		b.ReportMetric(float64(inUse()-before)/streams, "B/stream")
		hub.Close()
	}
}

func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}
