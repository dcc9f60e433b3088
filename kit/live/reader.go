package live

import "slices"

// Reader is who follows a stream, and what.
type Reader struct {
	Who    string   // whose rights let it follow; see Hub.Drop
	Source string   // whose streams are counted together, see Options.Each; "" for no bound
	Topics []string // followed by name
	// Wants says of any other topic whether the reader follows it, where there
	// are too many to name; nil for none. It is called under the hub's lock, for
	// every frame: it must be quick and only read.
	Wants func(topic string) bool
}

func (r Reader) follows(topic string) bool {
	return slices.Contains(r.Topics, topic) || r.Wants != nil && r.Wants(topic)
}
