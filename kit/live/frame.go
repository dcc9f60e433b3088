package live

import (
	"strconv"
	"strings"
)

// frame is one event as it goes over the wire, encoded once for all readers.
type frame struct {
	seq   uint64
	id    string
	topic string
	wire  []byte
}

// newFrame encodes everything but the id, which is known only under the hub's
// lock. The order of fields inside an event has no meaning, so it can come last.
func newFrame(topic, event, data string) *frame {
	b := make([]byte, 0, len(data)+len(event)+80)
	if event != "" {
		b = append(b, "event: "+event+"\n"...)
	}
	for line := range lines(data) {
		b = append(b, "data: "...)
		b = append(b, line...)
		b = append(b, '\n')
	}
	return &frame{topic: topic, wire: b}
}

func (f *frame) number(epoch string, seq uint64) {
	f.seq, f.id = seq, formatID(epoch, seq)
	f.as(f.id)
}

// as ends the frame with an id, and gives its bytes.
func (f *frame) as(id string) []byte {
	f.wire = append(f.wire, "id: "+id+"\n\n"...)
	return f.wire
}

// lines splits at LF, CR LF and a lone CR. All three end a line of an event
// stream, so a CR left inside the data could begin a field of its own.
func lines(s string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for {
			i := strings.IndexAny(s, "\r\n")
			if i < 0 {
				yield(s)
				return
			}
			if !yield(s[:i]) {
				return
			}
			if s[i] == '\r' && i+1 < len(s) && s[i+1] == '\n' {
				i++
			}
			s = s[i+1:]
		}
	}
}

func formatID(epoch string, seq uint64) string {
	return epoch + "-" + strconv.FormatUint(seq, 10)
}

// parseID reads the number out of an id of this epoch. ok is false for an id
// of another epoch and for anything that is no id.
func parseID(epoch, id string) (seq uint64, ok bool) {
	digits, ours := strings.CutPrefix(id, epoch+"-")
	if !ours {
		return 0, false
	}
	seq, err := strconv.ParseUint(digits, 10, 64)
	return seq, err == nil
}

// beat tells a reader how far it has come without showing it anything. Only an
// event with data reaches scripts, so it carries an empty line.
func beat(id string) []byte { return []byte("event: beat\ndata:\nid: " + id + "\n\n") }

// reset tells a reader that something it missed is gone. Its id is the place to
// go on from once the page has been fetched anew.
func reset(id string) []byte { return []byte("event: reset\ndata: gap\nid: " + id + "\n\n") }
