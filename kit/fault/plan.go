// Package fault makes work go wrong on purpose, for those who develop or test:
// jobs that are slow, fail, panic or lose their process, and streams that break.
package fault

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Fault is what goes wrong with the jobs of one kind. Each number counts
// attempts of a job, from its first: 2 are the first two, 0 none.
type Fault struct {
	Slow  time.Duration // waits before the work, within its deadline
	Cut   int           // ends every live stream; readers come back and catch up
	Miss  int           // begins a new life of the streams; readers are told to reset
	Kill  int           // ends the process, as kill -9 does
	Panic int           // the worker panics
	Fail  int           // the worker answers an error
}

// The most that a plan takes: more is a slip of the keys.
const (
	MaxSlow     = time.Hour
	MaxAttempts = 100
)

// names are the faults in the order in which they strike.
var names = []string{"slow", "cut", "miss", "kill", "panic", "fail"}

// Plan says, for each kind of task, what goes wrong.
type Plan map[string]Fault

// Parse reads a plan like "photo.process:slow=5s,fail=2;webhook.send:fail=3" about
// the kinds that there are. Its errors are one line, for who wrote it.
func Parse(text string, kinds []string) (Plan, error) {
	plan := Plan{}
	for part := range strings.SplitSeq(text, ";") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		kind, faults, _ := strings.Cut(part, ":")
		kind = strings.TrimSpace(kind)
		if !slices.Contains(kinds, kind) {
			return nil, fmt.Errorf("%q is no kind of task; there are %s", kind, strings.Join(kinds, ", "))
		}
		if _, twice := plan[kind]; twice {
			return nil, fmt.Errorf("%s stands there twice; put its faults together, with commas", kind)
		}
		f, err := parseFault(faults)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", kind, err)
		}
		plan[kind] = f
	}
	return plan, nil
}

func parseFault(text string) (f Fault, err error) {
	seen := map[string]bool{}
	for one := range strings.SplitSeq(text, ",") {
		name, value, _ := strings.Cut(one, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !slices.Contains(names, name) {
			return f, fmt.Errorf("%q is no fault; write it like slow=5s,fail=2, of %s", name, strings.Join(names, ", "))
		}
		if seen[name] {
			return f, fmt.Errorf("%s stands there twice", name)
		}
		seen[name] = true
		if err = f.Set(name, value); err != nil {
			return f, err
		}
	}
	return f, nil
}

// Set sets the fault with that name: slow takes a time like 5s, the others take a
// number of attempts. Its error is one line, for who wrote the value.
func (f *Fault) Set(name, value string) (err error) {
	if name == "slow" {
		f.Slow, err = parseSlow(value)
		return err
	}
	at := f.count(name)
	if at == nil {
		return fmt.Errorf("%q is no fault", name)
	}
	*at, err = parseCount(name, value)
	return err
}

func parseSlow(value string) (time.Duration, error) {
	d, err := time.ParseDuration(value)
	if err != nil || d <= 0 || d > MaxSlow {
		return 0, fmt.Errorf("slow=%q has to be a time like 5s, and at most an hour", value)
	}
	return d, nil
}

func parseCount(name, value string) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > MaxAttempts {
		return 0, fmt.Errorf("%s=%q has to be a number of attempts, from 1 to %d", name, value, MaxAttempts)
	}
	return n, nil
}

// count is the number of attempts that a fault strikes.
func (f *Fault) count(name string) *int {
	return map[string]*int{"cut": &f.Cut, "miss": &f.Miss, "kill": &f.Kill, "panic": &f.Panic, "fail": &f.Fail}[name]
}

// String writes the fault as a plan does; "" when nothing goes wrong.
func (f Fault) String() string {
	var parts []string
	if f.Slow > 0 {
		parts = append(parts, "slow="+f.Slow.String())
	}
	for _, name := range names[1:] {
		if n := *f.count(name); n > 0 {
			parts = append(parts, name+"="+strconv.Itoa(n))
		}
	}
	return strings.Join(parts, ",")
}

// String writes the plan so that Parse reads it, kinds in order.
func (p Plan) String() string {
	var parts []string
	for _, kind := range slices.Sorted(maps.Keys(p)) {
		parts = append(parts, kind+":"+p[kind].String())
	}
	return strings.Join(parts, ";")
}
