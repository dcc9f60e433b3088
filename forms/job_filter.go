package forms

import (
	"net/url"
	"strconv"
	"time"

	"superbook/kit/form"
	"superbook/kit/queue"
)

// maxJobSearch is how many characters of a search are looked for.
const maxJobSearch = 100

// JobFilter chooses jobs out of the history of the queues. It is read from the
// URL, so what it does not understand it takes as not said.
type JobFilter struct {
	State queue.State `query:"state" form:"state"`
	Kind  string      `query:"kind" form:"kind"`
	Queue string      `query:"queue" form:"queue"`
	Words string      `query:"q" form:"q"`
	At    int64       `query:"at" form:"at"`         // where a later page begins, in microseconds since 1970
	After int64       `query:"before" form:"before"` // and behind which job
}

// Tidy sets what was not said, or not understood, to its default.
func (f *JobFilter) Tidy() {
	if !f.State.Known() {
		f.State = ""
	}
	f.Kind, f.Queue, f.Words = form.Line(f.Kind), form.Line(f.Queue), form.Line(f.Words)
	if r := []rune(f.Words); len(r) > maxJobSearch {
		f.Words = string(r[:maxJobSearch])
	}
	f.At, f.After = min(max(f.At, 0), maxMicros), max(f.After, 0)
}

// maxMicros is the end of the year 9999, beyond which databases keep no time.
const maxMicros = 253_402_300_799_000_000

// Filter is the same in the words of the queue.
func (f JobFilter) Filter() queue.Filter {
	return queue.Filter{State: f.State, Kind: f.Kind, Queue: f.Queue, Search: f.Words}
}

// Mark is where the page begins.
func (f JobFilter) Mark() queue.Mark {
	if f.After == 0 {
		return queue.Mark{}
	}
	return queue.Mark{At: time.UnixMicro(f.At).UTC(), ID: f.After}
}

// Filtered says whether anything is left out.
func (f JobFilter) Filtered() bool {
	return f.State != "" || f.Kind != "" || f.Queue != "" || f.Words != ""
}

// Query writes the first page of the same choice, for a link.
func (f JobFilter) Query() string { return f.encode(url.Values{}) }

// QueryAt writes a later page of the same choice, for a link.
func (f JobFilter) QueryAt(m queue.Mark) string {
	v := url.Values{"before": {strconv.FormatInt(m.ID, 10)}}
	if !m.At.IsZero() {
		v.Set("at", strconv.FormatInt(m.At.UnixMicro(), 10))
	}
	return f.encode(v)
}

func (f JobFilter) encode(v url.Values) string {
	for name, value := range map[string]string{"state": string(f.State), "kind": f.Kind, "queue": f.Queue, "q": f.Words} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if len(v) == 0 {
		return ""
	}
	return "?" + v.Encode()
}
