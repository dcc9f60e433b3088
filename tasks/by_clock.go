package tasks

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"superbook/kit/async"
	"superbook/kit/queue"
	"superbook/kit/render"
	"superbook/models"
)

// Schedulable is a kind of task that may run by the clock.
type Schedulable struct {
	Kind, Title string
	args        func(text string) (queue.Args, error)
}

// Schedulables are the kinds of task that staff may make schedules of.
func Schedulables() []Schedulable {
	return []Schedulable{
		schedulable[SweepUploads](), schedulable[SweepOrphans](), schedulable[DeleteSessions](), schedulable[GiveUpPhotos](), schedulable[SweepTasks](),
		schedulable[ForgetSubscribers](), schedulable[Remind](), schedulable[VerifyHeroes](), schedulable[SendDigest](), schedulable[BackUp](),
	}
}

func schedulable[A queue.Args]() Schedulable {
	var a A
	return Schedulable{a.Kind(), a.Policy().Title, func(text string) (queue.Args, error) {
		var a A
		dec := json.NewDecoder(bytes.NewReader([]byte(text)))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&a); err != nil {
			return nil, fmt.Errorf("arguments of %s: %w", a.Kind(), err)
		}
		if _, err := dec.Token(); !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("arguments of %s: more than one value", a.Kind())
		}
		return a, nil
	}}
}

var errNotSchedulable = errors.New("this kind of task does not run by the clock")

// ScheduledArgs reads the arguments of a schedule. It is an error when its kind
// may not be scheduled, or does not know them.
func ScheduledArgs(kind, text string) (queue.Args, error) {
	for _, s := range Schedulables() {
		if s.Kind == kind {
			return s.args(text)
		}
	}
	return nil, errNotSchedulable
}

// byClock registers a kind of task that says in words what came of it. They are
// noted with the schedule whose last run it was.
func byClock[A queue.Args](ws *queue.Workers, d *Deps, work func(context.Context, *river.Job[A]) (string, error)) {
	queue.Register(ws, func(ctx context.Context, job *river.Job[A]) error {
		d.noteRun(ctx, job.JobRow, models.TaskRunning, "")
		words, err := async.Guard(ctx, func(ctx context.Context) (string, error) { return work(ctx, job) })
		state, words := outcome(ctx, job.JobRow, words, err)
		d.noteRun(context.WithoutCancel(ctx), job.JobRow, state, words)
		if err == nil {
			d.Log.InfoContext(ctx, "task done", "kind", job.Kind, "job", job.ID, "outcome", words)
		}
		return err
	})
}

// maxOutcome bounds what is kept of an error, in bytes.
const maxOutcome = 300

func outcome(ctx context.Context, job *rivertype.JobRow, words string, err error) (models.TaskState, string) {
	if snooze := (*river.JobSnoozeError)(nil); errors.As(err, &snooze) {
		return models.TaskRetrying, words
	}
	switch {
	case err == nil:
		return models.TaskDone, words
	case errors.Is(context.Cause(ctx), rivertype.ErrJobCancelledRemotely):
		return models.TaskCancelled, runCancelled
	case job.Attempt >= job.MaxAttempts:
		return models.TaskFailed, fmt.Sprintf("%.*s", maxOutcome, err)
	}
	return models.TaskRetrying, fmt.Sprintf("%.*s", maxOutcome, err)
}

// noteRun is a courtesy: when it cannot be noted, the work goes on.
func (d *Deps) noteRun(ctx context.Context, job *rivertype.JobRow, state models.TaskState, words string) {
	s, ok, err := models.NoteRun(ctx, d.DB.Write, job.ID, state, words)
	if err != nil {
		d.Log.WarnContext(ctx, "note a run", "kind", job.Kind, "job", job.ID, "error", err)
	} else if ok {
		d.PublishSchedule(ctx, s)
	}
}

// tidyPolicy is that of tasks that tidy up. One that waits or runs stands for
// those that come meanwhile: they do not pile up.
func tidyPolicy(title, idempotence string) queue.Policy {
	return queue.Policy{
		Title: title, Queue: QueueDefault, Attempts: 3, Backoff: queue.Doubling(time.Minute, time.Hour), Deadline: 4 * time.Minute,
		Unique: river.UniqueOpts{ByQueue: true, ByState: unended}, Idempotence: idempotence,
	}
}

// unended are the states of jobs that have not ended.
var unended = []rivertype.JobState{rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
	rivertype.JobStateRunning, rivertype.JobStateScheduled}

// counted begins a sentence: "No sessions", "1 session".
func counted(n int, one, many string) string {
	if n == 0 {
		return "No " + many
	}
	return render.Plural(n, one, many)
}

// also is counted further on in the sentence.
func also(n int, one, many string) string {
	if n == 0 {
		return "no " + many
	}
	return render.Plural(n, one, many)
}
