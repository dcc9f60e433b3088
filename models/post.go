package models

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"superbook/kit/db"
)

// Post is something that a member said: to everybody, or to one person.
type Post struct {
	ID          int64
	CreatedAt   time.Time
	EditedAt    *time.Time
	UserID      int64
	RecipientID *int64 // only this member and the author can see it
	SharedID    *int64 // the post that is passed on; it may be gone
	Text        string // at most 500 characters, as people count
	Mentions    string // usernames in it that were members when it was written; see Mentions
	Likes       int    // kept in step with their rows
	Comments    int
	Shares      int
}

// Personal says whether the post is for one person only.
func (p Post) Personal() bool { return p.RecipientID != nil }

// CreatePost adds a post and tells those whom it concerns. What it passes on
// must be public. It answers the numbers of the members who have something new
// to read. Call it in a transaction.
func CreatePost(ctx context.Context, tx *gorm.DB, p *Post) (told []int64, err error) {
	p.CreatedAt = now()
	people, err := mentionedIn(ctx, tx, p.Text)
	if err != nil {
		return nil, err
	}
	p.Mentions = usernames(people)
	if err := db.Rows[Post](tx).Create(ctx, p); err != nil {
		return nil, fmt.Errorf("create post: %w", err)
	}
	if err := IndexPosts(ctx, tx, []Post{*p}); err != nil {
		return nil, err
	}
	if err := countPost(ctx, tx, *p, +1); err != nil {
		return nil, err
	}
	if p.Personal() {
		// Whoever else is mentioned cannot see it, and so is not told.
		return notify(ctx, tx, Notification{UserID: *p.RecipientID, ActorID: &p.UserID, Kind: NotePersonal, PostID: &p.ID})
	}
	return notifyMentioned(ctx, tx, people, p.UserID, Notification{ActorID: &p.UserID, Kind: NoteMention, PostID: &p.ID})
}

// twice is how soon the same words again are a form that was sent twice.
const twice = 10 * time.Second

// SaidJustNow finds a post of the same words for the same people that its author
// made seconds ago. The author's row is locked, so that two at once meet.
func SaidJustNow(ctx context.Context, tx *gorm.DB, p Post) (Post, bool, error) {
	if err := lockProfile(ctx, tx, p.UserID); err != nil {
		return p, false, err
	}
	rows, err := db.Rows[Post](tx).Where("user_id = ?", p.UserID).Order("id DESC").Limit(5).Find(ctx)
	for _, old := range rows {
		same := old.Text == p.Text && orZero(old.RecipientID) == orZero(p.RecipientID) && orZero(old.SharedID) == orZero(p.SharedID)
		if same && now().Sub(old.CreatedAt) < twice {
			return old, true, nil
		}
	}
	return p, false, err
}

func lockProfile(ctx context.Context, tx *gorm.DB, user int64) error {
	p, err := db.Rows[Profile](tx, clause.Locking{Strength: clause.LockingStrengthUpdate}).Select("user_id").Where("user_id = ?", user).Take(ctx)
	_, err = found(p, err, "member")
	return err
}

// countPost keeps the counters that a post belongs to.
func countPost(ctx context.Context, tx *gorm.DB, p Post, by int) error {
	if !p.Personal() {
		_, err := db.Rows[Profile](tx).Where("user_id = ?", p.UserID).Update(ctx, "posts", gorm.Expr("posts + ?", by))
		if err != nil {
			return fmt.Errorf("count posts: %w", err)
		}
	}
	if p.SharedID != nil {
		_, err := db.Rows[Post](tx).Where("id = ?", *p.SharedID).Update(ctx, "shares", gorm.Expr("shares + ?", by))
		if err != nil {
			return fmt.Errorf("count shares: %w", err)
		}
	}
	return nil
}

// PostByNumber reads the bare row of a post, whoever may see it. It is for what
// is published on the post's own topic, whose readers were asked for the right.
func PostByNumber(ctx context.Context, conn *gorm.DB, id int64) (Post, error) {
	p, err := db.Rows[Post](conn).Where("id = ?", id).Take(ctx)
	return found(p, err, "post")
}

// EditPost changes the words of a post, marks it as edited, and tells those
// whom only the new words mention.
func EditPost(ctx context.Context, tx *gorm.DB, p Post, text string) (told []int64, err error) {
	people, err := mentionedIn(ctx, tx, text)
	if err != nil {
		return nil, err
	}
	t := now()
	n, err := db.Rows[Post](tx).Where("id = ?", p.ID).Select("text", "mentions", "edited_at").
		Updates(ctx, Post{Text: text, Mentions: usernames(people), EditedAt: &t})
	if err == nil && n == 0 {
		_, err = found(p, gorm.ErrRecordNotFound, "post")
	}
	if err == nil {
		p.Text = text
		err = reindexPost(ctx, tx, p)
	}
	if err != nil || p.Personal() {
		return nil, err
	}
	return notifyMentioned(ctx, tx, people, p.UserID, Notification{ActorID: &p.UserID, Kind: NoteMention, PostID: &p.ID})
}

// DeletePost forgets a post with everything that hangs on it. It answers the
// folders of its attachments, whose files are the caller's to remove after the
// commit.
func DeletePost(ctx context.Context, tx *gorm.DB, p Post) (folders []string, err error) {
	files, err := db.Rows[Attachment](tx).Where("post_id = ?", p.ID).Find(ctx)
	if err != nil {
		return nil, err
	}
	if folders, err = forgetAttachments(ctx, tx, files); err != nil {
		return nil, err
	}
	n, err := db.Rows[Post](tx).Where("id = ?", p.ID).Delete(ctx)
	if err != nil {
		return nil, fmt.Errorf("delete post: %w", err)
	}
	if n == 0 { // somebody was quicker, and has counted
		return nil, nil
	}
	return folders, countPost(ctx, tx, p, -1)
}
