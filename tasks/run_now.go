package tasks

import (
	"context"
	"net/http"
	"time"

	"gorm.io/gorm"

	"superbook/kit/problem"
	"superbook/kit/queue"
	"superbook/models"
)

// RunNow adds the job of a schedule outside of its rhythm, as part of tx, and
// notes who wanted it. A paused schedule can be run so, too. It is a problem with
// words when a job of that kind has not ended yet, which stands for this one, and
// when the program does not know the kind or its arguments any more.
func RunNow(ctx context.Context, tx *gorm.DB, jobs *queue.Queue, s models.Schedule, by int64) error {
	args, err := ScheduledArgs(s.Kind, s.Args)
	if err != nil {
		return problem.New(http.StatusUnprocessableEntity, ScheduleRow{s}.NoRun()).Because(err)
	}
	res, err := jobs.Insert(ctx, tx, args)
	if err != nil {
		return err
	}
	if res.UniqueSkippedAsDuplicate {
		return problem.New(http.StatusConflict, "It is at work already, or waits for its turn. Look under “Tasks” how it is doing.")
	}
	if err := s.Started(ctx, tx, res.Job.ID, time.Now()); err != nil {
		return err
	}
	return models.NoteRunNow(ctx, tx, s, by, res.Job.ID)
}

// PublishSchedule shows staff who have the list open how a schedule is now.
func (p *Publisher) PublishSchedule(ctx context.Context, s models.Schedule) {
	p.Publish(ctx, SchedulesTopic, "schedule_row", ScheduleRow{s})
}

// publishScheduleNumbered is the same for who knows only the number. The run is
// added by then, so a failure is logged and nothing else.
func (p *Publisher) publishScheduleNumbered(ctx context.Context, id int64) {
	s, err := models.SchedulesIn(p.DB.Read).Get(ctx, id)
	if err != nil {
		p.Log.WarnContext(ctx, "publish schedule", "schedule", id, "error", err)
		return
	}
	p.PublishSchedule(ctx, s)
}
