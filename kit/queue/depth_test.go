package queue_test

import (
	"testing"
	"time"

	"github.com/riverqueue/river"

	"superbook/kit/db"
	"superbook/kit/queue"
)

func TestDepthsByQueueAndState(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		q := open(t, d, queue.Config{Queues: map[string]int{river.QueueDefault: 1, "media": 1}}, nothing)
		if got, err := q.Depths(t.Context()); err != nil || len(got) != 0 {
			t.Errorf("an empty queue: %v, %v", got, err)
		}
		for i := range 3 {
			add(t, d, q, task{N: i})
		}
		add(t, d, q, task{N: 4}, &river.InsertOpts{Queue: "media"})
		add(t, d, q, task{N: 5}, &river.InsertOpts{ScheduledAt: time.Now().Add(time.Hour)})
		must(t, q.Cancel(t.Context(), add(t, d, q, task{N: 6})))
		got, err := q.Depths(t.Context())
		must(t, err)
		want := []queue.Depth{{"default", "available", 3}, {"default", "scheduled", 1}, {"media", "available", 1}}
		waiting := int64(0)
		for i, w := range want {
			if i >= len(got) || len(got) != len(want) || got[i] != w {
				t.Fatalf("depths %v, want %v", got, want)
			}
			if w.Waiting() {
				waiting += w.Jobs
			}
		}
		if waiting != 4 {
			t.Errorf("%d wait", waiting)
		}
	})
}
