package models

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"superbook/kit/db"
)

// Subscriber is a mail address that gets the newsletter, or that somebody says
// wants it: nothing but a link to confirm is sent to it until it is confirmed.
type Subscriber struct {
	ID          int64
	Email       string // as first typed; where mails go
	EmailKey    string // folded; unique
	AskedAt     time.Time
	ConfirmedAt *time.Time // nil until whoever reads its mails has agreed
}

// Wish is what somebody asks of the newsletter.
type Wish string

// The two wishes.
const (
	Subscribe   Wish = "subscribe"
	Unsubscribe Wish = "unsubscribe"
)

// wishing keeps those for whom the wish is still to be done.
func wishing(conn *gorm.DB, w Wish) db.Query[Subscriber] {
	if w == Subscribe {
		return db.Rows[Subscriber](conn).Where("confirmed_at IS NULL")
	}
	return db.Rows[Subscriber](conn).Where("confirmed_at IS NOT NULL")
}

// AskNewsletter notes an address for which somebody has a wish, and gives its
// subscriber. It is not found when the wish is fulfilled already.
func AskNewsletter(ctx context.Context, tx *gorm.DB, email string, w Wish) (Subscriber, error) {
	if w == Subscribe {
		row := Subscriber{Email: email, EmailKey: Key(email), AskedAt: now()}
		again := clause.OnConflict{Columns: []clause.Column{{Name: "email_key"}}, DoUpdates: clause.AssignmentColumns([]string{"asked_at"})}
		if err := db.Rows[Subscriber](tx, again).Create(ctx, &row); err != nil {
			return Subscriber{}, fmt.Errorf("create subscriber: %w", err)
		}
	}
	s, err := wishing(tx, w).Where("email_key = ?", Key(email)).Take(ctx)
	return found(s, err, "subscriber")
}

// WishingSubscriber finds a subscriber by number. It is not found when the wish
// is fulfilled already: so a link works only once.
func WishingSubscriber(ctx context.Context, conn *gorm.DB, id int64, w Wish) (Subscriber, error) {
	s, err := wishing(conn, w).Where("id = ?", id).Take(ctx)
	return found(s, err, "subscriber")
}

// FulfilWish subscribes or unsubscribes. It answers false when there was
// nothing left to do.
func FulfilWish(ctx context.Context, tx *gorm.DB, id int64, w Wish) (bool, error) {
	one := wishing(tx, w).Where("id = ?", id)
	if w == Unsubscribe {
		n, err := one.Delete(ctx)
		return n == 1, err
	}
	n, err := one.Update(ctx, "confirmed_at", now())
	return n == 1, err
}

// ForgetUnconfirmed deletes addresses that nobody confirmed in time, and says
// how many.
func ForgetUnconfirmed(ctx context.Context, tx *gorm.DB, before time.Time) (int, error) {
	return wishing(tx, Subscribe).Where("asked_at < ?", before).Delete(ctx)
}
