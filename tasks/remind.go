package tasks

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"gorm.io/gorm"

	"superbook/kit/queue"
	"superbook/models"
)

// Remind looks by the clock for important dates whose owners want a mail today.
type Remind struct{}

// Kind names the job in the queue. Jobs outlive deploys, so it never changes.
func (Remind) Kind() string { return "remind" }

// Policy lets only one wait or run at a time.
func (Remind) Policy() queue.Policy {
	return tidyPolicy("Remind of important dates", "the date and its day, in the transaction that adds the mail")
}

// remind reminds of what is due today.
func (d *Deps) remind(ctx context.Context, _ *river.Job[Remind]) (string, error) {
	n, err := RemindNow(ctx, d, models.Today())
	return counted(n, "reminder", "reminders") + " sent", err
}

const remindBatch = 100

// RemindNow adds one mail for each date that is due on that day. However often
// it runs, and wherever it is broken off, nobody is reminded twice: that a
// reminder is done and its mail are one transaction. It answers how many there are.
func RemindNow(ctx context.Context, d *Deps, today time.Time) (added int, err error) {
	for {
		due, err := models.ImportantDatesIn(d.DB.Read).Due(today, remindBatch).Find(ctx)
		if err != nil || len(due) == 0 {
			return added, err
		}
		for _, date := range due {
			err := d.DB.Tx(ctx, func(tx *gorm.DB) error {
				day, err := models.Remind(ctx, tx, date, today)
				if err != nil || day == "" {
					return err
				}
				added++
				return d.Jobs.Add(ctx, tx, MailReminder{DateID: date.ID, Day: day})
			})
			if err != nil {
				return added, fmt.Errorf("remind of date %d: %w", date.ID, err)
			}
		}
	}
}

// MailReminder tells the owner of an important date that it is near.
type MailReminder struct {
	DateID int64  `json:"date_id"`
	Day    string `json:"day"` // which occurrence, YYYY-MM-DD
}

// Kind names the job in the queue. Jobs outlive deploys, so it never changes.
func (MailReminder) Kind() string { return "mail.reminder" }

// Policy is that of every mail.
func (MailReminder) Policy() queue.Policy {
	return mailPolicy("Mail a reminder", "the date and its day")
}

// ReminderMail is the mail.
type ReminderMail struct {
	Username, Name, Note, Link string
	Day                        time.Time
}

// Template names the mail's template.
func (ReminderMail) Template() string { return "mail/reminder" }

type mailReminderWorker struct{ d *Deps }

// Work sends nothing about a date that is gone.
func (w *mailReminderWorker) Work(ctx context.Context, job *river.Job[MailReminder]) error {
	date, err := models.ImportantDatesIn(w.d.DB.Read).Get(ctx, job.Args.DateID)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil
	} else if err != nil {
		return err
	}
	u, err := models.UserByID(ctx, w.d.DB.Read, date.UserID)
	if err != nil {
		return err
	}
	day, err := time.Parse(time.DateOnly, job.Args.Day)
	if err != nil {
		return fmt.Errorf("read the day of a reminder: %w", err)
	}
	link, err := w.d.link("date", date.ID)
	if err != nil {
		return err
	}
	return w.d.send(ctx, u.Email, ReminderMail{u.Username, date.Name, date.Note, link, day})
}
