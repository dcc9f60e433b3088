package models_test

import (
	"context"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/models"
	"superbook/site/sitetest"
)

// The scheduler looks twice a second, on every process: it must not read the
// table. A run's end is noted by the number of its job.
func TestSchedulesAreFoundByIndex(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	scans := s.Scans(func(ctx context.Context, conn *gorm.DB) {
		if _, err := models.SchedulesIn(conn).Due(time.Now(), []string{"remind", "digest"}).Find(ctx); err != nil {
			t.Error(err)
		}
		if _, err := models.ScheduleChanges(ctx, conn, 1, 20); err != nil {
			t.Error(err)
		}
	})
	for _, scan := range scans {
		t.Error(scan)
	}
}
