package live_test

import (
	"testing"

	"superbook/kit/live"
)

// What is flashed comes in its turn, to its readers only, and leaves no trace.
func TestFlashIsNotKept(t *testing.T) {
	t.Parallel()
	hub := live.NewHub(live.Options{Ring: 2})
	tapped := 0
	hub.Tap(func(_, _, _ string) { tapped++ })
	srv := start(t, hub)
	c, deaf := connect(t, srv, "", "a"), connect(t, srv, "", "b")
	until(t, "the streams are open", func() bool { return hub.Len() == 2 })
	hub.Flash("a", "zero")
	hub.Publish("a", "one")
	last := hub.Cursor()
	for range 5 { // more than are kept
		hub.Flash("a", "now")
	}
	hub.Publish("b", "two")
	c.want("", "zero")
	c.want("", "one")
	for range 5 {
		if e := c.want("", "now"); e.id != last {
			t.Errorf("it says that the stream stands at %s, not at %s", e.id, last)
		}
	}
	deaf.want("", "two")
	hub.Publish("a", "three")
	c.want("", "three")
	if tapped != 3 {
		t.Errorf("other processes hear of %d", tapped)
	}
	back := connect(t, srv, last, "a")
	back.want("", "three")
}
