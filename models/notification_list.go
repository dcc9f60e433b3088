package models

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"superbook/kit/db"
)

// NotificationCard is a notification as pages show it, scanned flat.
type NotificationCard struct {
	Notification `gorm:"embedded"`
	By           Face   `gorm:"embedded;embeddedPrefix:by_"` // nobody, if it was the house
	Text         string // the beginning of what was said: of the comment, or else the post
}

// TableName tells gorm that a NotificationCard is read from joined tables.
func (NotificationCard) TableName() string { return "notifications" }

// Post is the number of the post that it tells of, or 0.
func (n NotificationCard) Post() int64 { return orZero(n.PostID) }

// Comment is the number of the comment that it tells of, or 0.
func (n NotificationCard) Comment() int64 { return orZero(n.CommentID) }

// Photo is the number of the photo that it tells of, or 0.
func (n NotificationCard) Photo() int64 { return orZero(n.PhotoID) }

// Webhook is the number of the webhook that it tells of, or 0.
func (n NotificationCard) Webhook() int64 { return orZero(n.WebhookID) }

// Excerpt is the first words of what was said.
func (n NotificationCard) Excerpt() string {
	if n.Kind == NoteFollow || n.PhotoID != nil {
		return ""
	}
	words := strings.Join(strings.Fields(n.Text), " ")
	if r := []rune(words); len(r) > 120 {
		words = strings.TrimSpace(string(r[:120])) + "…"
	}
	return words
}

var notificationTables = "notifications LEFT JOIN users ON users.id = notifications.actor_id" +
	" LEFT JOIN profiles ON profiles.user_id = notifications.actor_id" +
	" LEFT JOIN photos ON photos.id = profiles.photo_id AND photos.state = 'ready'" +
	" LEFT JOIN posts ON posts.id = notifications.post_id LEFT JOIN comments ON comments.id = notifications.comment_id"

var notificationColumns = "notifications.id, notifications.created_at, notifications.user_id, notifications.actor_id, notifications.kind," +
	" notifications.post_id, notifications.comment_id, notifications.photo_id, notifications.webhook_id, notifications.seen," +
	" COALESCE(comments.text, posts.text, '') AS text, " + faceColumns("by_")

// Notifications is a question about one member's notifications.
type Notifications struct {
	db.Query[NotificationCard]
}

// NotificationsOf starts with what the member was told. When two block each
// other, what they told of each other is forgotten, and a post takes what was
// told of it along; so all of it may be shown.
func NotificationsOf(conn *gorm.DB, user int64) Notifications {
	return Notifications{db.Rows[NotificationCard](conn).Table(notificationTables).Select(notificationColumns).
		Where("notifications.user_id = ?", user)}
}

// Before keeps those that are older than the one with this number; 0 keeps all.
func (q Notifications) Before(id int64) Notifications {
	if id == 0 {
		return q
	}
	return Notifications{q.Where("notifications.id < ?", id)}
}

// Newest gives the newest n.
func (q Notifications) Newest(ctx context.Context, n int) ([]NotificationCard, error) {
	return q.Order("notifications.id DESC").Limit(n).Find(ctx)
}

// maxUnseen is where counting stops: a badge says "99+".
const maxUnseen = 100

// unseen is a column with how many notifications the joined user has not seen.
var unseen = fmt.Sprintf("(SELECT COUNT(*) FROM (SELECT 1 FROM notifications n WHERE n.user_id = users.id AND NOT n.seen LIMIT %d) AS few) AS unseen", maxUnseen)

// Unseen counts what a member has not seen yet, up to 100.
func Unseen(ctx context.Context, conn *gorm.DB, user int64) (int, error) {
	few := db.Rows[Notification](conn).Select("id").Where("user_id = ? AND NOT seen", user).Limit(maxUnseen)
	n, err := db.Rows[Notification](conn).Table("(?) AS few", few.Sub()).Count(ctx, "*")
	return int(n), err
}

// About is what a page shows that a notification may tell of: one of the two.
type About struct{ PostID, PhotoID int64 }

const unseenAbout = "user_id = ? AND NOT seen AND (post_id = ? OR photo_id = ?)"

// UnseenAbout counts what a member was told of it and has not seen.
func UnseenAbout(ctx context.Context, conn *gorm.DB, user int64, a About) (int, error) {
	n, err := db.Rows[Notification](conn).Where(unseenAbout, user, a.PostID, a.PhotoID).Count(ctx, "*")
	return int(n), err
}

// MarkSeenAbout notes that a member has looked at it.
func MarkSeenAbout(ctx context.Context, tx *gorm.DB, user int64, a About) error {
	return markSeen(ctx, tx, unseenAbout, user, a.PostID, a.PhotoID)
}

// MarkSeen notes that a member has seen what they were told, up to a number.
func MarkSeen(ctx context.Context, tx *gorm.DB, user, upTo int64) error {
	return markSeen(ctx, tx, "user_id = ? AND id <= ? AND NOT seen", user, upTo)
}

func markSeen(ctx context.Context, tx *gorm.DB, which string, args ...any) error {
	if _, err := db.Rows[Notification](tx).Where(which, args...).Update(ctx, "seen", true); err != nil {
		return fmt.Errorf("mark as seen: %w", err)
	}
	return nil
}
