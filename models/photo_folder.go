package models

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"superbook/kit/db"
)

// Held is what a folder in the media store holds.
type Held struct {
	State   State  // of the photo; empty for what is no picture
	Version string // of the variants that are shown
}

// HeldIn tells of the photos that these folders belong to. A folder that is
// missing in the answer belongs to none.
func HeldIn(ctx context.Context, conn *gorm.DB, folders []string) (map[string]Held, error) {
	held := map[string]Held{}
	if len(folders) == 0 {
		return held, nil
	}
	rows, err := db.Rows[Photo](conn).Select("folder", "state", "version").Where("folder IN ?", folders).Find(ctx)
	for _, p := range rows {
		held[p.Folder] = Held{p.State, p.Version}
	}
	return held, err
}

// AttachedIn tells the same of the folders that belong to an attachment.
func AttachedIn(ctx context.Context, conn *gorm.DB, folders []string) (map[string]Held, error) {
	held := map[string]Held{}
	if len(folders) == 0 {
		return held, nil
	}
	rows, err := attachments(conn).Where("attachments.folder IN ?", folders).Find(ctx)
	for _, a := range rows {
		held[a.Folder] = Held{a.State, a.Version}
	}
	return held, err
}

// LockVersion tells which version of a photo is shown, or "". In a transaction
// the answer holds until its end: the row is locked.
func LockVersion(ctx context.Context, tx *gorm.DB, id int64) (string, error) {
	rows, err := db.Rows[Photo](tx, clause.Locking{Strength: clause.LockingStrengthUpdate}).Select("version").Where("id = ?", id).Find(ctx)
	if err != nil || len(rows) == 0 {
		return "", wrap("lock photo", err)
	}
	return rows[0].Version, nil
}

// Outlived says whether a version of a ready photo is no longer the one that is
// shown, and was not since before a time. In a transaction the answer holds until
// its end: the row is locked.
func Outlived(ctx context.Context, tx *gorm.DB, folder, version string, before time.Time) (bool, error) {
	rows, err := db.Rows[Photo](tx, clause.Locking{Strength: clause.LockingStrengthUpdate}).Select("id").
		Where("folder = ? AND state = ? AND version <> ? AND version_at < ?", folder, Ready, version, before).Find(ctx)
	return len(rows) == 1, wrap("lock photo", err)
}
