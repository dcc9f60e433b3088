package chat

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"

	"superbook/kit/async"
)

// farewell is how long a client has to answer our goodbye.
const farewell = 2 * time.Second

// ending is why a connection is closed, as the client is told.
type ending struct {
	code  websocket.StatusCode
	words string
}

func (e ending) Error() string { return "chat: " + e.words }

var (
	errLeaving = ending{websocket.StatusGoingAway, "come back in a moment"}
	errRights  = ending{websocket.StatusPolicyViolation, "ask again what you may read"}
	errBroken  = ending{websocket.StatusInternalError, "something broke on our side"}
	errTyped   = ending{websocket.StatusUnsupportedData, "frames are JSON in text"}
	errSlow    = errors.New("chat: the reader is too slow")
)

// ErrBadFrame is for Hear to refuse a frame that no honest client sends. The
// connection is then closed.
var ErrBadFrame = errTyped

// Seat is where and as whom a connection sits.
type Seat struct {
	Channel int64
	Who     Person
	Last    int64 // the newest item that the client has
	// Deaf says whose items this connection does not get; nil hears everybody.
	Deaf func(person int64) bool
	// Hear is given the frames of the client, one after the other. An error ends
	// the connection, and is logged unless it is ErrBadFrame.
	Hear func(ctx context.Context, c *Conn, frame []byte) error
}

// Conn is one open connection.
type Conn struct {
	hub   *Hub
	ch    *channel
	seat  Seat
	ws    *websocket.Conn
	queue chan []byte
	ctx   context.Context // ends when it is time to say goodbye
	end   context.CancelCauseFunc
	line  context.Context // ends when the line is cut, which breaks off what hangs
}

// Send puts a frame into the connection's queue. It never waits: when the queue
// is full the connection is cut off, and its client comes back.
func (c *Conn) Send(frame []byte) {
	select {
	case c.queue <- frame:
	default:
		c.end(errSlow)
	}
}

// Typing tells the others that this person types, for a while.
func (c *Conn) Typing() { c.ch.types(c.seat.Who, time.Now().Add(c.hub.opts.Typing)) }

func (c *Conn) deaf(person int64) bool { return c.seat.Deaf != nil && c.seat.Deaf(person) }

// Serve makes the request a connection and returns when it has ended. Frames to
// the client are the items' own data and, of the hub's:
//
//	{"type":"here","count":2,"people":[{"id":1,"name":"A"}, …]}    who sits in the channel
//	{"type":"typing","count":1,"people":[…]}                       who types
//	{"type":"ready"}     what was missed has been sent
//	{"type":"reset"}     too much was missed: take the page anew
//	{"type":"beat"}      a sign of life
//
// An error means that there was no connection: ErrClosed, ErrCrowded, or one
// of the handshake, which is answered already; a request from another site's
// page is such a one.
func (h *Hub) Serve(w http.ResponseWriter, r *http.Request, seat Seat) error {
	if err := h.admit(seat.Who.ID); err != nil {
		return err
	}
	defer h.dismiss(seat.Who.ID)
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		return fmt.Errorf("chat: handshake: %w", err)
	}
	ws.SetReadLimit(h.opts.ReadLimit)
	c := &Conn{hub: h, seat: seat, ws: ws, queue: make(chan []byte, h.opts.Queue)}
	// The request's own context is of no use after the handshake, but its values are.
	values := context.WithoutCancel(r.Context())
	c.ctx, c.end = context.WithCancelCause(values)
	defer c.end(nil)
	h.join(c)
	if h.isClosed() { // closed while we joined: nobody else would end us
		c.end(errLeaving)
	}
	c.run(values)
	h.leave(c)
	return nil
}

func (h *Hub) isClosed() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.closed
}

// run reads beside, because only a connection that is read answers pings and
// goodbyes.
func (c *Conn) run(values context.Context) {
	line, cut := context.WithCancel(values)
	defer cut()
	c.line = line
	context.AfterFunc(c.ctx, func() {
		if errors.Is(context.Cause(c.ctx), errSlow) {
			cut()
		} else {
			time.AfterFunc(farewell, cut)
		}
	})
	var reader sync.WaitGroup
	reader.Go(func() {
		_, err := async.Guard(line, c.read)
		c.complain(err)
		c.end(err)
	})
	_, err := async.Guard(c.ctx, c.write)
	c.complain(err)
	c.end(err)
	c.hangUp()
	cut()
	reader.Wait()
}

// complain logs what is our own fault. A client that goes is none.
func (c *Conn) complain(err error) {
	own := ending{}
	switch {
	case err == nil, c.ctx.Err() != nil, errors.As(err, &own), websocket.CloseStatus(err) != -1, errors.As(err, new(wire)):
		return
	}
	c.hub.opts.Log.ErrorContext(c.ctx, "chat: connection", "channel", c.seat.Channel, "person", c.seat.Who.ID, "error", err)
	c.end(errBroken)
}

// wire is an error of the connection itself: the client is gone, or stuck.
type wire struct{ error }

func (w wire) Unwrap() error { return w.error }

func (c *Conn) hangUp() {
	why := ending{}
	if !errors.As(context.Cause(c.ctx), &why) {
		_ = c.ws.CloseNow() // the client is gone, or does not take what we send
		return
	}
	_ = c.ws.Close(why.code, why.words) // a client that does not answer has heard it all the same
}

func (c *Conn) read(ctx context.Context) (_ struct{}, err error) {
	for {
		kind, frame, err := c.ws.Read(ctx)
		switch {
		case err != nil:
			return struct{}{}, wire{err}
		case c.ctx.Err() != nil: // we have said goodbye
			continue
		case kind != websocket.MessageText:
			return struct{}{}, errTyped
		}
		if err := c.seat.Hear(c.ctx, c, frame); err != nil {
			return struct{}{}, err
		}
	}
}
