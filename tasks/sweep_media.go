package tasks

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"superbook/models"
)

// versionsFor is how long the old variants of a photo stay when others are shown
// in their place, as a multiple of the grace: a day. Pages that are open still
// show them.
const versionsFor = 24

// mediaFolder is what a walk has found of one photo or attachment.
type mediaFolder struct {
	name string
	aged []string // versions with files so old that they may go
}

// sweepMedia removes the files that nothing in the database owns, and the old
// versions of photos. Names are looked up in batches, so that memory stays small
// however many there are.
func sweepMedia(ctx context.Context, d *Deps, grace time.Duration) (removed int, err error) {
	orphans, versions := time.Now().UTC().Add(-grace), time.Now().UTC().Add(-versionsFor*grace)
	for _, kind := range []string{"originals", "variants", "attached"} {
		var batch []mediaFolder
		flush := func() error {
			n, err := removeOutlived(ctx, d, kind, batch, versions)
			removed, batch = removed+n, batch[:0]
			return err
		}
		err = d.Media.Walk(ctx, kind, func(key string, modified time.Time) error {
			if modified.After(orphans) {
				return nil
			}
			parts := strings.Split(key, "/") // kind, folder, version, size
			if len(batch) == 0 || batch[len(batch)-1].name != parts[1] {
				if len(batch) == 500 {
					if err := flush(); err != nil {
						return err
					}
				}
				batch = append(batch, mediaFolder{name: parts[1]})
			}
			if last := &batch[len(batch)-1]; len(parts) == 4 && !modified.After(versions) && !slices.Contains(last.aged, parts[2]) {
				last.aged = append(last.aged, parts[2])
			}
			return nil
		})
		if err == nil {
			err = flush()
		}
		if err != nil {
			return removed, err
		}
	}
	return removed, nil
}

func removeOutlived(ctx context.Context, d *Deps, kind string, folders []mediaFolder, before time.Time) (removed int, err error) {
	heldIn := models.HeldIn
	if kind == "attached" {
		heldIn = models.AttachedIn
	}
	names := make([]string, len(folders))
	for i, f := range folders {
		names[i] = f.name
	}
	held, err := heldIn(ctx, d.DB.Read, names)
	if err != nil {
		return 0, err
	}
	for _, f := range folders {
		h, owned := held[f.name]
		n := 0
		switch {
		case !owned, kind != "originals" && h.State == models.Failed:
			// A photo that failed in its last attempt may have been killed with its variants written.
			n, err = 1, d.Media.RemoveAll(kind+"/"+f.name)
		case h.State == models.Ready:
			n, err = removeVersions(ctx, d, kind, f, h.Version, before)
		}
		if err != nil {
			return removed, err
		}
		removed += n
	}
	return removed, nil
}

// removeVersions removes the versions of a ready photo that were shown until
// before a time. The row is locked meanwhile, or somebody could go back to a
// crop of old just when its files go.
func removeVersions(ctx context.Context, d *Deps, kind string, f mediaFolder, shown string, before time.Time) (removed int, err error) {
	for _, version := range f.aged {
		if version == shown {
			continue
		}
		err := d.DB.Tx(ctx, func(tx *gorm.DB) error {
			old, err := models.Outlived(ctx, tx, f.name, version, before)
			if err != nil || !old {
				return err
			}
			removed++
			return d.Media.RemoveAll(kind + "/" + f.name + "/" + version)
		})
		if err != nil {
			return removed, err
		}
	}
	return removed, nil
}
