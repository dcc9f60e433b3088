package metrics_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"superbook/kit/metrics"
)

func TestTasksByOutcome(t *testing.T) {
	t.Parallel()
	r := metrics.New()
	m := metrics.NewTasks(r)
	broken := errors.New("broken")
	for i, tt := range []struct {
		attempt int
		err     error
		want    string
	}{
		{1, nil, "done"}, {1, broken, "retrying"}, {3, broken, "failed"}, {1, river.JobCancel(broken), "cancelled"},
		{3, fmt.Errorf("later: %w", river.JobSnooze(time.Minute)), "snoozed"}, {1, errPanic, "retrying"},
	} {
		job := &rivertype.JobRow{Kind: fmt.Sprint("kind", i), Queue: "media", Attempt: tt.attempt, MaxAttempts: 3, ScheduledAt: time.Now().Add(-90 * time.Second)}
		attempt(t, m, job, tt.err)
		text := written(t, r)
		for _, want := range []string{
			fmt.Sprintf("tasks_attempts_total{kind=%q,queue=\"media\",outcome=%q} 1\n", job.Kind, tt.want),
			fmt.Sprintf("tasks_duration_seconds_count{kind=%q,queue=\"media\",outcome=%q} 1\n", job.Kind, tt.want),
			fmt.Sprintf("tasks_wait_seconds_bucket{kind=%q,queue=\"media\",le=\"60\"} 0\n", job.Kind),
			fmt.Sprintf("tasks_wait_seconds_bucket{kind=%q,queue=\"media\",le=\"300\"} 1\n", job.Kind),
		} {
			if !strings.Contains(text, want) {
				t.Errorf("there is no %s in\n%s", want, text)
			}
		}
	}
}

var errPanic = errors.New("panics")

func attempt(t *testing.T, m *metrics.Tasks, job *rivertype.JobRow, err error) {
	defer func() { _ = recover() }()
	got := m.Work(context.Background(), job, func(context.Context) error {
		if errors.Is(err, errPanic) {
			panic(err)
		}
		return err
	})
	if got != err {
		t.Errorf("the error became %v", got)
	}
}
