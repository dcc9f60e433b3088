package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/kit/photo"
)

// Photo is a picture that a member submitted.
type Photo struct {
	ID          int64
	CreatedAt   time.Time
	UpdatedAt   time.Time
	UserID      int64
	Folder      string // random; names the original and the variants in the media store
	SHA256      string `gorm:"column:sha256"` // of the bytes as they came, in hex
	Format      string // jpeg, png, webp or gif
	Width       int    // of the original, turned upright, in pixels
	Height      int
	Alt         string // words for who cannot see it
	State       State
	Progress    int       // 0 to 100
	Failure     string    // words for its owner, when it failed
	Version     string    // photo.Key of the variants; part of their addresses
	VersionAt   time.Time // when they came to be shown, and what was shown before no longer was
	Placeholder string    // a tiny blurred picture, as a data: address
	Attached    bool      // to a post: no portrait, and seen by whoever sees the post
	CropX       int       // with CropY and CropSide the crop that is wanted; see Crop
	CropY       int
	CropSide    int
	Pipeline    int // that made the variants; 0 when they are to be made anew
}

// Portrait is what showing the photo takes.
func (p Photo) Portrait() Portrait {
	return Portrait{Folder: p.Folder, Version: p.Version, Placeholder: p.Placeholder, Alt: p.Alt}
}

// Photos is a question about photos. Each method returns a narrower question
// and leaves the old one as it was.
type Photos struct{ db.Query[Photo] }

// PhotosIn starts with every photo in the database or transaction.
func PhotosIn(conn *gorm.DB) Photos { return Photos{db.Rows[Photo](conn)} }

// VisibleTo keeps the viewer's own, and what is public and not hidden from them.
// Staff see all. What is attached to a post is a matter of the post, and left
// out; see AttachmentVisibleTo.
func (q Photos) VisibleTo(v Viewer) Photos {
	q = Photos{q.Where("NOT photos.attached")}
	if v.Staff {
		return q
	}
	return Photos{q.Where("photos.user_id = ? OR photos.state = ? AND "+unblocked("photos.user_id"), v.ID, Ready, v.ID)}
}

// By keeps the photos that a member submitted of themselves.
func (q Photos) By(user int64) Photos {
	return Photos{q.Where("photos.user_id = ? AND NOT photos.attached", user)}
}

// Unfinished keeps those that wait or are being worked on since before a time.
func (q Photos) Unfinished(before time.Time) Photos {
	return Photos{q.Where("photos.state IN ? AND photos.updated_at < ?", []State{Queued, Processing}, before)}
}

// Cutting keeps those that are ready and being cut anew since before a time.
func (q Photos) Cutting(before time.Time) Photos {
	return Photos{q.Where("photos.state = 'ready' AND photos.progress < 100 AND photos.pipeline < ? AND photos.updated_at < ?", photo.Pipeline, before)}
}

// ChangedAfter keeps those that changed after a time.
func (q Photos) ChangedAfter(t time.Time) Photos {
	return Photos{q.Where("photos.updated_at > ?", t)}
}

// Newest puts the newest first and stops after n.
func (q Photos) Newest(n int) Photos { return Photos{q.Order("photos.id DESC").Limit(n)} }

// Get asks for one photo, which the question may hide.
func (q Photos) Get(ctx context.Context, id int64) (Photo, error) {
	p, err := q.Where("photos.id = ?", id).Take(ctx)
	return found(p, err, "photo")
}

// ErrSamePhoto says that this member has submitted these bytes before.
var ErrSamePhoto = errors.New("models: same photo again")

// CreatePhoto adds a queued photo. It answers ErrSamePhoto when the member has
// one of the same bytes; the transaction is then of no further use.
func CreatePhoto(ctx context.Context, tx *gorm.DB, p *Photo) error {
	p.CreatedAt = now()
	p.UpdatedAt, p.VersionAt, p.State = p.CreatedAt, p.CreatedAt, Queued
	if err := db.Rows[Photo](tx).Create(ctx, p); db.IsDuplicate(err) {
		return ErrSamePhoto
	} else if err != nil {
		return fmt.Errorf("create photo: %w", err)
	}
	return nil
}

// PhotoOf finds a member's photo by its bytes.
func PhotoOf(ctx context.Context, conn *gorm.DB, user int64, sha256 string) (Photo, error) {
	p, err := db.Rows[Photo](conn).Where("user_id = ? AND sha256 = ? AND NOT attached", user, sha256).Take(ctx)
	return found(p, err, "photo")
}

// Choose makes a ready photo its owner's profile photo.
func Choose(ctx context.Context, tx *gorm.DB, p Photo) error {
	_, err := db.Rows[Profile](tx).Where("user_id = ?", p.UserID).Update(ctx, "photo_id", p.ID)
	return err
}

// Describe sets the words for who cannot see the photo.
func Describe(ctx context.Context, tx *gorm.DB, id int64, alt string) error {
	_, err := db.Rows[Photo](tx).Where("id = ?", id).Select("alt", "updated_at").Updates(ctx, Photo{Alt: alt, UpdatedAt: now()})
	return err
}

// DeletePhoto forgets a photo. Profiles that showed it show the owner's newest
// other one, or none. Its files are the caller's to remove, after the commit.
func DeletePhoto(ctx context.Context, tx *gorm.DB, p Photo) error {
	if _, err := db.Rows[Photo](tx).Where("id = ?", p.ID).Delete(ctx); err != nil {
		return fmt.Errorf("delete photo: %w", err)
	}
	// The foreign key has set photo_id to NULL if this one was shown.
	return tx.WithContext(ctx).Exec("UPDATE profiles SET photo_id = "+
		"(SELECT MAX(id) FROM photos WHERE user_id = ? AND state = 'ready' AND NOT attached) WHERE user_id = ? AND photo_id IS NULL", p.UserID, p.UserID).Error
}

// ChosenPhoto is the number of a member's profile photo, or 0.
func ChosenPhoto(ctx context.Context, conn *gorm.DB, user int64) (int64, error) {
	p, err := db.Rows[Profile](conn).Select("photo_id").Where("user_id = ?", user).Take(ctx)
	if p, err = found(p, err, "member"); err != nil || p.PhotoID == nil {
		return 0, err
	}
	return *p.PhotoID, nil
}
