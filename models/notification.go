package models

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// NoteKind says what a notification tells of.
type NoteKind string

// The kinds of notifications.
const (
	NoteFollow      NoteKind = "follow"
	NoteLike        NoteKind = "like"
	NoteComment     NoteKind = "comment"
	NoteMention     NoteKind = "mention"
	NotePersonal    NoteKind = "personal"
	NotePhoto       NoteKind = "photo"
	NotePhotoFailed NoteKind = "photo_failed"
	NoteWebhook     NoteKind = "webhook"
)

// Notification tells a member of something that concerns them.
type Notification struct {
	ID        int64
	CreatedAt time.Time
	UserID    int64  // who is told
	ActorID   *int64 // who did it; nil for the house
	Kind      NoteKind
	PostID    *int64
	CommentID *int64
	PhotoID   *int64
	WebhookID *int64
	About     string // the same thing is told once only; see key
	Seen      bool
}

// key names what the notification tells of.
func (n Notification) key() string {
	if n.CommentID != nil { // somebody may comment often, and is told of once for each
		return fmt.Sprintf("comment %d", *n.CommentID)
	}
	if n.WebhookID != nil { // which may be switched off again some other day
		return fmt.Sprintf("webhook %d %d", *n.WebhookID, n.CreatedAt.Unix())
	}
	return fmt.Sprintf("%s %d %d %d", n.Kind, orZero(n.ActorID), orZero(n.PostID), orZero(n.PhotoID))
}

func orZero(id *int64) int64 {
	if id == nil {
		return 0
	}
	return *id
}

// notify tells a member, unless they did it themselves, were told already, or
// do not see who did it. It answers who was told: nobody or one.
func notify(ctx context.Context, tx *gorm.DB, n Notification) (told []int64, err error) {
	if n.ActorID != nil {
		if *n.ActorID == n.UserID {
			return nil, nil
		}
		if hidden, err := Blocked(ctx, tx, n.UserID, *n.ActorID); err != nil || hidden {
			return nil, err
		}
	}
	n.CreatedAt = now()
	n.About = n.key()
	once := clause.OnConflict{Columns: []clause.Column{{Name: "user_id"}, {Name: "about"}}, DoNothing: true}
	res := tx.WithContext(ctx).Clauses(once).Create(&n)
	if res.Error != nil {
		return nil, fmt.Errorf("notify: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return nil, nil
	}
	return []int64{n.UserID}, nil
}

// NotifyFollow tells a member of a new follower.
func NotifyFollow(ctx context.Context, tx *gorm.DB, follower, followee int64) ([]int64, error) {
	return notify(ctx, tx, Notification{UserID: followee, ActorID: &follower, Kind: NoteFollow})
}

// NotifyPhoto tells a member that their photo is ready, or did not work out.
func NotifyPhoto(ctx context.Context, tx *gorm.DB, p Photo, end State) ([]int64, error) {
	kind := NotePhoto
	if end == Failed {
		kind = NotePhotoFailed
	}
	return notify(ctx, tx, Notification{UserID: p.UserID, Kind: kind, PhotoID: &p.ID})
}

// NotifyWebhookOff tells a member that their webhook is switched off.
func NotifyWebhookOff(ctx context.Context, tx *gorm.DB, w Webhook) ([]int64, error) {
	return notify(ctx, tx, Notification{UserID: w.UserID, Kind: NoteWebhook, WebhookID: &w.ID})
}
