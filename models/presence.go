package models

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
)

// PatrolFor is how long after their last request a member counts as on patrol.
const PatrolFor = 5 * time.Minute

// Presence says when a member was here last, to the minute.
type Presence struct {
	UserID int64 `gorm:"primaryKey;autoIncrement:false"`
	SeenAt time.Time
}

// Arrive notes that members are here. It answers which of them have just come
// on patrol: they were away, or never here.
func Arrive(ctx context.Context, tx *gorm.DB, users []int64) (came []int64, err error) {
	here, err := db.Rows[Presence](tx).Select("user_id").Where("user_id IN ? AND seen_at > ?", users, now().Add(-PatrolFor)).Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("who is here: %w", err)
	}
	// By number, so that two processes do not wait for each other; and out of
	// the table of users, so that somebody who is gone does not fail the others.
	err = tx.WithContext(ctx).Exec("INSERT INTO presences (user_id, seen_at) SELECT id, ? FROM users WHERE id IN ? ORDER BY id"+
		" ON CONFLICT (user_id) DO UPDATE SET seen_at = excluded.seen_at", now(), users).Error
	if err != nil {
		return nil, fmt.Errorf("note presence: %w", err)
	}
	for _, id := range users {
		if !slices.ContainsFunc(here, func(p Presence) bool { return p.UserID == id }) {
			came = append(came, id)
		}
	}
	return came, nil
}

// LeftBetween gives the members who went off patrol in a span of time: they were
// not seen again for long enough.
func LeftBetween(ctx context.Context, conn *gorm.DB, from, to time.Time) ([]int64, error) {
	rows, err := db.Rows[Presence](conn).Select("user_id").
		Where("seen_at > ? AND seen_at <= ?", from.Add(-PatrolFor), to.Add(-PatrolFor)).Find(ctx)
	ids := make([]int64, len(rows))
	for i, p := range rows {
		ids[i] = p.UserID
	}
	return ids, err
}

// OnPatrol gives the members who were here within the last minutes, whoever may
// see them, the latest first, at most n.
func OnPatrol(ctx context.Context, conn *gorm.DB, n int) ([]Face, error) {
	return db.Rows[Face](conn).Table("presences"+faceTables("presences.user_id")).Select(faceColumns("")).
		Where("presences.seen_at > ?", now().Add(-PatrolFor)).
		Order("presences.seen_at DESC, presences.user_id DESC").Limit(n).Find(ctx)
}

// FacesOf gives the faces of members, in no order.
func FacesOf(ctx context.Context, conn *gorm.DB, users []int64) ([]Face, error) {
	return db.Rows[Face](conn).Table("profiles AS p"+faceTables("p.user_id")).Select(faceColumns("")).Where("p.user_id IN ?", users).Find(ctx)
}
