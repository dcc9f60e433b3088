package site

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
)

// tally counts the photos that a run of reprocess has come to, and tells how it
// goes: in one line that is written anew on a terminal, and in a line now and
// then elsewhere. It is safe for use by many goroutines.
type tally struct {
	mu     sync.Mutex
	out    io.Writer // for what was done
	notes  io.Writer // for how it goes, and what goes wrong
	screen bool      // notes are a terminal
	began  time.Time
	told   time.Time
	total  int
	done   int
	failed []string // numbers of photos
}

func newTally(out, notes io.Writer, total int) *tally {
	f, file := notes.(*os.File)
	now := time.Now()
	return &tally{out: out, notes: notes, screen: file && term.IsTerminal(int(f.Fd())), began: now, told: now, total: total}
}

// add counts one photo; err says why it could not be cut.
func (t *tally) add(id int64, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done++
	if err != nil {
		t.failed = append(t.failed, strconv.FormatInt(id, 10))
		t.clear()
		fmt.Fprintf(t.notes, "Photo %d stays as it was: %v\n", id, err)
	}
	every := 10 * time.Second
	if t.screen {
		every = 200 * time.Millisecond
	}
	if now := time.Now(); now.Sub(t.told) >= every {
		t.told = now
		t.tell(now.Sub(t.began))
	}
}

func (t *tally) clear() {
	if t.screen {
		fmt.Fprint(t.notes, "\r\x1b[K")
	}
}

func (t *tally) tell(took time.Duration) {
	rate := float64(t.done) / took.Seconds()
	left := time.Duration(float64(max(0, t.total-t.done)) / rate * float64(time.Second)).Round(time.Second)
	t.clear()
	fmt.Fprintf(t.notes, "%d of %d photos, %.1f a second, %v left", t.done, t.total, rate, left)
	if !t.screen {
		fmt.Fprintln(t.notes)
	}
}

// end tells what was done, and answers the error of the whole run.
func (t *tally) end(err error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.clear()
	good := t.done - len(t.failed)
	if errors.Is(err, context.Canceled) {
		fmt.Fprintf(t.out, "Stopped: %d of %d photos are cut anew. Go on with: superbook reprocess\n", good, t.total)
		return fmt.Errorf("reprocess was interrupted: %w", err)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(t.out, "%d of %d photos are cut anew, in %v\n", good, t.total, time.Since(t.began).Round(time.Millisecond))
	if len(t.failed) > 0 {
		return fmt.Errorf("%d could not be cut and stay as they were: photos %s", len(t.failed), strings.Join(t.failed, ", "))
	}
	return nil
}
