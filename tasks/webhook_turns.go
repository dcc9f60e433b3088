package tasks

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"superbook/models"
)

const (
	// callsPerWebhook and callsPerMember are how many calls run at once in each
	// process, to one webhook and to all of one member: five members with nothing but
	// slow receivers leave workers over for others.
	callsPerWebhook, callsPerMember = 2, 6
	// patience is how long a job waits for a turn, if it looks as if one came by then:
	// jobs come in batches, and would else all but two be sent away each time, to come
	// back in seconds.
	patience = 50 * time.Millisecond
	// shortestAway and longestAway bound how long a job stays away that had no turn.
	shortestAway, longestAway = 50 * time.Millisecond, 30 * time.Second
)

// turns lets a few calls in for each webhook, and for each member. No worker waits
// for a receiver that is known to be slow.
type turns struct {
	mu       sync.Mutex
	webhooks map[int64]*turn
	members  map[int64]*turn
	freed    chan struct{} // closed when a turn is given back, and made anew
}

// turn is forgotten when nobody calls, waits or is to come back.
type turn struct {
	calls, waiting int
	took           time.Duration // a call of late; zero before the end of the first
	since          time.Time     // when the calls that run have begun, or later
	booked         time.Time     // up to when turns are promised to those who were sent away
}

// pace is how long a call takes, as far as is known.
func (t *turn) pace() time.Duration {
	if t.calls == 0 {
		return t.took
	}
	return max(t.took, time.Since(t.since))
}

// note falls at once and rises slowly: a slow moment, of the database too, is not
// yet the pace of the receiver, and many would stay away for its sake.
func (t *turn) note(took time.Duration) {
	if t.took == 0 || took < t.took {
		t.took = took
		return
	}
	t.took += (took - t.took) / 8
}

// wait is about how long one more would wait that calls at this pace.
func (t *turn) wait(pace time.Duration, atOnce int) time.Duration {
	return pace * time.Duration(t.waiting+1) / time.Duration(atOnce)
}

// enter takes a turn, if there is one or will be in a moment. Who got it calls
// leave; who did not has no leave, and comes back after away.
func (t *turns) enter(ctx context.Context, w models.Webhook) (leave func(), away time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	hook, member := t.join(w)
	defer t.forget(w)
	if !free(hook, member) && !soon(hook, member) {
		return nil, sendAway(hook, member)
	}
	hook.waiting++
	member.waiting++
	ok := t.wait(ctx, func() bool { return free(hook, member) })
	hook.waiting--
	member.waiting--
	if !ok {
		return nil, sendAway(hook, member)
	}
	begin := time.Now()
	if hook.calls == 0 {
		hook.since = begin
	}
	hook.calls++
	member.calls++
	return func() { t.leave(w, begin) }, 0
}

func free(hook, member *turn) bool {
	return hook.calls < callsPerWebhook && member.calls < callsPerMember
}

// soon says whether one more that waits can count on a turn.
func soon(hook, member *turn) bool {
	pace := hook.pace()
	return hook.wait(pace, callsPerWebhook) <= patience && member.wait(pace, callsPerMember) <= patience
}

// wait is called with the lock, which it lets go meanwhile. It answers whether
// what is waited for has come true.
func (t *turns) wait(ctx context.Context, is func() bool) bool {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for over := false; !is(); {
		if over {
			return false
		}
		freed := t.freed
		t.mu.Unlock()
		select {
		case <-freed:
		case <-timer.C:
			over = true
		case <-ctx.Done():
			over = true
		}
		t.mu.Lock()
	}
	return true
}

func (t *turns) leave(w models.Webhook, begin time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	hook, member := t.join(w)
	hook.calls--
	member.calls--
	hook.since = time.Now()
	hook.note(hook.since.Sub(begin))
	close(t.freed)
	t.freed = make(chan struct{})
	t.forget(w)
}

func (t *turns) join(w models.Webhook) (hook, member *turn) {
	if t.webhooks == nil {
		t.webhooks, t.members, t.freed = map[int64]*turn{}, map[int64]*turn{}, make(chan struct{})
	}
	if t.webhooks[w.ID] == nil {
		t.webhooks[w.ID] = &turn{}
	}
	if t.members[w.UserID] == nil {
		t.members[w.UserID] = &turn{}
	}
	return t.webhooks[w.ID], t.members[w.UserID]
}

func (t *turns) forget(w models.Webhook) {
	if h := t.webhooks[w.ID]; h != nil && h.over() {
		delete(t.webhooks, w.ID)
	}
	if m := t.members[w.UserID]; m != nil && m.over() {
		delete(t.members, w.UserID)
	}
}

func (t *turn) over() bool { return t.calls+t.waiting == 0 && time.Now().After(t.booked) }

// book promises the turn after those that are promised or waited for, where one
// begins in each gap.
func (t *turn) book(now time.Time, gap time.Duration) time.Time {
	at := now.Add(gap * time.Duration(t.waiting))
	if at.Before(t.booked) {
		at = t.booked
	}
	t.booked = at.Add(gap)
	if most := now.Add(longestAway); t.booked.After(most) {
		t.booked = most
	}
	return t.booked
}

// sendAway says how long a job stays away that has no turn: until there will be
// one at the pace of the calls, so that jobs come back just as fast as they can be
// made. Those of a slow receiver come seldom, and cost next to nothing: when more
// wait than can be promised a turn, they come at any time, not all together. A
// member's turns are booked only when all are taken, or one slow receiver would
// hold up the member's others.
func sendAway(hook, member *turn) time.Duration {
	now, pace := time.Now(), hook.pace()
	var away time.Duration
	if hook.calls >= callsPerWebhook {
		away = hook.book(now, pace/callsPerWebhook).Sub(now)
	}
	if member.calls >= callsPerMember {
		away = max(away, member.book(now, pace/callsPerMember).Sub(now))
	}
	if away >= longestAway {
		return longestAway/2 + rand.N(longestAway/2)
	}
	return max(away, shortestAway)
}
