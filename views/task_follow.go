package views

import (
	"context"

	"gorm.io/gorm"

	"superbook/forms"
	"superbook/kit/live"
	"superbook/models"
	"superbook/tasks"
)

// followPhoto adds the job that cuts a photo, as a task of its owner, and has the
// address called at its end that the form may name.
func (v *Views) followPhoto(ctx context.Context, tx *gorm.DB, owner int64, job tasks.ProcessPhoto, at forms.Callback) error {
	webhook, err := v.Tasks.CallbackFor(ctx, tx, owner, at.CallbackURL)
	if err == nil {
		_, err = v.Tasks.Follow(ctx, tx, owner, job, webhook)
	}
	return err
}

// mayFollowTask asks whose the task is.
func (v *Views) mayFollowTask(ctx context.Context, who models.Viewer, id int64) error {
	_, err := models.TasksIn(v.DB.Read).VisibleTo(who).Get(ctx, id)
	return err
}

// standing says how the tasks stand that a stream follows, each time it begins:
// what happened while nobody listened may be in no memory any more. Nil when the
// stream follows none.
func (v *Views) standing(topics []string) func(context.Context) ([]live.Event, error) {
	var ids []int64
	for _, t := range topics {
		if kind, id, ok := numbered(t); ok && kind == "task" {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return func(ctx context.Context) (events []live.Event, err error) {
		all, err := models.TasksIn(v.DB.Read).Numbered(ids...).Find(ctx)
		for _, t := range all {
			html, data, err := v.Tasks.Frames(t)
			if err != nil {
				return nil, err
			}
			events = append(events, live.Event{Data: html}, live.Event{Name: "data", Data: string(data)})
		}
		return events, err
	}
}
