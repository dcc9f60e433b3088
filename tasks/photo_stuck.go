package tasks

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/riverqueue/river/rivertype"
	"gorm.io/gorm"

	"superbook/models"
)

// wordsGaveUp is shown when every attempt failed for reasons of our own.
const wordsGaveUp = "Something on our side kept us from finishing. Submit the photo again."

// stuckAfter is how long a photo may stand still before the sweep asks whether
// any job is left that will go on with it.
const stuckAfter = 15 * time.Minute

// Interrupted gives up the photos whose jobs a crash has ended in their last
// attempt. It runs in the transaction that discards the jobs.
func Interrupted(ctx context.Context, tx *gorm.DB, jobs []*rivertype.JobRow) error {
	for _, job := range jobs {
		if job.Kind != (ProcessPhoto{}).Kind() {
			continue
		}
		var args ProcessPhoto
		if err := json.Unmarshal(job.EncodedArgs, &args); err != nil {
			return fmt.Errorf("read job %d: %w", job.ID, err)
		}
		if _, err := models.GiveUp(ctx, tx, args.PhotoID, wordsGaveUp); err != nil {
			return err
		}
	}
	return nil
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
