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

// Who is sent away comes back when a turn is due for it: one after the other, as
// fast as calls are made, and in any case before long.
func TestWhoIsSentAwayComesBackInTime(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	for name, c := range map[string]struct {
		took          time.Duration
		waiting       int
		nth           int // who is sent away
		least, before time.Duration
	}{
		"the first of a quick one":            {4 * ms, 0, 1, shortestAway, shortestAway + ms},
		"one of many of a quick one":          {4 * ms, 0, 1000, 1900 * ms, 2001 * ms},
		"one behind others that wait":         {4 * ms, 100, 1000, 2100 * ms, 2201 * ms},
		"the first of a slow one":             {6 * time.Second, 0, 1, 2900 * ms, 3001 * ms},
		"the third of a slow one":             {6 * time.Second, 0, 3, 8900 * ms, 9001 * ms},
		"more than there are turns for":       {6 * time.Second, 0, 1000, longestAway / 2, longestAway},
		"of one that has not answered for 1h": {time.Hour, 0, 1, longestAway / 2, longestAway},
	} {
		hook := &turn{calls: callsPerWebhook, waiting: c.waiting, took: c.took, since: time.Now().Add(time.Hour)}
		member := &turn{calls: callsPerWebhook, waiting: c.waiting}
		var away time.Duration
		for range c.nth {
			away = sendAway(hook, member)
		}
		if away < c.least || away >= c.before {
			t.Errorf("%s: %v, want from %v to %v", name, away, c.least, c.before)
		}
	}
}

// A member's webhooks share the member's turns, when there are no more; while there
// are, a slow one does not keep the others away.
func TestWhoIsSentAwayByAMemberWithManyWebhooks(t *testing.T) {
	t.Parallel()
	later := time.Now().Add(time.Hour)
	slow, member := &turn{calls: callsPerWebhook, took: time.Second, since: later}, &turn{calls: 2 * callsPerWebhook}
	for range 600 {
		sendAway(slow, member)
	}
	quick := &turn{calls: callsPerWebhook, took: time.Millisecond, since: later}
	if away := sendAway(quick, member); away > 2*shortestAway {
		t.Errorf("beside a slow one it comes back in %v", away)
	}
	for member.calls = callsPerMember; member.booked.Before(time.Now().Add(longestAway - time.Second)); {
		sendAway(slow, member)
	}
	if away := sendAway(quick, member); away < longestAway/2 {
		t.Errorf("where the member has no turns left, it comes back in %v", away)
	}
	if !(&turn{booked: time.Now().Add(-time.Second)}).over() || member.over() {
		t.Error("what is promised is forgotten too soon, or never")
	}
}

// One slow moment keeps nobody away; a receiver that stays slow does.
func TestThePaceFollowsTheReceiver(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	hook := &turn{}
	for _, took := range []time.Duration{80 * ms, 4 * ms, 4 * ms, 80 * ms} {
		hook.note(took)
	}
	if hook.took > 14*ms {
		t.Errorf("after one slow call the pace is %v", hook.took)
	}
	for range 30 {
		hook.note(time.Second)
	}
	if hook.took < 900*ms {
		t.Errorf("after 30 slow calls the pace is %v", hook.took)
	}
}
