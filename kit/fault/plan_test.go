package fault_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"superbook/kit/fault"
)

var kinds = []string{"mail.send", "photo.process"}

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]fault.Plan{
		"":                             {},
		" ; ":                          {},
		"photo.process:slow=5s,fail=2": {"photo.process": {Slow: 5 * time.Second, Fail: 2}},
		" photo.process : slow = 1m , kill = 1 ;": {"photo.process": {Slow: time.Minute, Kill: 1}},
		"photo.process:cut=1,miss=2,kill=3,panic=4,fail=100;mail.send:slow=1h": {
			"photo.process": {Cut: 1, Miss: 2, Kill: 3, Panic: 4, Fail: 100}, "mail.send": {Slow: time.Hour}},
	} {
		got, err := fault.Parse(text, kinds)
		if err != nil || !maps.Equal(got, want) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
		again, err := fault.Parse(got.String(), kinds)
		if err != nil || !maps.Equal(again, want) {
			t.Errorf("%q is written as %q, which is read as %v, %v", text, got, again, err)
		}
	}
}

// wrongPlans are mistakes, with words that their errors have.
var wrongPlans = map[string]string{
	"photo.proces:fail=1":                       `"photo.proces" is no kind of task; there are mail.send, photo.process`,
	"slow=5s":                                   `"slow=5s" is no kind of task`,
	"photo.process":                             `photo.process: "" is no fault; write it like slow=5s,fail=2, of slow, cut`,
	"photo.process:slw=5s":                      `photo.process: "slw" is no fault`,
	"photo.process:fail=1,":                     `"" is no fault`,
	"photo.process:fail=1,fail=2":               "photo.process: fail stands there twice",
	"photo.process:fail=1;photo.process:kill=1": "photo.process stands there twice; put its faults together",
	"photo.process:slow=5":                      `slow="5" has to be a time like 5s`,
	"photo.process:slow=-1s":                    "at most an hour",
	"photo.process:slow=2h":                     "at most an hour",
	"photo.process:slow":                        "a time like 5s",
	"photo.process:fail=0":                      "a number of attempts, from 1 to 100",
	"photo.process:fail=101":                    "a number of attempts",
	"photo.process:fail":                        "a number of attempts",
	"photo.process:fail=two":                    `fail="two"`,
	"photo.process:kill=99999999999999999999":   "a number of attempts",
	"photo.process:fail=1\n2":                   `fail="1\n2"`,
	"\x00\xff":                                  "is no kind of task",
}

func TestMistakesAreNamed(t *testing.T) {
	t.Parallel()
	for text, words := range wrongPlans {
		_, err := fault.Parse(text, kinds)
		if err == nil || !strings.Contains(err.Error(), words) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %q in one line", text, err, words)
		}
	}
}

// What is read can be written, and is read again as the same; what is not read
// is told in one line.
func FuzzParse(f *testing.F) {
	f.Add("photo.process:slow=5s,cut=1,miss=1,kill=1,panic=1,fail=2;mail.send:fail=3")
	for text := range wrongPlans {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		plan, err := fault.Parse(text, kinds)
		if err != nil {
			if words := err.Error(); words == "" || strings.ContainsAny(words, "\n\r\x00") {
				t.Fatalf("%q: %q", text, words)
			}
			return
		}
		again, err := fault.Parse(plan.String(), kinds)
		if err != nil || !maps.Equal(again, plan) {
			t.Fatalf("%q is written as %q, which is read as %v, %v", text, plan, again, err)
		}
		for kind, one := range plan {
			if one == (fault.Fault{}) || one.Slow < 0 || one.Slow > fault.MaxSlow || max(one.Cut, one.Miss, one.Kill, one.Panic, one.Fail) > fault.MaxAttempts {
				t.Fatalf("%q has %s: %+v", text, kind, one)
			}
		}
	})
}
