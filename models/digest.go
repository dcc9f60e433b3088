package models

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
)

// Digest says that a subscriber gets the news of a week, once.
type Digest struct {
	SubscriberID int64  `gorm:"primaryKey;autoIncrement:false"`
	Week         string `gorm:"primaryKey"` // 2026-W47
	CreatedAt    time.Time
	SentAt       *time.Time
}

// Week is seven days from a Monday, 00:00 UTC.
type Week struct{ From, To time.Time }

// WeekBefore is the last whole week before a time.
func WeekBefore(at time.Time) Week {
	today := at.UTC().Truncate(24 * time.Hour)
	monday := today.AddDate(0, 0, -(int(today.Weekday())+6)%7)
	return Week{monday.AddDate(0, 0, -7), monday}
}

// String names the week as ISO 8601 does: 2026-W47.
func (w Week) String() string {
	year, week := w.From.ISOWeek()
	return fmt.Sprintf("%04d-W%02d", year, week)
}

// News is what happened in a week, as anybody may see it.
type News struct {
	Posts     []PostCard // the best liked first
	Heroes    []Face     // who are new
	Sightings []SightingCard
}

// Empty says that there is nothing to tell.
func (n News) Empty() bool { return len(n.Posts)+len(n.Heroes)+len(n.Sightings) == 0 }

// NewsOf gathers the news of a week, at most n of each sort.
func NewsOf(ctx context.Context, conn *gorm.DB, w Week, n int) (news News, err error) {
	best := PostsVisibleTo(conn, Viewer{}).Public().
		where("posts.shared_id IS NULL AND posts.created_at >= ? AND posts.created_at < ?", w.From, w.To)
	if news.Posts, err = best.cards().Order("posts.likes DESC, posts.id DESC").Limit(n).Find(ctx); err != nil {
		return news, wrap("posts of a week", err)
	}
	heroes := MembersIn(conn).Of(Hero).Newest().
		where("profiles.user_id IN (SELECT id FROM users WHERE created_at >= ? AND created_at < ?)", w.From, w.To)
	if news.Heroes, err = heroes.Faces(ctx, n); err != nil {
		return news, wrap("heroes of a week", err)
	}
	news.Sightings, err = SightingsIn(conn).Between(w.From, w.To).Newest(n).Find(ctx)
	return news, wrap("sightings of a week", err)
}

// PlanDigests looks at the next n confirmed subscribers after a number and notes
// those who have not been planned for a week. It answers their numbers, and the
// last one that it looked at: 0 at the end.
func PlanDigests(ctx context.Context, tx *gorm.DB, w Week, after int64, n int) (planned []int64, last int64, err error) {
	all, err := wishing(tx, Unsubscribe).Select("id").Where("id > ?", after).Order("id").Limit(n).Find(ctx)
	if err != nil || len(all) == 0 {
		return nil, 0, wrap("plan digests", err)
	}
	last = all[len(all)-1].ID
	already, err := db.Rows[Digest](tx).Select("subscriber_id").
		Where("subscriber_id > ? AND subscriber_id <= ? AND week = ?", after, last, w.String()).Find(ctx)
	if err != nil {
		return nil, 0, wrap("plan digests", err)
	}
	has := map[int64]bool{}
	for _, d := range already {
		has[d.SubscriberID] = true
	}
	var rows []Digest
	for _, s := range all {
		if !has[s.ID] {
			rows = append(rows, Digest{SubscriberID: s.ID, Week: w.String(), CreatedAt: now()})
			planned = append(planned, s.ID)
		}
	}
	if len(rows) == 0 {
		return nil, last, nil
	}
	return planned, last, wrap("plan digests", db.Rows[Digest](tx).CreateInBatches(ctx, &rows, 100))
}

// ForgetDigests forgets n rows of weeks that ended before a time, the oldest first,
// and says how many there were.
func ForgetDigests(ctx context.Context, tx *gorm.DB, before time.Time, n int) (int, error) {
	old := db.Rows[Digest](tx).Select("subscriber_id, week").Where("week <= ?", WeekBefore(before).String()).Order("week, subscriber_id").Limit(n)
	gone, err := db.Rows[Digest](tx).Where("(subscriber_id, week) IN (?)", old.Sub()).Delete(ctx)
	return gone, wrap("forget digests", err)
}

// DigestDue finds who is to get a digest that has not gone out. It is not found
// when it has, or when whoever it was for has left.
func DigestDue(ctx context.Context, conn *gorm.DB, subscriber int64, week string) (Subscriber, error) {
	s, err := wishing(conn, Unsubscribe).Where("id = ?", subscriber).
		Where("EXISTS (SELECT 1 FROM digests WHERE subscriber_id = subscribers.id AND week = ? AND sent_at IS NULL)", week).Take(ctx)
	return found(s, err, "digest")
}

// DigestSent notes that a digest has gone out.
func DigestSent(ctx context.Context, tx *gorm.DB, subscriber int64, week string) error {
	_, err := db.Rows[Digest](tx).Where("subscriber_id = ? AND week = ?", subscriber, week).Update(ctx, "sent_at", now())
	return wrap("note a digest", err)
}
