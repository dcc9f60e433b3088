package live

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// Serve streams the reader's topics to the client until it leaves, is too slow, or the
// hub closes; that is no error. Nor is that its source opens too many: the one
// open longest then ends, and comes back after half a minute where it was. The reader goes on after the id in the header
// Last-Event-ID or, on the first connection of a page, in the query's "last".
// A closed hub answers 503 with Retry-After. The error of Reader.Now ends the stream. The response writer under c has to
// support deadlines and flushing, else Serve returns an error before it answers.
func (h *Hub) Serve(c echo.Context, r Reader) error {
	w := c.Response()
	// Flush on *echo.Response itself never reports an error.
	rc := http.NewResponseController(w.Unwrap())
	s := &subscription{
		reader:   r,
		queue:    make(chan *frame, h.opts.Queue),
		deadline: rc.SetWriteDeadline,
	}
	if err := s.extend(h.opts.WriteLimit); err != nil {
		return fmt.Errorf("live: prepare the connection for a stream: %w", err)
	}
	b, err := h.subscribe(s, lastID(c.Request()))
	if err != nil {
		w.Header().Set("Retry-After", "2")
		return echo.NewHTTPError(http.StatusServiceUnavailable).SetInternal(err)
	}
	defer h.unsubscribe(s)
	writeHeader(w)
	st := stream{hub: h, sub: s, w: w, flush: rc.Flush}
	if st.begin(b) != nil {
		return nil
	}
	now, err := r.now(c.Request().Context())
	if err != nil {
		return fmt.Errorf("live: say how things stand: %w", err) // the stream ends, and the client comes back
	}
	if st.stand(now, b.id) == nil {
		st.follow(c.Request().Context().Done())
	}
	return nil
}

func lastID(r *http.Request) string {
	if id := r.Header.Get("Last-Event-ID"); id != "" {
		return id
	}
	return r.URL.Query().Get("last")
}

func writeHeader(w *echo.Response) {
	w.Header().Set(echo.HeaderContentType, "text/event-stream")
	w.Header().Set(echo.HeaderCacheControl, "no-store")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would hold the stream back
	w.WriteHeader(http.StatusOK)
}

// stream writes one reader's events. A write that fails means that the client
// is gone or stuck; there is nobody to tell.
type stream struct {
	hub   *Hub
	sub   *subscription
	w     http.ResponseWriter
	flush func() error
}

func (st stream) begin(b backlog) error {
	// Spread over two seconds, so that a restart does not bring all back at once.
	hello := fmt.Appendf(nil, "retry: %d\n\n", 1000+rand.IntN(2000))
	if b.reset {
		return st.send(append(hello, reset(b.id)...))
	}
	if err := st.write(hello); err != nil {
		return err
	}
	for _, f := range b.missed {
		if err := st.write(f.wire); err != nil {
			return err
		}
	}
	return st.send(beat(b.id))
}

// stand says how things stand, as the last of what is known by then: what was
// published before that was asked goes out first.
func (st stream) stand(now []Event, id string) error {
	if len(now) == 0 {
		return nil
	}
	for range len(st.sub.queue) {
		f, open := <-st.sub.queue
		if !open {
			return ErrClosed
		}
		if err := st.write(f.wire); err != nil {
			return err
		}
		id = f.id
	}
	for _, e := range now {
		if err := st.write(newFrame("", e.Name, e.Data).as(id)); err != nil {
			return err
		}
	}
	return st.flush()
}

func (st stream) follow(gone <-chan struct{}) {
	timer := time.NewTicker(st.hub.opts.Heartbeat)
	defer timer.Stop()
	for {
		var err error
		select {
		case <-gone:
			return
		case f, open := <-st.sub.queue:
			if !open {
				st.part()
				return
			}
			timer.Reset(st.hub.opts.Heartbeat)
			err = st.drain(f)
		case <-timer.C:
			if id, ok := st.hub.position(st.sub); ok {
				err = st.send(beat(id))
			}
		}
		if err != nil {
			return
		}
	}
}

// yieldFor keeps streams that are more than the bound from pushing each other
// out without a pause.
const yieldFor = 30 * time.Second

// part tells a client who is to come back at another time than it thinks. One
// who does not hear it is gone.
func (st stream) part() {
	if st.sub.back > 0 {
		_ = st.send(fmt.Appendf(nil, "retry: %d\n\n", st.sub.back.Milliseconds()))
	}
}

// drain writes f and what else waits in the queue, and flushes once for all.
func (st stream) drain(f *frame) error {
	for {
		if err := st.write(f.wire); err != nil {
			return err
		}
		select {
		case next, open := <-st.sub.queue:
			if !open {
				return st.flush() // follow sees the end of the queue too
			}
			f = next
		default:
			return st.flush()
		}
	}
}

func (st stream) send(b []byte) error {
	if err := st.write(b); err != nil {
		return err
	}
	return st.flush()
}

// write moves the deadline first: the server's WriteTimeout would end the stream.
func (st stream) write(b []byte) error {
	if err := st.sub.extend(st.hub.opts.WriteLimit); err != nil {
		return err
	}
	_, err := st.w.Write(b)
	return err
}
