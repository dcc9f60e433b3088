package tasks

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/kit/queue"
	"superbook/models"
)

// wordsGaveUp is shown when every attempt failed for reasons of our own.
const wordsGaveUp = "Something on our side kept us from finishing. Submit the photo again."

// stuckAfter is how long a photo may stand still before the sweep asks whether
// any job is left that will go on with it.
const stuckAfter = 15 * time.Minute

// wordsDeleted is what a task says whose photo is gone.
const wordsDeleted = "The photo was deleted."

// abandon has the photo of a task wait no more that ends without it. What it has
// of variants the sweep removes.
func (w *processPhotoWorker) abandon(ctx context.Context, tx *gorm.DB, args ProcessPhoto, words string) error {
	left, err := models.GiveUp(ctx, tx, args.PhotoID, words)
	if err != nil || left == "" {
		return err
	}
	p, err := models.PhotosIn(tx).Get(ctx, args.PhotoID)
	if err == nil {
		db.AfterCommit(tx, func() { w.d.publish(ctx, p) })
	}
	return err
}

// GiveUpPhotos gives up photos that stand still and that no job works on.
type GiveUpPhotos struct{}

// Kind names the job in the queue. Jobs outlive deploys, so it never changes.
func (GiveUpPhotos) Kind() string { return "photos.give_up_stuck" }

// Policy lets only one wait or run at a time.
func (GiveUpPhotos) Policy() queue.Policy {
	return tidyPolicy("Give up photos that stand still", "the state of the photo: what is final stays")
}

func (d *Deps) giveUpPhotos(ctx context.Context, _ *river.Job[GiveUpPhotos]) (string, error) {
	return GiveUpPhotosNow(ctx, d)
}

// GiveUpPhotosNow does what GiveUpPhotos does. It says in words how many.
func GiveUpPhotosNow(ctx context.Context, d *Deps) (string, error) {
	n, err := giveUpStuck(ctx, d, time.Now().UTC().Add(-stuckAfter))
	return counted(n, "photo", "photos") + " given up", err
}

// giveUpStuck gives up the photos that stand still since before a time and that no
// job works on: River itself discards a job whose process died in its last
// attempt, and tells nobody. The photos are read before the jobs, so that a job
// that ends in between has already made its photo final.
func giveUpStuck(ctx context.Context, d *Deps, before time.Time) (failed int, err error) {
	stuck, err := models.PhotosIn(d.DB.Read).Unfinished(before).Find(ctx)
	if err != nil {
		return 0, err
	}
	cutting, err := models.PhotosIn(d.DB.Read).Cutting(before).Find(ctx)
	if stuck = append(stuck, cutting...); err != nil || len(stuck) == 0 {
		return 0, err
	}
	working, err := photosInWork(ctx, d)
	if err != nil {
		return 0, err
	}
	for _, p := range stuck {
		if working[p.ID] {
			continue
		}
		left, err := models.GiveUp(ctx, d.DB.Write, p.ID, wordsGaveUp)
		if err != nil {
			return failed, err
		}
		if left != "" {
			failed++
			p.State, p.Progress, p.Failure = left, 100, wordsGaveUp
			d.publish(ctx, p)
		}
	}
	return failed, nil
}

// photosInWork are the photos for which there is a job that has not ended.
func photosInWork(ctx context.Context, d *Deps) (map[int64]bool, error) {
	jobs, err := d.Jobs.Unfinished(ctx, ProcessPhoto{}.Kind())
	if err != nil {
		return nil, err
	}
	working := make(map[int64]bool, len(jobs))
	for _, raw := range jobs {
		var args ProcessPhoto
		if err := json.Unmarshal(raw, &args); err != nil {
			return nil, fmt.Errorf("read a job's photo: %w", err)
		}
		working[args.PhotoID] = true
	}
	return working, nil
}
