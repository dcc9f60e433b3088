package models

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/kit/photo"
)

// Crop is the square that the photo is to show: in its variants as soon as they
// are current.
func (p Photo) Crop() photo.Crop { return photo.Crop{X: p.CropX, Y: p.CropY, Side: p.CropSide} }

// Key names what today's pipeline makes of the photo.
func (p Photo) Key() string { return photo.Key(p.SHA256, p.Crop()) }

// Current says whether the photo is ready and its variants are those that
// today's pipeline would make of it.
func (p Photo) Current() bool {
	return p.State == Ready && p.Pipeline == photo.Pipeline && p.Version == p.Key()
}

// Cutting says whether a ready photo is being cut anew, while the old variants
// go on being shown.
func (p Photo) Cutting() bool { return p.State == Ready && p.Progress < 100 }

// made writes down what was made of a photo, all at once, as long as its crop is
// still the one that was cut. More are columns that change beside.
func made(ctx context.Context, q db.Query[Photo], p Photo, more ...any) (bool, error) {
	at := now()
	n, err := q.Where("crop_x = ? AND crop_y = ? AND crop_side = ?", p.CropX, p.CropY, p.CropSide).
		Select("progress", append(more, "failure", "version", "pipeline", "placeholder", "width", "height", "version_at", "updated_at")...).
		Updates(ctx, Photo{State: Ready, Progress: 100, Version: p.Version, Pipeline: p.Pipeline,
			Placeholder: p.Placeholder, Width: p.Width, Height: p.Height, VersionAt: at, UpdatedAt: at})
	return n == 1, err
}

// SetCrop says which part of a photo is to show. It answers true when the photo
// is ready, and a job has to cut it anew; one that is still being made takes the
// crop into account by itself. Nothing changes when the crop is this one
// already, unless cutting it was given up.
func SetCrop(ctx context.Context, tx *gorm.DB, id int64, c photo.Crop) (recut bool, err error) {
	n, err := db.Rows[Photo](tx).Where("id = ?", id).
		Where("crop_x <> ? OR crop_y <> ? OR crop_side <> ? OR pipeline < ? AND progress = 100", c.X, c.Y, c.Side, photo.Pipeline).
		Select("crop_x", "crop_y", "crop_side", "updated_at").
		Updates(ctx, Photo{CropX: c.X, CropY: c.Y, CropSide: c.Side, UpdatedAt: now()})
	if err != nil || n == 0 {
		return false, wrap("set crop", err)
	}
	n, err = ready(tx, id).Select("pipeline", "progress", "failure").Updates(ctx, Photo{})
	return n == 1, wrap("set crop", err)
}

// ready is the guard of every change to what is shown already.
func ready(tx *gorm.DB, id int64) db.Query[Photo] {
	return db.Rows[Photo](tx).Where("id = ? AND state = ?", id, Ready)
}

// Recut shows a ready photo with its new variants. It answers false when the
// photo is gone, or is to show another part meanwhile.
func Recut(ctx context.Context, tx *gorm.DB, p Photo) (bool, error) {
	return made(ctx, ready(tx, p.ID), p)
}

// AdvanceRecut notes how far a ready photo has come that is cut anew. It answers
// false when nobody waits for it.
func AdvanceRecut(ctx context.Context, conn *gorm.DB, id int64, percent int) (bool, error) {
	n, err := ready(conn, id).Where("progress < 100").Select("progress", "updated_at").
		Updates(ctx, Photo{Progress: percent, UpdatedAt: now()})
	return n == 1, err
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
