package models

import (
	"context"

	"gorm.io/gorm"
)

// State says how far a photo has come.
type State string

// The states of a photo. Ready and failed are final.
const (
	Queued     State = "queued"
	Processing State = "processing"
	Ready      State = "ready"
	Failed     State = "failed"
)

// Final says whether the photo has come to an end, good or bad. A ready photo
// may still be cut anew; see Cutting.
func (p Photo) Final() bool { return p.State == Ready || p.State == Failed }

// unfinished is the guard of every change of state: what is final stays.
func unfinished(tx *gorm.DB, id int64) gorm.ChainInterface[Photo] {
	return gorm.G[Photo](tx).Where("id = ? AND state IN ?", id, []State{Queued, Processing})
}

// Advance notes how far the first work on a photo has come, in percent. It
// answers false when the photo is final or gone.
func Advance(ctx context.Context, conn *gorm.DB, id int64, percent int) (bool, error) {
	n, err := unfinished(conn, id).Select("state", "progress", "updated_at").
		Updates(ctx, Photo{State: Processing, Progress: percent, UpdatedAt: now()})
	return n == 1, err
}

// Finish makes a photo ready, and the profile photo of its owner if it is their
// newest. It answers false when the photo was final or gone already, or is to
// show another part meanwhile.
func Finish(ctx context.Context, tx *gorm.DB, p Photo) (bool, error) {
	done, err := made(ctx, unfinished(tx, p.ID), p, "state")
	if err != nil || !done || p.Attached {
		return done, err
	}
	newer, err := gorm.G[Photo](tx).Where("user_id = ? AND id > ? AND state = ? AND NOT attached", p.UserID, p.ID, Ready).Count(ctx, "*")
	if err != nil || newer > 0 {
		return true, err
	}
	return true, Choose(ctx, tx, p)
}

// GiveUp ends the work on a photo, with words for its owner: one that was never
// ready has failed, and one that was to be cut anew stays as it was. It answers
// the state that the photo is left in, or "" when nobody worked on it.
func GiveUp(ctx context.Context, tx *gorm.DB, id int64, words string) (State, error) {
	n, err := unfinished(tx, id).Select("state", "failure", "updated_at").
		Updates(ctx, Photo{State: Failed, Failure: words, UpdatedAt: now()})
	if err != nil || n == 1 {
		return Failed, wrap("fail photo", err)
	}
	n, err = ready(tx, id).Where("progress < 100").Select("progress", "failure", "updated_at").
		Updates(ctx, Photo{Progress: 100, Failure: words, UpdatedAt: now()})
	if err != nil || n == 0 {
		return "", wrap("keep the old variants", err)
	}
	return Ready, nil
}

// Requeue gives a failed photo another try. It answers false when the photo is
// not failed.
func Requeue(ctx context.Context, tx *gorm.DB, id int64) (bool, error) {
	n, err := gorm.G[Photo](tx).Where("id = ? AND state = ?", id, Failed).
		Select("state", "progress", "failure", "updated_at").Updates(ctx, Photo{State: Queued, UpdatedAt: now()})
	return n == 1, err
}
