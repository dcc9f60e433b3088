package tasks

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/riverqueue/river"
	"gorm.io/gorm"

	"superbook/kit/queue"
	"superbook/models"
)

// Followable is a task that its owner can follow: by asking, by a stream, and by
// being called at the end.
type Followable interface {
	queue.Args
	// Subject is the number of what the task works on, and the name of the page
	// that shows what came of it.
	Subject() (id int64, page string)
}

// followed is a kind of task that can be followed.
type followed struct {
	queue.Policy
	page   string
	gaveUp string // words for its owner, when the last attempt has failed
	// abandon leaves the subject so that nobody waits for it any more.
	abandon func(ctx context.Context, tx *gorm.DB, args []byte, words string) error
}

// RegisterFollowable is queue.Register for a kind of task that can be followed.
// gaveUp are words for its owner when the last attempt has failed. abandon, which
// may be nil, has the subject wait no more when its task ends without it.
func RegisterFollowable[A Followable](d *Deps, ws *queue.Workers, work func(context.Context, *river.Job[A]) error,
	gaveUp string, abandon func(ctx context.Context, tx *gorm.DB, args A, words string) error) {
	var a A
	_, page := a.Subject()
	f := followed{Policy: a.Policy(), page: page, gaveUp: gaveUp}
	f.abandon = func(ctx context.Context, tx *gorm.DB, text []byte, words string) error {
		var args A
		if abandon == nil {
			return nil
		}
		if err := json.Unmarshal(text, &args); err != nil {
			return fmt.Errorf("read the arguments of %s: %w", a.Kind(), err)
		}
		return abandon(ctx, tx, args, words)
	}
	if d.followed == nil {
		d.followed = map[string]followed{}
	}
	d.followed[a.Kind()] = f
	queue.Register(ws, work)
}

// Follow adds the job of a task, and what its owner can follow, as part of tx.
// webhook is the number of one that is told of the end, or nil.
func (d *Deps) Follow(ctx context.Context, tx *gorm.DB, owner int64, args Followable, webhook *int64) (models.Task, error) {
	added, err := d.Jobs.Insert(ctx, tx, args)
	if err != nil {
		return models.Task{}, err
	}
	subject, _ := args.Subject()
	t := models.Task{UserID: owner, JobID: added.Job.ID, Kind: args.Kind(), SubjectID: subject, WebhookID: webhook}
	err = models.CreateTask(ctx, tx, &t)
	return t, err
}
