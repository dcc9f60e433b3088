package views

import (
	"context"

	"superbook/kit/async"
	"superbook/models"
)

// What the chapters of a dossier show of long lists.
const (
	placesListed    = 40
	witnessesListed = 8
	postsQuoted     = 5
	photosPrinted   = 8
	facesPrinted    = 24
)

// DossierRegistry is what the registry says.
type DossierRegistry struct {
	Chapter
	Member  models.Member
	Verdict models.Verdict
}

// DossierPlaces is where the hero was seen, year by year.
type DossierPlaces struct {
	Chapter
	Name   string
	Places []models.PlaceYear
}

// DossierWitnesses are who saw the hero most.
type DossierWitnesses struct {
	Chapter
	Name      string
	Witnesses []models.Witness
}

// DossierPosts are the hero's words that were liked most.
type DossierPosts struct {
	Chapter
	Name  string
	Posts []models.PostCard
}

// DossierPhotos are the hero's newest photos.
type DossierPhotos struct {
	Chapter
	Name   string
	Photos []models.Photo
}

// DossierFollowers are who follows the hero.
type DossierFollowers struct {
	Chapter
	Name  string
	Count int // of all
	Faces []models.FollowCard
}

// chapter is a Chapter with who is asked for it, and how.
type chapter struct {
	Chapter
	service *async.Late
	ask     func(ctx context.Context, ch Chapter) (sheet, error)
}

// dossier is the outline for one viewer, and how each chapter of it is written.
func (v *Views) dossier(who models.Viewer, m models.Member) (outline []Chapter, write []func(context.Context) (sheet, error)) {
	for _, ch := range v.chapters(who, m) {
		outline, write = append(outline, ch.Chapter), append(write, ch.write)
	}
	return outline, write
}

func (v *Views) chapters(who models.Viewer, m models.Member) []chapter {
	database := v.Late.Database
	seen := models.SightingsIn(v.DB.Read).VisibleTo(who).Of(m.ID)
	posts := models.PostsVisibleTo(v.DB.Read, who).By(m.ID)
	photos := models.PhotosIn(v.DB.Read).By(m.ID).VisibleTo(models.Viewer{})
	return []chapter{
		{Chapter{"registry", "The registry", "Asking the hero registry…"}, v.Late.Registry, v.writeRegistry(m)},
		{Chapter{"places", "Where and when", "Unfolding the map…"}, database, func(ctx context.Context, ch Chapter) (sheet, error) {
			rows, err := seen.Places(ctx, placesListed)
			return sheet{"dossier_places", DossierPlaces{ch, m.Name, rows}}, err
		}},
		{Chapter{"witnesses", "Witnesses", "Looking for witnesses…"}, database, func(ctx context.Context, ch Chapter) (sheet, error) {
			rows, err := seen.Witnesses(ctx, witnessesListed)
			return sheet{"dossier_witnesses", DossierWitnesses{ch, m.Name, rows}}, err
		}},
		{Chapter{"posts", "In their own words", "Leafing through the posts…"}, database, func(ctx context.Context, ch Chapter) (sheet, error) {
			rows, err := posts.Best(ctx, postsQuoted)
			return sheet{"dossier_posts", DossierPosts{ch, m.Name, rows}}, err
		}},
		{Chapter{"photos", "Photos", "Opening the album…"}, database, func(ctx context.Context, ch Chapter) (sheet, error) {
			rows, err := photos.Newest(photosPrinted).Find(ctx)
			return sheet{"dossier_photos", DossierPhotos{ch, m.Name, rows}}, err
		}},
		{Chapter{"followers", "Followers", "Counting heads…"}, database, v.writeFollowers(who, m)},
	}
}

func (v *Views) writeRegistry(m models.Member) func(context.Context, Chapter) (sheet, error) {
	registry := v.Registry
	return func(ctx context.Context, ch Chapter) (sheet, error) {
		verdict, err := registry.Check(ctx, m.Claim())
		return sheet{"dossier_registry", DossierRegistry{ch, m, verdict}}, err
	}
}

func (v *Views) writeFollowers(who models.Viewer, m models.Member) func(context.Context, Chapter) (sheet, error) {
	return func(ctx context.Context, ch Chapter) (sheet, error) {
		rows, err := models.FollowersOf(ctx, v.DB.Read, who, m.ID, 0, facesPrinted)
		return sheet{"dossier_followers", DossierFollowers{ch, m.Name, m.Followers, rows}}, err
	}
}

// write asks for the chapter, and gives it up at the limit.
func (ch chapter) write(ctx context.Context) (sheet, error) {
	return async.Soon(ctx, ch.service, dossierLimit, func(ctx context.Context) (sheet, error) { return ch.ask(ctx, ch.Chapter) }, nil)
}
