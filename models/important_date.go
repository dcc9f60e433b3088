package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
)

// DatesKept is how many important dates one member may keep.
const DatesKept = 500

// ImportantDate is a day that its owner, and nobody else, wants to remember.
type ImportantDate struct {
	ID         int64
	UserID     int64
	Name       string
	Day        string // YYYY-MM-DD; unique together with user and name
	Yearly     bool   // it comes round every year
	Note       string // at most 500 characters
	RemindDays *int   // for VIPs: how many days before to send a mail; nil for never
	// The next day on which to send that mail, and the occurrence for which it
	// was last sent; both YYYY-MM-DD or "". Remind keeps them.
	RemindOn    string
	RemindedFor string
}

// Next is the first time that the date comes round on a day or after; ok is
// false when it is over for good. What is kept on 29 February comes round on
// 1 March in common years, as birthdays do: see Age.
func (d ImportantDate) Next(from time.Time) (next time.Time, ok bool) {
	day, err := time.Parse(time.DateOnly, d.Day)
	if err != nil {
		return time.Time{}, false
	}
	if !day.Before(from) || !d.Yearly {
		return day, !day.Before(from)
	}
	next = time.Date(from.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC)
	if next.Before(from) {
		next = time.Date(from.Year()+1, day.Month(), day.Day(), 0, 0, 0, 0, time.UTC)
	}
	return next, true
}

// Same says whether another date would look no different to its owner.
func (d ImportantDate) Same(other ImportantDate) bool {
	days := func(d ImportantDate) int {
		if d.RemindDays == nil {
			return -1
		}
		return *d.RemindDays
	}
	return d.Name == other.Name && d.Day == other.Day && d.Yearly == other.Yearly && d.Note == other.Note && days(d) == days(other)
}

// ImportantDates is a question about important dates. Each method returns a
// narrower question and leaves the old one as it was.
type ImportantDates struct {
	db.Query[ImportantDate]
}

// ImportantDatesIn starts with every date in the database or transaction.
func ImportantDatesIn(conn *gorm.DB) ImportantDates {
	return ImportantDates{db.Rows[ImportantDate](conn)}
}

// By keeps one member's dates: nobody else may see them.
func (q ImportantDates) By(user int64) ImportantDates {
	return ImportantDates{q.Where("user_id = ?", user)}
}

// On keeps what has this name on this day.
func (q ImportantDates) On(day, name string) ImportantDates {
	return ImportantDates{q.Where("day = ? AND name = ?", day, name)}
}

// Oldest puts the earliest day first and stops after n.
func (q ImportantDates) Oldest(n int) ImportantDates {
	return ImportantDates{q.Order("day, name").Limit(n)}
}

// Get asks for one date, which the question may hide.
func (q ImportantDates) Get(ctx context.Context, id int64) (ImportantDate, error) {
	d, err := q.Where("id = ?", id).Take(ctx)
	return found(d, err, "date")
}

// What can be wrong with a date that is saved.
var (
	ErrSameDate     = errors.New("models: a date of that name on that day")
	ErrTooManyDates = errors.New("models: as many dates as may be kept")
)

// CreateImportantDate adds a date. It answers ErrTooManyDates, or ErrSameDate
// when its owner has one of that name on that day; the transaction is then of
// no further use. Members who send many at once may keep a few too many.
func CreateImportantDate(ctx context.Context, tx *gorm.DB, d *ImportantDate, today time.Time) error {
	kept, err := ImportantDatesIn(tx).By(d.UserID).Count(ctx, "*")
	if err != nil {
		return fmt.Errorf("count dates: %w", err)
	}
	if kept >= DatesKept {
		return ErrTooManyDates
	}
	d.plan(today)
	return sameDate(db.Rows[ImportantDate](tx).Create(ctx, d))
}

// SaveImportantDate writes what its owner changed. It answers ErrSameDate as
// CreateImportantDate does, and a problem when the date is gone meanwhile.
func SaveImportantDate(ctx context.Context, tx *gorm.DB, d ImportantDate, today time.Time) error {
	d.plan(today)
	n, err := ImportantDatesIn(tx).By(d.UserID).Where("id = ?", d.ID).
		Select("name", "day", "yearly", "note", "remind_days", "remind_on").Updates(ctx, d)
	if err == nil && n == 0 {
		err = gorm.ErrRecordNotFound
	}
	_, err = found(d, sameDate(err), "date")
	return err
}

func sameDate(err error) error {
	if db.IsDuplicate(err) {
		return ErrSameDate
	}
	return err
}

// DeleteImportantDate forgets a date of this member. To delete what is gone
// already is no error.
func DeleteImportantDate(ctx context.Context, tx *gorm.DB, user, id int64) error {
	_, err := ImportantDatesIn(tx).By(user).Where("id = ?", id).Delete(ctx)
	return err
}
