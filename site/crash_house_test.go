package site_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// house is the program in one process, or in two: one that answers and one that
// works.
type house struct {
	program
	t       *testing.T
	apart   bool
	running map[string]*process
	killed  map[string]int
	rebuilt int
}

// roles are the processes that there are to be, with their arguments.
func (h *house) roles() map[string][]string {
	if h.apart {
		return map[string][]string{"web": {"serve", "--no-worker"}, "worker": {"worker"}}
	}
	return map[string][]string{"site": {"serve"}}
}

// start starts what does not run, and waits for nothing.
func (h *house) start() {
	for role, args := range h.roles() {
		if h.running[role] == nil {
			h.running[role] = h.launch(h.t, args...)
		}
	}
}

// rebuild makes two processes out of one, or the reverse.
func (h *house) rebuild() {
	h.apart = !h.apart
	h.start()
}

// await waits until all have said that they are there, or have died of something.
func (h *house) await() {
	for _, r := range h.running {
		select {
		case <-r.ready:
		case <-time.After(patience):
		}
	}
}

// strike kills one, the other or both, and starts them again; now and then as
// another number of processes.
func (h *house) strike() {
	both := rand.IntN(3) == 0
	rebuild := rand.IntN(6) == 0
	victim := []string{"web", "worker"}[rand.IntN(2)]
	for role := range h.running {
		if role == "site" || role == victim || both || rebuild {
			h.kill(role)
		}
	}
	if rebuild {
		h.rebuilt++
		h.rebuild()
	}
	h.start()
}

func (h *house) kill(role string) {
	r := h.running[role]
	delete(h.running, role)
	select {
	case err := <-r.ended:
		h.t.Errorf("%s ended before it was killed, with %v:\n%s", role, err, r.text())
	default:
		r.kill()
	}
	if h.killed == nil {
		h.killed = map[string]int{}
	}
	h.killed[role]++
	if strings.Contains(r.text(), "panic") {
		h.t.Errorf("before %s was killed:\n%s", role, r.text())
	}
}

// stop ends all in good order.
func (h *house) stop() {
	for _, r := range h.running {
		r.stop()
	}
}
