// Package tasks is the work SuperBook does after the visitor has been answered,
// and what runs by the clock.
package tasks

import (
	"time"

	"github.com/riverqueue/river"

	"superbook/kit/auth"
	"superbook/kit/mail"
	"superbook/kit/media"
	"superbook/kit/photo"
	"superbook/kit/queue"
)

// Queues with their number of workers. Each kind of work has its own, so that
// a flood of one does not starve the others.
const (
	QueueMedia   = "media"
	QueueMail    = "mail"
	QueueDefault = river.QueueDefault
)

// Deps is what workers need. It is filled once, in package site.
type Deps struct {
	*Publisher
	Jobs    *queue.Queue
	Media   *media.Store
	Budget  *photo.Budget
	Mail    mail.Sender
	Signer  *auth.Signer
	Secret  []byte // for session stamps
	BaseURL string
	Path    func(name string, args ...any) (string, error) // late binding, as Publisher.Pages
}

// Queues says how many workers each queue has.
func Queues(media int) map[string]int {
	return map[string]int{QueueDefault: 2, QueueMail: 2, QueueMedia: media}
}

// Workers registers one worker for each kind of job.
func Workers(d *Deps) *river.Workers {
	ws := river.NewWorkers()
	river.AddWorker(ws, &processPhotoWorker{d: d})
	river.AddWorker(ws, &mailPasswordLinkWorker{d: d})
	river.AddWorker(ws, &mailNewsletterLinkWorker{d: d})
	river.AddWorker(ws, &mailReminderWorker{d: d})
	river.AddWorker(ws, &remindWorker{d: d})
	river.AddWorker(ws, &sweepWorker{d: d})
	return ws
}

// Schedule is what runs by the clock.
func Schedule() []*river.PeriodicJob {
	return []*river.PeriodicJob{hourly(Sweep{}), hourly(Remind{})}
}

// hourly also runs once at the start, for what was due while nobody worked.
func hourly(args river.JobArgs) *river.PeriodicJob {
	return river.NewPeriodicJob(river.PeriodicInterval(time.Hour), func() (river.JobArgs, *river.InsertOpts) {
		return args, nil
	}, &river.PeriodicJobOpts{RunOnStart: true})
}
