package tasks

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"superbook/kit/photo"
	"superbook/models"
)

// versionsKept is how many versions a photo may have at once: the one that is
// shown, the one before, and the newest others, for pages that are open.
const versionsKept = 4

// version is a folder with one version of a photo's variants.
type version struct {
	name    string
	sizes   int       // that are there
	written time.Time // the last of them
}

// versions are those of one photo, the last written first.
func (d *Deps) versions(ctx context.Context, p models.Photo) (all []version, err error) {
	err = d.Media.Walk(ctx, sizes(p), func(key string, modified time.Time) error {
		parts := strings.Split(key, "/") // kind, folder, version, size
		if len(parts) != 4 {
			return nil
		}
		if len(all) == 0 || all[len(all)-1].name != parts[2] {
			all = append(all, version{name: parts[2]})
		}
		last := &all[len(all)-1]
		last.sizes++
		if modified.After(last.written) {
			last.written = modified
		}
		return nil
	})
	slices.SortStableFunc(all, func(a, b version) int { return b.written.Compare(a.written) })
	return all, err
}

// show makes what was cut the variants that are shown, as write puts it down, and
// removes the versions beyond those that may be kept. It answers false when write
// does, and when somebody has removed some of what was cut: versions go only while
// the row is locked, as it is here, so what is shown is whole. If the transaction
// fails, what was shown before is still there.
func (d *Deps) show(ctx context.Context, tx *gorm.DB, p models.Photo, write func(context.Context, *gorm.DB, models.Photo) (bool, error)) (bool, error) {
	before, err := models.LockVersion(ctx, tx, p.ID)
	if err != nil {
		return false, err
	}
	all, err := d.versions(ctx, p)
	if err != nil {
		return false, err
	}
	if !slices.ContainsFunc(all, func(v version) bool { return v.name == p.Version && v.sizes == len(photo.VariantNames()) }) {
		return false, nil
	}
	if done, err := write(ctx, tx, p); err != nil || !done {
		return false, err
	}
	return true, d.prune(p, all, before)
}

// prune removes all versions but the current, the one before it, and the newest
// of the others.
func (d *Deps) prune(p models.Photo, all []version, before string) error {
	others := slices.DeleteFunc(all, func(v version) bool { return v.name == p.Version || v.name == before })
	for _, v := range others[min(len(others), versionsKept-2):] {
		if err := d.Media.RemoveAll(sizes(p) + "/" + v.name); err != nil {
			return err
		}
	}
	return nil
}
