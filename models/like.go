package models

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"superbook/kit/db"
)

// Like says that a member likes a post, once.
type Like struct {
	PostID    int64 `gorm:"primaryKey;autoIncrement:false"`
	UserID    int64 `gorm:"primaryKey;autoIncrement:false"`
	CreatedAt time.Time
}

// CreateLike adds a member's like. Liking twice, even at once, changes nothing
// more: the key refuses the second row, and only a new row is counted.
func CreateLike(ctx context.Context, tx *gorm.DB, post Post, user int64) (told []int64, err error) {
	once := clause.OnConflict{Columns: []clause.Column{{Name: "post_id"}, {Name: "user_id"}}, DoNothing: true}
	res := tx.WithContext(ctx).Clauses(once).Create(&Like{post.ID, user, now()})
	if res.Error != nil {
		return nil, fmt.Errorf("like: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return nil, nil
	}
	if err := countLike(ctx, tx, post.ID, +1); err != nil {
		return nil, err
	}
	return notify(ctx, tx, Notification{UserID: post.UserID, ActorID: &user, Kind: NoteLike, PostID: &post.ID})
}

// DeleteLike takes a member's like back, if there is one.
func DeleteLike(ctx context.Context, tx *gorm.DB, post Post, user int64) error {
	n, err := db.Rows[Like](tx).Where("post_id = ? AND user_id = ?", post.ID, user).Delete(ctx)
	if err != nil {
		return fmt.Errorf("unlike: %w", err)
	}
	if n == 0 {
		return nil
	}
	return countLike(ctx, tx, post.ID, -1)
}

func countLike(ctx context.Context, tx *gorm.DB, post int64, by int) error {
	if _, err := db.Rows[Post](tx).Where("id = ?", post).Update(ctx, "likes", gorm.Expr("likes + ?", by)); err != nil {
		return fmt.Errorf("count likes: %w", err)
	}
	return nil
}
