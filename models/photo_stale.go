package models

import (
	"context"

	"gorm.io/gorm"

	"superbook/kit/photo"
)

// stale keeps the ready photos that an older pipeline has made, or that were
// marked to be made anew.
func stale(conn *gorm.DB) gorm.ChainInterface[Photo] {
	return gorm.G[Photo](conn).Where("state = 'ready' AND pipeline < ?", photo.Pipeline)
}

// CountStale counts the ready photos that today's pipeline has not made,
// attached ones too.
func CountStale(ctx context.Context, conn *gorm.DB) (int, error) {
	n, err := stale(conn).Count(ctx, "*")
	return int(n), wrap("count stale photos", err)
}

// StaleAfter gives the numbers of at most n of those photos, in order, that come
// after a number.
func StaleAfter(ctx context.Context, conn *gorm.DB, id int64, n int) (ids []int64, err error) {
	rows, err := stale(conn).Where("id > ?", id).Select("id").Order("id").Limit(n).Find(ctx)
	for _, p := range rows {
		ids = append(ids, p.ID)
	}
	return ids, wrap("list stale photos", err)
}

// MarkStale marks the next n ready photos after a number to be made anew. It
// answers the last of them, or 0 when there is none. What is shown stays.
func MarkStale(ctx context.Context, tx *gorm.DB, after int64, n int) (last int64, err error) {
	rows, err := gorm.G[Photo](tx).Where("state = 'ready' AND id > ?", after).Select("id").Order("id").Limit(n).Find(ctx)
	if err != nil || len(rows) == 0 {
		return 0, wrap("mark photos", err)
	}
	last = rows[len(rows)-1].ID
	err = gorm.G[Photo](tx).Exec(ctx, "UPDATE photos SET pipeline = 0 WHERE state = 'ready' AND id > ? AND id <= ?", after, last)
	return last, wrap("mark photos", err)
}
