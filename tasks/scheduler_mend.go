package tasks

import (
	"context"

	"gorm.io/gorm"

	"superbook/models"
)

// Mend plans anew what waits for a time that a wrong clock has given it.
func (s *Scheduler) Mend(ctx context.Context) error {
	now := s.now()
	astray, err := models.SchedulesIn(s.d.DB.Read).Astray(now, clockWrong).Find(ctx)
	if err != nil {
		return err
	}
	for _, row := range astray {
		rhythm, err := row.Rhythm()
		if err != nil || !rhythm.Next(now).Before(*row.NextAt) {
			continue
		}
		err = s.d.DB.Tx(ctx, func(tx *gorm.DB) error {
			_, err := row.Move(ctx, tx, rhythm, now)
			return err
		})
		if err != nil {
			return err
		}
		s.d.Log.WarnContext(ctx, "the clock was wrong: schedule planned anew", "schedule", row.Name, "waited_for", *row.NextAt)
	}
	return nil
}
