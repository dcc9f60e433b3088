package models

import (
	"context"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
)

// VerifyMark is a place in the order in which heroes are verified. The zero value
// is before all of them.
type VerifyMark struct {
	At time.Time `json:"at"` // when the hero was verified last
	ID int64     `json:"id"`
}

// HeroesToVerify gives the next n heroes after a mark of whom the registry has not
// said anything since a time, with what they claim: those first who wait longest.
// It answers the mark of the last one too.
func HeroesToVerify(ctx context.Context, conn *gorm.DB, since time.Time, after VerifyMark, n int) ([]Member, VerifyMark, error) {
	due := db.Rows[Profile](conn).Where("kind = ? AND verified_at < ?", Hero, since.UTC())
	if after != (VerifyMark{}) {
		due = due.Where("(verified_at, user_id) > (?, ?)", after.At.UTC(), after.ID)
	}
	keys, err := due.Select("user_id, verified_at").Order("verified_at, user_id").Limit(n).Find(ctx)
	if err != nil || len(keys) == 0 {
		return nil, after, wrap("heroes to verify", err)
	}
	ids := make([]int64, len(keys))
	for i, k := range keys {
		ids[i] = k.UserID
	}
	last := keys[len(keys)-1]
	heroes, err := membersNumbered(ctx, conn, ids)
	return heroes, VerifyMark{last.VerifiedAt, last.UserID}, wrap("heroes to verify", err)
}

// NoteVerdict keeps what the registry said of a hero.
func NoteVerdict(ctx context.Context, tx *gorm.DB, hero int64, v Verdict) error {
	_, err := db.Rows[Profile](tx).Where("user_id = ?", hero).Select("verdict", "verified_at").
		Updates(ctx, Profile{Verdict: v, VerifiedAt: now()})
	return wrap("note a verdict", err)
}

// Known is the verdict as it was kept; of whom the registry was never asked,
// nothing is known.
func (v Verdict) Known() Verdict {
	if v == "" {
		return Unverified
	}
	return v
}
