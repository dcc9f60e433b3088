package models

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
)

// maxUploads is how many uploads of one member may wait for a form, arriving or
// whole.
const maxUploads = 8

// UploadLife is how long an upload waits for the rest of it, and for its form.
const UploadLife = 24 * time.Hour

// ErrUploadGone says that an upload was used or removed meanwhile.
var ErrUploadGone = errors.New("models: upload is gone")

// Upload is a file that comes in pieces, until a form takes it.
type Upload struct {
	ID        string // random; names the partial file in the media store
	UserID    int64
	CreatedAt time.Time
	ExpiresAt time.Time
	Size      int64  // bytes that it will have
	Name      string // as it is called where it comes from
	Type      string // as the sender says
	Metadata  string // as the sender wrote it
	Became
}

// Became is what a form made of an upload: one of the two, or nothing yet.
type Became struct {
	PhotoID      *int64
	AttachmentID *int64
}

// Used says whether a form has taken the upload.
func (b Became) Used() bool { return b.PhotoID != nil || b.AttachmentID != nil }

const unused = "photo_id IS NULL AND attachment_id IS NULL"

// CreateUpload adds an upload, or gives ErrNoRoom. Several that come at once may
// pass the bound by a little.
func CreateUpload(ctx context.Context, tx *gorm.DB, u *Upload) error {
	u.CreatedAt = now()
	u.ExpiresAt = u.CreatedAt.Add(UploadLife)
	n, err := waitingUploads(tx, u.UserID).Count(ctx, "*")
	if err != nil {
		return fmt.Errorf("count uploads: %w", err)
	}
	if n >= maxUploads {
		return ErrNoRoom
	}
	if err := db.Rows[Upload](tx).Create(ctx, u); err != nil {
		return fmt.Errorf("create upload: %w", err)
	}
	return nil
}

func waitingUploads(conn *gorm.DB, user int64) db.Query[Upload] {
	return db.Rows[Upload](conn).Where("user_id = ? AND expires_at > ? AND "+unused, user, now())
}

// WaitingUploads gives the ids of a member's uploads that no form has taken, the
// oldest first.
func WaitingUploads(ctx context.Context, conn *gorm.DB, user int64) (ids []string, err error) {
	waiting, err := waitingUploads(conn, user).Select("id").Order("created_at, id").Find(ctx)
	for _, u := range waiting {
		ids = append(ids, u.ID)
	}
	return ids, err
}

// UploadOf finds a member's own upload that has not expired, used or not. What
// is no id, and may be no text that the database takes, is not found.
func UploadOf(ctx context.Context, conn *gorm.DB, user int64, id string) (Upload, error) {
	if _, err := hex.DecodeString(id); err != nil {
		return found(Upload{}, gorm.ErrRecordNotFound, "upload")
	}
	u, err := db.Rows[Upload](conn).Where("id = ? AND user_id = ? AND expires_at > ?", id, user, now()).Take(ctx)
	return found(u, err, "upload")
}

// UseUpload notes what a form made of an upload. Of several who try at once one
// does; the others get ErrUploadGone.
func UseUpload(ctx context.Context, tx *gorm.DB, id string, as Became) error {
	n, err := db.Rows[Upload](tx).Where("id = ? AND "+unused, id).Select("photo_id", "attachment_id").Updates(ctx, Upload{Became: as})
	return goneUnless(n, err, "use upload")
}

// DeleteUpload deletes an upload that is not wanted and that no form has taken,
// or gives ErrUploadGone.
func DeleteUpload(ctx context.Context, tx *gorm.DB, id string) error {
	n, err := db.Rows[Upload](tx).Where("id = ? AND "+unused, id).Delete(ctx)
	return goneUnless(n, err, "delete upload")
}

func goneUnless(n int, err error, what string) error {
	if err == nil && n == 0 {
		err = ErrUploadGone
	}
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// ForgetUploads forgets the uploads that expired before a time, at most n. It
// answers their ids; the partial files are the caller's to remove.
func ForgetUploads(ctx context.Context, tx *gorm.DB, before time.Time, n int) (ids []string, err error) {
	expired, err := db.Rows[Upload](tx).Select("id").Where("expires_at <= ?", before).Order("expires_at").Limit(n).Find(ctx)
	if err != nil || len(expired) == 0 {
		return nil, err
	}
	for _, u := range expired {
		ids = append(ids, u.ID)
	}
	_, err = db.Rows[Upload](tx).Where("id IN ?", ids).Delete(ctx)
	return ids, err
}

// KnownUploads says which of these ids belong to an upload that still needs its
// partial file.
func KnownUploads(ctx context.Context, conn *gorm.DB, ids []string) (map[string]bool, error) {
	known := map[string]bool{}
	rows, err := db.Rows[Upload](conn).Select("id").Where("id IN ? AND "+unused, ids).Find(ctx)
	for _, u := range rows {
		known[u.ID] = true
	}
	return known, err
}
