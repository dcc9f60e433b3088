package tasks_test

import (
	"testing"
	"time"

	"superbook/tasks"
)

// The first retries come within seconds, the last one within a day, and those
// that failed together do not come back together.
func TestRetriesSpreadOverADay(t *testing.T) {
	t.Parallel()
	p := tasks.WebhookSend{}.Policy()
	if p.Attempts < 12 || p.Attempts > 14 {
		t.Errorf("%d attempts", p.Attempts)
	}
	var sum time.Duration
	for n := 1; n < p.Attempts; n++ {
		least, most := time.Duration(1<<62), time.Duration(0)
		for range 2000 {
			d := p.Backoff(n)
			least, most = min(least, d), max(most, d)
		}
		if sum += most; n == 1 && most > 10*time.Second || least < most*45/100 || least > most*55/100 {
			t.Errorf("after attempt %d: from %v to %v", n, least, most)
		}
	}
	if sum > 24*time.Hour || sum < 20*time.Hour {
		t.Errorf("all of them take up to %v", sum)
	}
}
