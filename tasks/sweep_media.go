package tasks

import (
	"context"
	"errors"
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

// sweepTurn is how many folders are looked at before others have a turn: seconds,
// and on a slow disk still far less than the deadline.
const sweepTurn = 2000

// errTurnOver says that there are more.
var errTurnOver = errors.New("the sweep goes on in its next turn")

// mediaFolder is what a walk has found of one photo or attachment.
type mediaFolder struct {
	name string
	aged []string // versions with files so old that they may go
}

// sweepPlace is how far a job has come through the files.
type sweepPlace struct {
	Kind    string `json:"kind"`
	After   string `json:"after"` // the last folder that was looked at
	Removed int    `json:"removed"`
}

// mediaSweep removes the files that nothing in the database owns, and the old
// versions of photos. Names are looked up in batches, so that memory stays small
// however many there are.
type mediaSweep struct {
	d                 *Deps
	orphans, versions time.Time // what is younger stays
	place             sweepPlace
	most              int // folders in a turn; 0 for all
	seen              int
	batch             []mediaFolder
}

func (d *Deps) newMediaSweep(grace time.Duration) *mediaSweep {
	now := time.Now().UTC()
	return &mediaSweep{d: d, orphans: now.Add(-grace), versions: now.Add(-versionsFor * grace)}
}

// run goes on from its place to the end, or until the turn is over.
func (s *mediaSweep) run(ctx context.Context) error {
	kinds := []string{"originals", "variants", "attached"}
	for _, kind := range kinds[max(0, slices.Index(kinds, s.place.Kind)):] {
		if kind != s.place.Kind {
			s.place.Kind, s.place.After = kind, ""
		}
		err := s.d.Media.WalkAfter(ctx, kind, s.place.After, func(key string, modified time.Time) error {
			return s.see(ctx, key, modified)
		})
		if err == nil {
			err = s.flush(ctx)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *mediaSweep) see(ctx context.Context, key string, modified time.Time) error {
	if modified.After(s.orphans) {
		return nil
	}
	parts := strings.Split(key, "/") // kind, folder, version, size
	if n := len(s.batch); n == 0 || s.batch[n-1].name != parts[1] {
		if n == 500 {
			if err := s.flush(ctx); err != nil {
				return err
			}
			if s.most > 0 && s.seen >= s.most {
				return errTurnOver
			}
		}
		s.batch = append(s.batch, mediaFolder{name: parts[1]})
	}
	if last := &s.batch[len(s.batch)-1]; len(parts) == 4 && !modified.After(s.versions) && !slices.Contains(last.aged, parts[2]) {
		last.aged = append(last.aged, parts[2])
	}
	return nil
}

func (s *mediaSweep) flush(ctx context.Context) error {
	if len(s.batch) == 0 {
		return nil
	}
	n, err := removeOutlived(ctx, s.d, s.place.Kind, s.batch, s.versions)
	s.place.Removed += n
	if err != nil {
		return err
	}
	s.place.After, s.seen = s.batch[len(s.batch)-1].name, s.seen+len(s.batch)
	s.batch = s.batch[:0]
	return nil
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
