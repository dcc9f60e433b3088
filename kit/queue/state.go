package queue

import (
	"time"

	"github.com/riverqueue/river/rivertype"
)

// State says in the words of people how far a job has come.
type State string

// The states of a job. The last three are final.
const (
	Waiting   State = "waiting"
	Running   State = "running"
	Retrying  State = "retrying"  // an attempt failed, another will come
	Scheduled State = "scheduled" // for later, by whoever added it or by a snooze
	Done      State = "done"
	Failed    State = "failed" // after its last attempt, or because somebody discarded it
	Cancelled State = "cancelled"
)

// States lists all states, in the order in which a job comes through them.
func States() []State {
	return []State{Waiting, Running, Retrying, Scheduled, Done, Failed, Cancelled}
}

// row is the state in the words of River's table, or "" for an unknown one.
func (s State) row() rivertype.JobState {
	switch s {
	case Waiting:
		return rivertype.JobStateAvailable
	case Running:
		return rivertype.JobStateRunning
	case Retrying:
		return rivertype.JobStateRetryable
	case Scheduled:
		return rivertype.JobStateScheduled
	case Done:
		return rivertype.JobStateCompleted
	case Failed:
		return rivertype.JobStateDiscarded
	case Cancelled:
		return rivertype.JobStateCancelled
	}
	return ""
}

func stateOf(row rivertype.JobState) State {
	for _, s := range States() {
		if s.row() == row {
			return s
		}
	}
	return Waiting // River's "pending", which waits for something else
}

// Final says whether nothing more will happen by itself.
func (s State) Final() bool { return s == Done || s == Failed || s == Cancelled }

// Known says whether there is such a state.
func (s State) Known() bool { return s.row() != "" }

// MayRetry says whether such a job can be told to run now.
func (s State) MayRetry() bool {
	return s == Failed || s == Cancelled || s == Retrying || s == Scheduled
}

// MayCancel says whether there is something to cancel.
func (s State) MayCancel() bool { return !s.Final() }

// MayDiscard says whether such a job can be ended as failed.
func (s State) MayDiscard() bool { return !s.Final() && s != Running }

// JobCard is one job as people look at it.
type JobCard struct {
	ID          int64
	Kind, Queue string
	Title       string // of the kind, for people; the kind itself where this version does not know it
	State       State
	Attempt     int // how often it was begun
	MaxAttempts int
	CreatedAt   time.Time
	ScheduledAt time.Time  // before that it is not begun
	AttemptedAt *time.Time // when it was begun last
	FinalizedAt *time.Time // when it came to its end
	Args        string     // as JSON
	LastError   string     // of the newest attempt that failed, or ""
	// CancelAsked says that somebody has cancelled it, which it may not have
	// noticed yet.
	CancelAsked bool
}

// At is the time that a list of jobs shows, and sorts final ones by.
func (j JobCard) At() time.Time {
	switch {
	case j.FinalizedAt != nil:
		return *j.FinalizedAt
	case j.State == Running && j.AttemptedAt != nil:
		return *j.AttemptedAt
	case j.State == Retrying || j.State == Scheduled:
		return j.ScheduledAt
	}
	return j.CreatedAt
}

// Attempt is one try that failed.
type Attempt struct {
	At     time.Time `json:"at"`
	Number int       `json:"attempt"`
	Error  string    `json:"error"`
	Trace  string    `json:"trace"` // the stack, when it panicked
}

// Entry says what somebody did to a job by hand.
type Entry struct {
	At  time.Time `json:"at"`
	Did string    `json:"did"` // "retried", "cancelled", "discarded"
	By  string    `json:"by"`
}

// Detail is a job with all that is known of it.
type Detail struct {
	JobCard
	Attempts []Attempt // that failed, oldest first
	Entries  []Entry   // oldest first
	Snoozes  int       // how often it put itself off
	Policy   *Kind     // nil when this version of the program does not know the kind
}
