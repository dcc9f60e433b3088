package site

import (
	"context"
	"time"

	"gorm.io/gorm"

	"superbook/models"
)

// seedDates makes a demo member a VIP with important dates, unless they have
// dates of their own.
func seedDates(ctx context.Context, tx *gorm.DB, username string) error {
	u, err := models.UserByUsername(ctx, tx, username)
	if err != nil {
		return err
	}
	if n, err := models.ImportantDatesIn(tx).By(u.ID).Count(ctx, "*"); err != nil || n > 0 {
		return err
	}
	if err := models.SetVIP(ctx, tx, u.ID, true); err != nil {
		return err
	}
	today := models.Today()
	day := func(days int) string { return today.AddDate(0, 0, days).Format(time.DateOnly) }
	week := 7
	for _, d := range []models.ImportantDate{
		{Name: "The cape comes back from the cleaner’s", Day: day(9), RemindDays: new(int), Note: "Bring the ticket. They do not believe me without the ticket."},
		{Name: "Harbour lamps are lit", Day: "2008-12-05", Yearly: true, RemindDays: &week, Note: "Fly low over the quay at dusk, and wave."},
		{Name: "First flight", Day: "2012-02-29", Yearly: true, Note: "From the boathouse roof. It was meant to be a fall."},
		{Name: "Renew the licence to hover", Day: day(60), Note: "Form 12, in triplicate."},
		{Name: "Open evening at the fire station", Day: day(-12)},
	} {
		d.UserID = u.ID
		if err := models.CreateImportantDate(ctx, tx, &d, today); err != nil {
			return err
		}
	}
	return nil
}
