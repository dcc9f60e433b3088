package models

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
)

// Backdate says of a row that was just created that it is older. It is for demo
// content, which shall not look as if everybody spoke at once; numbers must
// still grow with time, so create what is older first.
func Backdate[T User | Post | Comment | Like](ctx context.Context, tx *gorm.DB, row *T, at time.Time) error {
	if err := tx.WithContext(ctx).Model(row).UpdateColumn("created_at", stored(at)).Error; err != nil {
		return fmt.Errorf("backdate: %w", err)
	}
	return nil
}

// BackdateEdit says when a post that was just edited was edited.
func BackdateEdit(ctx context.Context, tx *gorm.DB, post *Post, at time.Time) error {
	if err := tx.WithContext(ctx).Model(post).UpdateColumn("edited_at", stored(at)).Error; err != nil {
		return fmt.Errorf("backdate an edit: %w", err)
	}
	return nil
}

// BackdateNotifications makes every notification about a post as old as what it
// tells of. Nothing changes for those that were made in the ordinary way.
func BackdateNotifications(ctx context.Context, tx *gorm.DB) error {
	err := tx.WithContext(ctx).Exec(`UPDATE notifications SET created_at = COALESCE(
		(SELECT comments.created_at FROM comments WHERE comments.id = notifications.comment_id),
		(SELECT likes.created_at FROM likes WHERE notifications.kind = ?
			AND likes.post_id = notifications.post_id AND likes.user_id = notifications.actor_id),
		(SELECT posts.created_at FROM posts WHERE posts.id = notifications.post_id), created_at)
		WHERE post_id IS NOT NULL`, NoteLike).Error
	if err != nil {
		return fmt.Errorf("backdate notifications: %w", err)
	}
	return nil
}

// BackdateFollows makes every follow, and what was told of it, as old as at.
func BackdateFollows(ctx context.Context, tx *gorm.DB, at time.Time) error {
	if _, err := db.Rows[Follow](tx).Where("created_at > ?", stored(at)).Update(ctx, "created_at", stored(at)); err != nil {
		return fmt.Errorf("backdate follows: %w", err)
	}
	_, err := db.Rows[Notification](tx).Where("kind = ? AND created_at > ?", NoteFollow, stored(at)).Update(ctx, "created_at", stored(at))
	if err != nil {
		return fmt.Errorf("backdate notifications of follows: %w", err)
	}
	return nil
}

// stored is a time as every database keeps it.
func stored(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
