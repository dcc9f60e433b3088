package views

import (
	"context"

	"superbook/models"
)

// What a profile shows of long lists.
const (
	photosShown = 12
	facesShown  = 6
	seenShown   = 3
)

// VerdictPart is what the registry says of a hero.
type VerdictPart struct {
	LatePart
	Of      models.Face
	Verdict models.Verdict
}

// PhotosPart are a member's newest photos.
type PhotosPart struct {
	LatePart
	Of     models.Face
	Mine   bool // the viewer's own
	Photos []models.Photo
}

// SeenPart are the latest sightings of a hero.
type SeenPart struct {
	LatePart
	Of   models.Face
	Seen []models.SightingCard
}

// FollowersPart are a few faces of those who follow a member.
type FollowersPart struct {
	LatePart
	Of    models.Face
	Count int // of all
	Faces []models.FollowCard
}

func (v *Views) askVerdict(m models.Member) func(context.Context, *VerdictPart) error {
	registry := v.Registry
	return func(ctx context.Context, p *VerdictPart) error {
		verdict, err := registry.Check(ctx, m.Claim())
		if err == nil {
			p.Verdict = verdict // until then it is the one of last time
		}
		return err
	}
}

func (v *Views) askPhotos(n int) func(context.Context, *PhotosPart) error {
	return func(ctx context.Context, p *PhotosPart) (err error) {
		p.Photos, err = models.PhotosIn(v.DB.Read).By(p.Of.ID).VisibleTo(models.Viewer{}).Newest(n).Find(ctx)
		return err
	}
}

func (v *Views) askSeen(who models.Viewer) func(context.Context, *SeenPart) error {
	return func(ctx context.Context, p *SeenPart) (err error) {
		p.Seen, err = models.SightingsIn(v.DB.Read).VisibleTo(who).Of(p.Of.ID).Newest(seenShown).Find(ctx)
		return err
	}
}

func (v *Views) askFollowers(who models.Viewer, n int) func(context.Context, *FollowersPart) error {
	return func(ctx context.Context, p *FollowersPart) (err error) {
		p.Faces, err = models.FollowersOf(ctx, v.DB.Read, who, p.Of.ID, 0, n)
		return err
	}
}
