package live

import (
	"maps"
	"slices"
	"strings"
)

// Watched says whether anybody follows topic now.
func (h *Hub) Watched(topic string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.topics[topic]) > 0
}

// Followed lists the topics with a prefix that anybody follows by name now, in
// order.
func (h *Hub) Followed(prefix string) (topics []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for t := range h.topics {
		if strings.HasPrefix(t, prefix) {
			topics = append(topics, t)
		}
	}
	slices.Sort(topics)
	return topics
}

// Len is the number of open streams.
func (h *Hub) Len() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.subs)
}

// Readers names who has a stream open, each once, in no order.
func (h *Hub) Readers() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	names := map[string]struct{}{}
	for s := range h.subs {
		names[s.reader.Who] = struct{}{}
	}
	return slices.Collect(maps.Keys(names))
}
