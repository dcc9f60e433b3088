package models

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

// RecountPosts sets the counters of likes and comments from their rows, for the
// posts with these numbers, both included: after rows were inserted in bulk.
// Shares are not counted: they have no index by which to find them.
func RecountPosts(ctx context.Context, tx *gorm.DB, from, to int64) error {
	err := tx.WithContext(ctx).Exec(`UPDATE posts SET
		likes = (SELECT COUNT(*) FROM likes WHERE likes.post_id = posts.id),
		comments = (SELECT COUNT(*) FROM comments WHERE comments.post_id = posts.id)
		WHERE id BETWEEN ? AND ?`, from, to).Error
	if err != nil {
		return fmt.Errorf("recount posts: %w", err)
	}
	return nil
}

// RecountProfiles does the same for the counters of members: public posts,
// followers, and whom they follow.
func RecountProfiles(ctx context.Context, tx *gorm.DB, from, to int64) error {
	err := tx.WithContext(ctx).Exec(`UPDATE profiles SET
		posts = (SELECT COUNT(*) FROM posts WHERE posts.user_id = profiles.user_id AND posts.recipient_id IS NULL),
		followers = (SELECT COUNT(*) FROM follows WHERE follows.followee_id = profiles.user_id),
		following = (SELECT COUNT(*) FROM follows WHERE follows.follower_id = profiles.user_id)
		WHERE user_id BETWEEN ? AND ?`, from, to).Error
	if err != nil {
		return fmt.Errorf("recount profiles: %w", err)
	}
	return nil
}
