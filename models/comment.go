package models

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
)

// Comment is what somebody said about a post. Who may see the post may see its
// comments, except those of members who are hidden from them.
type Comment struct {
	ID        int64
	CreatedAt time.Time
	PostID    int64
	UserID    int64
	Text      string // at most 500 characters, as people count
	Mentions  string // see Post.Mentions
}

// CommentCard is a comment as pages show it, scanned flat from joined tables.
type CommentCard struct {
	Comment `gorm:"embedded"`
	Author  Face `gorm:"embedded;embeddedPrefix:author_"`
}

// CacheKey changes with everything that a page shows of the comment, but for how
// long ago it was made.
func (c CommentCard) CacheKey() string {
	return strconv.FormatInt(c.ID, 10) + "\x00" + c.Author.cacheKey()
}

// TableName tells gorm that a CommentCard is read from joined tables.
func (CommentCard) TableName() string { return "comments" }

var commentTables = "comments" + faceTables("comments.user_id")

var commentColumns = "comments.id, comments.created_at, comments.post_id, comments.user_id, comments.text, comments.mentions, " +
	faceColumns("author_")

// CommentsOf gives the comments of a post that the viewer may see, from the one
// after a number on (0 for the first), oldest first, at most n.
func CommentsOf(ctx context.Context, conn *gorm.DB, who Viewer, post PostCard, after int64, n int) ([]CommentCard, error) {
	return db.Rows[CommentCard](conn).Table(commentTables).Select(commentColumns).
		Where("comments.post_id = ? AND comments.id > ?", post.ID, after).
		Where(unblocked("comments.user_id"), who.ID).Order("comments.id").Limit(n).Find(ctx)
}

// CommentByID gives one comment with the post that it is about, if the viewer
// may see both.
func CommentByID(ctx context.Context, conn *gorm.DB, who Viewer, id int64) (c CommentCard, post PostCard, err error) {
	c, err = db.Rows[CommentCard](conn).Table(commentTables).Select(commentColumns).
		Where("comments.id = ?", id).Where(unblocked("comments.user_id"), who.ID).Take(ctx)
	if c, err = found(c, err, "comment"); err != nil {
		return c, post, err
	}
	post, err = PostsVisibleTo(conn, who).Get(ctx, c.PostID)
	return c, post, err
}

// CreateComment adds a comment to a post that its author may see, counts it and
// tells those whom it concerns. Call it in a transaction.
func CreateComment(ctx context.Context, tx *gorm.DB, post Post, c *Comment) (told []int64, err error) {
	people, err := mentionedIn(ctx, tx, c.Text)
	if err != nil {
		return nil, err
	}
	c.CreatedAt, c.PostID, c.Mentions = now(), post.ID, usernames(people)
	// The count first: it waits for whoever else changes the post, in one order for all.
	if n, err := db.Rows[Post](tx).Where("id = ?", post.ID).Update(ctx, "comments", gorm.Expr("comments + 1")); err != nil || n == 0 {
		_, err = found(post, orGone(err, n), "post")
		return nil, err
	}
	if err := db.Rows[Comment](tx).Create(ctx, c); err != nil {
		return nil, fmt.Errorf("create comment: %w", err)
	}
	to := post.UserID
	if post.Personal() && c.UserID == post.UserID {
		to = *post.RecipientID // the author answers
	}
	n := Notification{UserID: to, ActorID: &c.UserID, Kind: NoteComment, PostID: &post.ID, CommentID: &c.ID}
	if told, err = notify(ctx, tx, n); err != nil || post.Personal() {
		return told, err
	}
	n.Kind = NoteMention
	more, err := notifyMentioned(ctx, tx, people, post.UserID, n)
	return append(told, more...), err
}

// CommentedJustNow finds a comment of the same words that its author made about
// the post seconds ago: a form that was sent twice.
func CommentedJustNow(ctx context.Context, tx *gorm.DB, post Post, c Comment) (Comment, bool, error) {
	if err := lockProfile(ctx, tx, c.UserID); err != nil {
		return c, false, err
	}
	rows, err := db.Rows[Comment](tx).Where("user_id = ? AND post_id = ?", c.UserID, post.ID).Order("id DESC").Limit(1).Find(ctx)
	if err != nil || len(rows) == 0 {
		return c, false, err
	}
	return rows[0], rows[0].Text == c.Text && now().Sub(rows[0].CreatedAt) < twice, nil
}

// DeleteComment forgets a comment. It answers false when it was gone already.
func DeleteComment(ctx context.Context, tx *gorm.DB, c Comment) (was bool, err error) {
	n, err := db.Rows[Comment](tx).Where("id = ?", c.ID).Delete(ctx)
	if err != nil {
		return false, fmt.Errorf("delete comment: %w", err)
	}
	if n == 0 {
		return false, nil
	}
	_, err = db.Rows[Post](tx).Where("id = ?", c.PostID).Update(ctx, "comments", gorm.Expr("comments - 1"))
	return true, err
}

// orGone turns "nothing was changed" into gorm's own "no rows".
func orGone(err error, changed int) error {
	if err == nil && changed == 0 {
		return gorm.ErrRecordNotFound
	}
	return err
}
