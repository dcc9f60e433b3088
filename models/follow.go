package models

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"superbook/kit/db"
	"superbook/kit/problem"
)

// Follow says that one member wants to hear of another.
type Follow struct {
	ID         int64
	CreatedAt  time.Time
	FollowerID int64
	FolloweeID int64
}

// CreateFollow has one member follow another, and tells the other the first
// time. It answers false when that was so already; members who block each other
// are not found.
func CreateFollow(ctx context.Context, tx *gorm.DB, follower, followee int64) (isNew bool, told []int64, err error) {
	if follower == followee {
		return false, nil, problem.NotFound("You cannot follow yourself, not even at night.")
	}
	if err := lockPair(ctx, tx, follower, followee); err != nil {
		return false, nil, err
	}
	if hidden, err := Blocked(ctx, tx, follower, followee); err != nil {
		return false, nil, err
	} else if hidden {
		return false, nil, problem.NotFound("There is no such member.")
	}
	once := clause.OnConflict{Columns: []clause.Column{{Name: "follower_id"}, {Name: "followee_id"}}, DoNothing: true}
	f := Follow{CreatedAt: now(), FollowerID: follower, FolloweeID: followee}
	res := tx.WithContext(ctx).Clauses(once).Create(&f)
	if res.Error != nil {
		return false, nil, fmt.Errorf("follow: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return false, nil, nil
	}
	if err := countFollow(ctx, tx, follower, followee, +1); err != nil {
		return false, nil, err
	}
	told, err = NotifyFollow(ctx, tx, follower, followee)
	return true, told, err
}

// lockPair makes what changes between two members happen one after the other:
// on PostgreSQL a block and a follow at once would otherwise not see each other,
// and two blocks would wait for one another. SQLite has one writer anyway.
func lockPair(ctx context.Context, tx *gorm.DB, a, b int64) error {
	both, err := db.Rows[Profile](tx, clause.Locking{Strength: clause.LockingStrengthUpdate}).Select("user_id").
		Where("user_id IN ?", []int64{a, b}).Order("user_id").Find(ctx)
	if err == nil && len(both) < 2 {
		err = problem.NotFound("There is no such member.")
	}
	return err
}

// DeleteFollow ends that one member follows another. It answers false when that
// was not so.
func DeleteFollow(ctx context.Context, tx *gorm.DB, follower, followee int64) (was bool, err error) {
	if err := lockPair(ctx, tx, follower, followee); err != nil {
		return false, err
	}
	n, err := db.Rows[Follow](tx).Where("follower_id = ? AND followee_id = ?", follower, followee).Delete(ctx)
	if err != nil {
		return false, fmt.Errorf("unfollow: %w", err)
	}
	if n == 0 {
		return false, nil
	}
	return true, countFollow(ctx, tx, follower, followee, -1)
}

func countFollow(ctx context.Context, tx *gorm.DB, follower, followee int64, by int) error {
	for column, user := range map[string]int64{"following": follower, "followers": followee} {
		_, err := db.Rows[Profile](tx).Where("user_id = ?", user).Update(ctx, column, gorm.Expr(column+" + ?", by))
		if err != nil {
			return fmt.Errorf("count %s: %w", column, err)
		}
	}
	return nil
}

// Followees gives the numbers of the members whom this one follows, in order.
func Followees(ctx context.Context, conn *gorm.DB, follower int64) ([]int64, error) {
	rows, err := db.Rows[Follow](conn).Select("followee_id").Where("follower_id = ?", follower).Order("followee_id").Find(ctx)
	ids := make([]int64, len(rows))
	for i, f := range rows {
		ids[i] = f.FolloweeID
	}
	return ids, err
}
