package models_test

import (
	"context"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/models"
	"superbook/site/sitetest"
)

// Each batch of a hundred thousand begins where the one before ended.
func TestPlansOfDigestsUseIndexes(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	week := models.WeekBefore(time.Now())
	scans := s.Scans(func(ctx context.Context, conn *gorm.DB) {
		sub, err := models.AskNewsletter(ctx, conn, "reader@example.org", models.Subscribe)
		must(t, err)
		_, err = models.FulfilWish(ctx, conn, sub.ID, models.Subscribe)
		must(t, err)
		_, last, err := models.PlanDigests(ctx, conn, week, sub.ID-1, 100)
		if must(t, err); last != sub.ID {
			t.Errorf("the batch ends with %d", last)
		}
	})
	for _, scan := range scans {
		t.Error(scan)
	}
}
