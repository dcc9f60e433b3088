package tasks

import (
	"testing"
	"time"
)

// Who finds no turn waits for one that comes soon, and leaves where it does not.
func TestWhoWaitsForATurn(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	for name, c := range map[string]struct {
		took    time.Duration // the last call
		running time.Duration // since the calls began
		hook    int           // who wait for the webhook
		member  int           // who wait for any of the member's
		want    bool
	}{
		"nothing is known yet":           {0, 0, 30, 30, true},
		"the first calls take long":      {0, 200 * ms, 0, 0, false},
		"a quick one":                    {2 * ms, 0, 30, 30, true},
		"a quick one with many":          {2 * ms, 0, 100, 100, false},
		"a quick one of a busy member":   {2 * ms, 0, 0, 300, false},
		"one that has become slow":       {2 * ms, time.Second, 0, 0, false},
		"one that is slow":               {time.Second, 0, 0, 0, false},
		"one in between":                 {40 * ms, 0, 1, 1, true},
		"one in between with two before": {40 * ms, 0, 2, 2, false},
	} {
		since := time.Now().Add(time.Hour) // no time passes for calls that have just begun
		if c.running > 0 {
			since = time.Now().Add(-c.running)
		}
		hook := &turn{calls: callsPerWebhook, waiting: c.hook, took: c.took, since: since}
		member := &turn{calls: callsPerMember, waiting: c.member}
		if got := soon(hook, member); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
