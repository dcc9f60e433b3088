// Package tasks is the work SuperBook does after the visitor has been answered,
// and what runs by the clock.
package tasks

import (
	"github.com/riverqueue/river"

	"superbook/kit/auth"
	"superbook/kit/mail"
	"superbook/kit/media"
	"superbook/kit/photo"
	"superbook/kit/queue"
	"superbook/models"
)

// Queues with their number of workers. Each kind of work has its own, so that
// a flood of one does not starve the others.
const (
	QueueDefault  = river.QueueDefault
	QueueMedia    = "media"
	QueueMail     = "mail"
	QueueWebhooks = "webhooks"
)

// Deps is what workers need. It is filled once, in package site.
type Deps struct {
	*Publisher
	Figures *Figures
	Jobs    *queue.Queue
	Media   *media.Store
	Budget  *photo.Budget
	Mail    mail.Sender
	Signer  *auth.Signer
	Secret  []byte // for session stamps
	// Registry judges heroes, once more by the clock.
	Registry models.Registry
	// Backups is the folder for copies of the database.
	Backups string
	BaseURL string
	Path    func(name string, args ...any) (string, error) // late binding, as Publisher.Pages
	// Webhooks calls other people's servers.
	Webhooks *Caller

	followed map[string]followed // by kind; Workers fills it
}

// webhookWorkers mostly wait for somebody else's server: with answers that take
// 50 ms they make 640 calls a second, for about 1.4 ms of a core each. They are
// more than a few members with slow receivers can hold at once (see callsPerMember).
const webhookWorkers = 32

// defaultWorkers are two for what tidies up, and one for the backup, which may take
// half an hour.
const defaultWorkers = 3

// Queues says how many workers each queue has.
func Queues(media int) map[string]int {
	return map[string]int{QueueDefault: defaultWorkers, QueueMail: 2, QueueMedia: media, QueueWebhooks: webhookWorkers}
}

// Workers registers one worker for each kind of task.
func Workers(d *Deps) *queue.Workers {
	ws := queue.NewWorkers()
	photos := &processPhotoWorker{d}
	RegisterFollowable(d, ws, photos.Work, wordsGaveUp, photos.abandon)
	queue.Register(ws, (&mailPasswordLinkWorker{d}).Work)
	queue.Register(ws, (&mailNewsletterLinkWorker{d}).Work)
	queue.Register(ws, (&mailReminderWorker{d}).Work)
	queue.Register(ws, (&mailDigestWorker{d: d}).Work)
	byClock(ws, d, d.sweepUploads)
	byClock(ws, d, d.sweepOrphans)
	byClock(ws, d, d.deleteSessions)
	byClock(ws, d, d.giveUpPhotos)
	byClock(ws, d, d.sweepTasks)
	byClock(ws, d, d.forgetSubscribers)
	byClock(ws, d, d.remind)
	byClock(ws, d, d.verifyHeroes)
	byClock(ws, d, d.sendDigest)
	byClock(ws, d, d.backUp)
	queue.Register(ws, (&webhookSendWorker{d}).Work)
	queue.Register(ws, (&mailWebhookOffWorker{d}).Work)
	return ws
}

// Kinds lists the names of the kinds of task, in order.
func Kinds() (names []string) {
	for _, k := range Workers(&Deps{}).Kinds() {
		names = append(names, k.Name)
	}
	return names
}
