package live_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"superbook/kit/live"
)

const (
	publishers = 4
	each       = 500
	perReader  = publishers * each
)

// Readers that leave and come back all the time, some of them cut off, see every
// frame exactly once and in order.
func TestNothingLostOrDoubled(t *testing.T) {
	t.Parallel()
	const readers = 6
	hub := live.NewHub(live.Options{Ring: perReader, Queue: 4})
	srv := start(t, hub)
	begin := hub.Cursor()
	pace := make(chan struct{}, 64+perReader) // publishing stays a little ahead of the first reader
	for range 64 {
		pace <- struct{}{}
	}
	var all sync.WaitGroup
	for p := range publishers {
		all.Go(func() {
			for i := range each {
				<-pace
				hub.Publish("topic"+strconv.Itoa(p%2), fmt.Sprintf("%d %d", p, i))
			}
		})
	}
	for r := range readers {
		all.Go(func() {
			readAll(t, srv, begin, (r+1)*7, make([]int, publishers), func() {
				if r == 0 {
					pace <- struct{}{}
				}
			})
		})
	}
	all.Wait()
}

// readAll reads all frames, reconnecting after every few of them. next says
// which frame of each publisher comes next.
func readAll(t *testing.T, srv *httptest.Server, last string, few int, next []int, got func()) {
	for seen := 0; seen < perReader; {
		c := connect(t, srv, last, "topic0", "topic1")
		for range few {
			ev, err := c.read()
			if err != nil { // cut off: come back
				break
			}
			last = ev.id
			if ev.name == "beat" {
				continue
			}
			var p, i int
			if _, err := fmt.Sscan(ev.data, &p, &i); err != nil || i != next[p] {
				t.Errorf("publisher %d: came %+v, want %d", p, ev, next[p])
			}
			next[p] = i + 1
			got()
			if seen++; seen == perReader {
				break
			}
		}
		c.close()
	}
}

// stuck opens a stream and never reads from it.
func stuck(t testing.TB, srv *httptest.Server, topic string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if _, err := fmt.Fprintf(conn, "GET /?on=%s HTTP/1.1\r\nHost: x\r\n\r\n", topic); err != nil {
		t.Fatal(err)
	}
	return conn
}

func TestSlowReaderIsCutOff(t *testing.T) {
	t.Parallel()
	hub := live.NewHub(live.Options{Queue: 2, WriteLimit: time.Hour})
	srv := start(t, hub)
	stuck(t, srv, "a")
	c := connect(t, srv, "", "a")
	until(t, "both streams are open", func() bool { return hub.Len() == 2 })
	big := strings.Repeat("x", 1<<20)
	for i := 0; hub.Len() == 2; i++ {
		if i == 100 {
			t.Fatal("the slow reader is still there after 100 MB")
		}
		before := time.Now()
		hub.Publish("a", big)
		if took := time.Since(before); took > 5*time.Second {
			t.Fatalf("publishing took %v", took)
		}
		c.want("", big)
	}
	hub.Publish("a", "still here")
	c.want("", "still here")
	// Not only the queue but the handler, which hangs in a write, has to end.
	hub.Close()
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	if err := srv.Config.Shutdown(ctx); err != nil {
		t.Errorf("the handler of the slow reader does not end: %v", err)
	}
}

func TestCloseEndsStuckStreams(t *testing.T) {
	t.Parallel()
	hub := live.NewHub(live.Options{Queue: 64, WriteLimit: time.Hour})
	srv := start(t, hub)
	stuck(t, srv, "a")
	until(t, "the stream is open", func() bool { return hub.Len() == 1 })
	for range 32 {
		hub.Publish("a", strings.Repeat("x", 1<<20))
	}
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	if err := srv.Config.Shutdown(ctx); err != nil { // calls hub.Close
		t.Errorf("shutdown waits for the stuck stream: %v", err)
	}
}

// brokenNet is a network whose cable can be pulled: nobody is told, and writes
// fail some time later.
type brokenNet struct {
	net.Listener
	pulled atomic.Bool
}

type brokenConn struct {
	net.Conn
	net *brokenNet
}

func (n *brokenNet) Accept() (net.Conn, error) {
	c, err := n.Listener.Accept()
	return &brokenConn{c, n}, err
}

func (c *brokenConn) Write(b []byte) (int, error) {
	if c.net.pulled.Load() {
		return 0, errors.New("no route to host")
	}
	return c.Conn.Write(b)
}

func TestHeartbeatFindsDeadClients(t *testing.T) {
	t.Parallel()
	hub := live.NewHub(live.Options{Heartbeat: 10 * time.Millisecond, WriteLimit: 50 * time.Millisecond})
	var cable *brokenNet
	srv := startOn(t, hub, func(l net.Listener) net.Listener {
		cable = &brokenNet{Listener: l}
		return cable
	})
	c := connect(t, srv, "", "a")
	for range 20 { // longer than the server's WriteTimeout and than the time for one write
		if ev, err := c.read(); err != nil || ev.name != "beat" {
			t.Fatalf("came %+v, %v", ev, err)
		}
	}
	if hub.Len() != 1 {
		t.Fatalf("%d streams, want 1", hub.Len())
	}
	cable.pulled.Store(true)
	until(t, "the dead stream is gone", func() bool { return hub.Len() == 0 })
}
