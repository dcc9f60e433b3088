package live

import (
	"context"
	"slices"
)

// Reader is who follows a stream, and what.
type Reader struct {
	Who    string   // whose rights let it follow; see Hub.Drop
	Source string   // whose streams are counted together, see Options.Each; "" for no bound
	Topics []string // followed by name
	// Wants says of any other topic whether the reader follows it, where there
	// are too many to name; nil for none. It is called under the hub's lock, for
	// every frame: it must be quick and only read.
	Wants func(topic string) bool
	// Now, if there is one, says how things stand, on each connection after what
	// was missed: so whoever comes late, or when the memory of the hub does not
	// reach back far enough, needs to ask nowhere else. What it says may come a second
	// time, or later than something newer, as the reader must be able to tell.
	Now func(ctx context.Context) ([]Event, error)
}

// Event is one event of a stream: a fragment of HTML without a name, JSON with
// the name "data".
type Event struct{ Name, Data string }

func (r Reader) follows(topic string) bool {
	return slices.Contains(r.Topics, topic) || r.Wants != nil && r.Wants(topic)
}

func (r Reader) now(ctx context.Context) ([]Event, error) {
	if r.Now == nil {
		return nil, nil
	}
	return r.Now(ctx)
}
