package models

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
)

// How much one member may have waiting for posts.
const (
	maxPending      = 40
	maxPendingBytes = 500 << 20
)

// ErrAttached says that another post has taken a file meanwhile, or that it is
// gone.
var ErrAttached = errors.New("models: file waits no longer")

// ErrNoRoom says that a member has so much waiting that no more is kept.
var ErrNoRoom = errors.New("models: too many files wait")

// RoomForPending gives ErrNoRoom when a member cannot have one more file of so
// many bytes waiting.
func RoomForPending(ctx context.Context, conn *gorm.DB, user, bytes int64) error {
	var waiting struct{ N, Bytes int64 }
	err := gorm.G[Attachment](conn).Select("COUNT(*) AS n, COALESCE(SUM(size), 0) AS bytes").
		Where("user_id = ? AND post_id IS NULL", user).Scan(ctx, &waiting)
	if err != nil {
		return fmt.Errorf("sum up waiting files: %w", err)
	}
	if waiting.N >= maxPending || waiting.Bytes+bytes > maxPendingBytes {
		return ErrNoRoom
	}
	return nil
}

// CreateAttachment adds a file that waits for its post, if there is room.
// Several that come at once may pass the bound by a little.
func CreateAttachment(ctx context.Context, tx *gorm.DB, a *Attachment) error {
	if err := RoomForPending(ctx, tx, a.UserID, a.Size); err != nil {
		return err
	}
	a.CreatedAt = now()
	if err := gorm.G[Attachment](tx).Create(ctx, a); err != nil {
		return fmt.Errorf("create attachment: %w", err)
	}
	return nil
}

// Attach gives waiting files to the member's post, in this order, with their
// pictures' descriptions. A file that another post has taken meanwhile gives
// ErrAttached; the transaction is then of no further use.
func Attach(ctx context.Context, tx *gorm.DB, p Post, files []AttachmentCard) error {
	for i := range files {
		files[i].Place = i
	}
	// Two posts that want the same files ask for them in the same order, or each
	// could wait for the other.
	ordered := slices.SortedFunc(slices.Values(files), func(a, b AttachmentCard) int { return cmp.Compare(a.ID, b.ID) })
	for _, a := range ordered {
		n, err := gorm.G[Attachment](tx).Where("id = ? AND user_id = ? AND post_id IS NULL", a.ID, p.UserID).
			Select("post_id", "place").Updates(ctx, Attachment{PostID: &p.ID, Place: a.Place})
		if err == nil && n == 0 {
			err = ErrAttached
		}
		if err != nil {
			return fmt.Errorf("attach file: %w", err)
		}
		if a.PhotoID != nil && a.Alt != "" {
			if err := Describe(ctx, tx, *a.PhotoID, a.Alt); err != nil {
				return fmt.Errorf("describe picture: %w", err)
			}
		}
	}
	return nil
}

// ForgetPending forgets the files that wait since before a time, at most n. It
// answers their folders, whose files are the caller's to remove.
func ForgetPending(ctx context.Context, tx *gorm.DB, before time.Time, n int) (folders []string, err error) {
	files, err := gorm.G[Attachment](tx).Where("post_id IS NULL AND created_at < ?", before).Order("created_at").Limit(n).Find(ctx)
	if err != nil {
		return nil, err
	}
	return forgetAttachments(ctx, tx, files)
}

// ForgetAttachment forgets one waiting file of the member's own.
func ForgetAttachment(ctx context.Context, tx *gorm.DB, user, id int64) (folders []string, err error) {
	files, err := gorm.G[Attachment](tx).Where("id = ? AND user_id = ? AND post_id IS NULL", id, user).Find(ctx)
	if err != nil {
		return nil, err
	}
	return forgetAttachments(ctx, tx, files)
}

// forgetAttachments leaves a waiting file alone that a post takes meanwhile.
func forgetAttachments(ctx context.Context, tx *gorm.DB, files []Attachment) (folders []string, err error) {
	var photos []int64
	for _, a := range files {
		gone := gorm.G[Attachment](tx).Where("id = ?", a.ID)
		if a.PostID == nil {
			gone = gone.Where("post_id IS NULL")
		}
		n, err := gone.Delete(ctx)
		if err != nil {
			return nil, fmt.Errorf("forget attachment: %w", err)
		}
		if n == 0 {
			continue
		}
		folders = append(folders, a.Folder)
		if a.PhotoID != nil {
			photos = append(photos, *a.PhotoID)
		}
	}
	if len(photos) > 0 {
		if _, err := gorm.G[Photo](tx).Where("id IN ? AND attached", photos).Delete(ctx); err != nil {
			return nil, fmt.Errorf("forget pictures: %w", err)
		}
	}
	return folders, nil
}
