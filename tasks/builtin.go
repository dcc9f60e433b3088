package tasks

import (
	"context"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/kit/queue"
	"superbook/models"
)

// Builtin are the house's own schedules, as they are planted. Staff may change
// everything about them afterwards, and pause them.
func Builtin(dialect db.Dialect) []models.Schedule {
	all := []models.Schedule{
		builtin[SweepUploads]("7 * * * *"),
		builtin[DeleteSessions]("22 * * * *"),
		builtin[SweepOrphans]("37 * * * *"),
		builtin[GiveUpPhotos]("every 15m"),
		builtin[SweepTasks]("every 15m"),
		builtin[ForgetSubscribers]("52 * * * *"),
		builtin[Remind]("2 * * * *"),
		builtin[VerifyHeroes]("20 4 * * *"),
		builtin[SendDigest]("0 8 * * mon"),
	}
	if dialect == db.SQLite {
		all = append(all, builtin[BackUp]("30 3 * * *"))
	}
	return all
}

func builtin[A queue.Args](spec string) models.Schedule {
	var a A
	return models.Schedule{Name: a.Policy().Title, Kind: a.Kind(), Args: "{}", Spec: spec, Zone: "UTC", Missed: models.RunOnce}
}

// Plant adds the house's own schedules that are not there yet.
func (d *Deps) Plant(ctx context.Context) error {
	return d.DB.Tx(ctx, func(tx *gorm.DB) error {
		return models.PlantSchedules(ctx, tx, Builtin(d.DB.Dialect), time.Now())
	})
}
