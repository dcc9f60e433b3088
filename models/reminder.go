package models

import (
	"context"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
)

// plan says on which day the next mail about the date is due: the days before
// it comes round the next time that no mail was sent for.
func (d *ImportantDate) plan(today time.Time) {
	d.RemindOn = ""
	if d.RemindDays == nil {
		return
	}
	next, ok := d.Next(today)
	if ok && next.Format(time.DateOnly) == d.RemindedFor {
		next, ok = d.Next(next.AddDate(0, 0, 1))
	}
	if ok {
		d.RemindOn = next.AddDate(0, 0, -*d.RemindDays).Format(time.DateOnly)
	}
}

// Due keeps the first n dates of VIPs that Remind is to be called with on that day.
func (q ImportantDates) Due(today time.Time, n int) ImportantDates {
	return ImportantDates{q.Where("remind_on <> '' AND remind_on <= ?", today.Format(time.DateOnly)).
		Where("user_id IN (SELECT id FROM users WHERE vip)").Order("remind_on").Limit(n)}
}

// Remind notes that the owner of a due date is reminded, and of which day.
// The day is "" when there is nothing to send: it came and went while nobody
// worked, or somebody else has just noted the same.
func Remind(ctx context.Context, tx *gorm.DB, d ImportantDate, today time.Time) (day string, err error) {
	was := d.RemindOn
	if d.plan(today); d.RemindOn != "" && d.RemindOn <= today.Format(time.DateOnly) {
		next, _ := d.Next(today)
		day = next.Format(time.DateOnly)
		d.RemindedFor = day
		d.plan(today)
	}
	n, err := db.Rows[ImportantDate](tx).Where("id = ? AND day = ? AND remind_on = ?", d.ID, d.Day, was).
		Select("remind_on", "reminded_for").Updates(ctx, d)
	if err != nil || n == 0 {
		return "", err
	}
	return day, nil
}
