package live

import "time"

// OnDrop has fn told whenever the streams of a reader are dropped, so that other
// connections of theirs can be ended too. Call it before the first Drop.
func (h *Hub) OnDrop(fn func(who string)) { h.onDrop = fn }

// Drop ends the streams of one reader, whose rights have changed, here and
// wherever a tap carries it. The reader comes back, and is asked anew what it
// may follow.
func (h *Hub) Drop(who string) {
	h.DropHere(who)
	if h.tap != nil {
		h.tap("", DropEvent, who)
	}
}

// DropEvent is the event by which a tap hears of Drop. It has no topic; its data
// is the reader.
const DropEvent = "drop"

// DropHere is Drop for this hub only.
func (h *Hub) DropHere(who string) {
	h.mu.Lock()
	for s := range h.subs {
		if s.reader.Who == who {
			h.drop(s)
			s.cut(cutGrace)
		}
	}
	h.mu.Unlock()
	if h.onDrop != nil {
		h.onDrop(who)
	}
}

// DropAll ends every stream; the readers come back and catch up.
func (h *Hub) DropAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.dropAll(cutGrace)
}

func (h *Hub) dropAll(grace time.Duration) {
	for s := range h.subs {
		h.drop(s)
		s.cut(grace)
	}
}
