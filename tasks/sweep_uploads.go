package tasks

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"superbook/models"
)

// sweepUploads forgets uploads that have expired, and removes partial files
// without an upload that nobody has touched since before: a creation makes its
// file first and its row after. It answers how many files went.
func sweepUploads(ctx context.Context, d *Deps, before time.Time) (removed int, err error) {
	const batch = 200
	for {
		var ids []string
		err := d.DB.Tx(ctx, func(tx *gorm.DB) (err error) {
			ids, err = models.ForgetUploads(ctx, tx, time.Now().UTC(), batch)
			return err
		})
		if err == nil {
			err = removePartials(d, ids)
		}
		removed += len(ids)
		if err != nil {
			return removed, err
		}
		if len(ids) < batch {
			break
		}
	}
	orphans, err := removeOrphanedPartials(ctx, d, before)
	return removed + orphans, err
}

func removeOrphanedPartials(ctx context.Context, d *Deps, before time.Time) (removed int, err error) {
	all, err := d.Media.Partials(ctx, before)
	if err != nil {
		return 0, err
	}
	for ids := range slices.Chunk(all, 500) {
		known, err := models.KnownUploads(ctx, d.DB.Read, ids)
		if err != nil {
			return removed, err
		}
		ids = slices.DeleteFunc(ids, func(id string) bool { return known[id] })
		if err := removePartials(d, ids); err != nil {
			return removed, err
		}
		removed += len(ids)
	}
	return removed, nil
}

func removePartials(d *Deps, ids []string) error {
	for _, id := range ids {
		if err := d.Media.RemovePartial(id); err != nil {
			return err
		}
	}
	return nil
}
