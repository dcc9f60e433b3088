package models

import (
	"context"
	"math"

	"gorm.io/gorm"

	"superbook/kit/db"
)

// FollowCard is a member in a list of who follows whom, scanned flat.
type FollowCard struct {
	FollowID int64
	Face     `gorm:"embedded"`
	Kind     Kind
	Origin   string
	Followed bool // by the viewer
}

// TableName tells gorm that a FollowCard is read from joined tables.
func (FollowCard) TableName() string { return "follows" }

// FollowersOf gives those who follow a member and whom the viewer sees, the
// latest first, from before a number of a follow on (0 for all), at most n.
func FollowersOf(ctx context.Context, conn *gorm.DB, who Viewer, user, before int64, n int) ([]FollowCard, error) {
	return followCards(ctx, conn, who, "follows.followee_id", "follows.follower_id", user, before, n)
}

// FollowedBy gives those whom a member follows, in the same way.
func FollowedBy(ctx context.Context, conn *gorm.DB, who Viewer, user, before int64, n int) ([]FollowCard, error) {
	return followCards(ctx, conn, who, "follows.follower_id", "follows.followee_id", user, before, n)
}

func followCards(ctx context.Context, conn *gorm.DB, who Viewer, of, shown string, user, before int64, n int) ([]FollowCard, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	return db.Rows[FollowCard](conn).
		Table("follows"+faceTables(shown)+" LEFT JOIN origins ON origins.id = profiles.origin_id").
		Select("follows.id AS follow_id, profiles.kind, COALESCE(origins.name, '') AS origin, "+faceColumns("")+
			", EXISTS (SELECT 1 FROM follows f WHERE f.follower_id = ? AND f.followee_id = users.id) AS followed", who.ID).
		Where(of+" = ? AND follows.id < ?", user, before).Where(unblocked(shown), who.ID).
		Order("follows.id DESC").Limit(n).Find(ctx)
}
