package tasks

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"superbook/models"
)

// Recut cuts a ready photo anew if its variants are not those that today's
// pipeline makes, in the way of the job but without anybody watching: until the
// new variants are shown, all at once, the old ones are. It answers false when
// there was nothing to do.
func Recut(ctx context.Context, d *Deps, id int64) (done bool, err error) {
	var p models.Photo // as it was cut last
	for {
		now, err := models.PhotosIn(d.DB.Read).Get(ctx, id)
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return false, d.forget(p)
		}
		if err != nil || now.State != models.Ready || now.Current() {
			return false, err
		}
		p = now
		if err := d.cut(ctx, &p, func(int) {}); err != nil {
			return false, err
		}
		err = d.DB.Tx(ctx, func(tx *gorm.DB) (err error) {
			done, err = d.show(ctx, tx, p, models.Recut)
			return err
		})
		if err != nil || done {
			return done, err
		}
	}
}

// forget removes the variants of a photo that was deleted while we worked:
// nobody else will.
func (d *Deps) forget(p models.Photo) error {
	if p.ID == 0 {
		return nil
	}
	return d.Media.RemoveAll(sizes(p))
}
