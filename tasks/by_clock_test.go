package tasks_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river/rivertype"
	"gorm.io/gorm"

	"superbook/models"
	"superbook/tasks"
)

func TestRunNowAndItsOutcome(t *testing.T) {
	t.Parallel()
	s, row := scheduled(t, time.Now(), "0 0 1 1 *", models.RunOnce)
	hero := s.Hero("nightheron")
	s.As(t, hero)
	s.Exec("UPDATE sessions SET expires_at = ?", time.Now().UTC().Add(-time.Minute))
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return tasks.RunNow(t.Context(), tx, s.Jobs, row, *row.UpdatedBy) }))
	s.Work()
	s.Settle()
	got := schedule(t, s, row.ID)
	if got.LastState != models.TaskDone || got.LastWords != "1 session deleted" || !got.NextAt.Equal(*row.NextAt) {
		t.Errorf("the schedule is %+v", got)
	}
	changes, err := models.ScheduleChanges(t.Context(), s.DB.Read, row.ID, 9)
	must(t, err)
	if len(changes) != 2 || changes[0].Action != models.ScheduleRunNow || changes[0].Username != "staff" {
		t.Errorf("the changes are %+v", changes)
	}
}

func TestArgumentsOfSchedulesAreStrict(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "null x", "{", `{"a":1}`, "{}{}", "[]", "1"} {
		if _, err := tasks.ScheduledArgs(tasks.Remind{}.Kind(), text); err == nil {
			t.Errorf("%q is accepted", text)
		}
	}
	for _, kind := range []string{"", "photo.process", "mail.digest", "x"} {
		if _, err := tasks.ScheduledArgs(kind, "{}"); err == nil {
			t.Errorf("a schedule of %q is accepted", kind)
		}
	}
	for _, k := range tasks.Schedulables() {
		args, err := tasks.ScheduledArgs(k.Kind, " {} ")
		must(t, err)
		if raw, err := json.Marshal(args); err != nil || string(raw) != "{}" || args.Kind() != k.Kind {
			t.Errorf("%s has the arguments %s, %v", k.Kind, raw, err)
		}
	}
}

// A run that fails says why, and comes again; one that a crash has ended in its
// last attempt has failed.
func TestFailedRunsSayWhy(t *testing.T) {
	t.Parallel()
	s, row := scheduled(t, time.Now(), "0 0 1 1 *", models.RunOnce)
	s.Exec("ALTER TABLE sessions RENAME TO elsewhere")
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return tasks.RunNow(t.Context(), tx, s.Jobs, row, *row.UpdatedBy) }))
	s.Work()
	await(t, func() bool { return schedule(t, s, row.ID).LastState == models.TaskRetrying })
	got := schedule(t, s, row.ID)
	if !strings.Contains(got.LastWords, "delete sessions") || len(got.LastWords) > 300 {
		t.Errorf("it says %q", got.LastWords)
	}
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
		return s.Tasks.Interrupted(t.Context(), tx, []*rivertype.JobRow{{ID: *got.LastJobID, Kind: row.Kind}})
	}))
	if got := schedule(t, s, row.ID); got.LastState != models.TaskFailed || !strings.Contains(got.LastWords, "stopped in the last attempt") {
		t.Errorf("it is %s: %q", got.LastState, got.LastWords)
	}
}
