package views

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/kit/async"
	"superbook/kit/form"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
	"superbook/tasks"
)

// UserPage is a member's profile. Its parts come from several places, which are
// asked side by side; those that embed a LatePart may come after the page.
type UserPage struct {
	Base
	PostList
	Member    models.Known
	Age       int
	HasAge    bool
	Verdict   VerdictPart
	Photos    PhotosPart
	Seen      SeenPart
	Followers FollowersPart
	Mine      bool // the viewer's own: the address is shown, and what can be edited
	Older     bool // not the newest page of posts
}

// Template names the page's template.
func (UserPage) Template() string { return "user" }

// Here says whether the member is on patrol, as it is also pushed.
func (p UserPage) Here() tasks.Here { return tasks.Here{ID: p.Member.ID, Here: p.Member.Here} }

// Button is the viewer's button to follow the member.
func (p UserPage) Button() FollowButton { return FollowButton{p.face(), p.Member.Following, p.Path} }

func (p UserPage) face() models.Face {
	return models.Face{ID: p.Member.ID, Username: p.Member.Username, Name: p.Member.Name}
}

// knownUser finds the member out of the path with how they stand to the viewer,
// if the viewer sees them.
func (v *Views) knownUser(c echo.Context) (models.Known, error) {
	username, err := route.Param(c, "username")
	if err != nil {
		return models.Known{}, err
	}
	return models.MembersIn(v.DB.Read).VisibleTo(me(c)).Named(username).TakeFor(c.Request().Context(), me(c))
}

// User handles GET /users/:username.
func (v *Views) User(c echo.Context) error {
	var q Before
	if err := form.Query(c, &q); err != nil {
		return err
	}
	m, err := v.knownUser(c)
	if err != nil {
		return err
	}
	page := UserPage{Base: v.base(c, "heroes", m.Name), Member: m, Mine: m.ID == me(c).ID, Older: q.ID != 0}
	page.Age, page.HasAge = models.Age(m.Birthdate, time.Now().UTC())
	if !page.Mine {
		page.Member.Address = ""
	}
	topics := []string{tasks.UserTopic(m.ID)}
	if !page.Older {
		topics = append(topics, tasks.AuthorTopic(m.ID))
	}
	if page.Follow, err = v.follow(c, topics...); err != nil {
		return err
	}
	if err := v.fillProfile(c.Request().Context(), me(c), &page, q.ID); err != nil {
		return err
	}
	return render.Show(c, page)
}

// profileLimit is the one deadline for everything that a profile page waits for.
const profileLimit = 5 * time.Second

// fillProfile asks for all parts of the page side by side. The posts are waited
// for; each of the others only for as long as patience lasts.
func (v *Views) fillProfile(ctx context.Context, who models.Viewer, page *UserPage, before int64) error {
	ctx, stop := context.WithTimeout(ctx, profileLimit)
	defer stop()
	g := async.NewGroup(ctx)
	var cards []models.PostCard
	async.Go(g, &cards, func(ctx context.Context) ([]models.PostCard, error) {
		return models.PostsVisibleTo(v.DB.Read, who).By(page.Member.ID).Before(before).Page(ctx, postsShown+1)
	})
	m, late := page.Member.Member, v.lateParts(g, page.Path)
	face := page.face() // once: it copies the page, parts of which are being filled from here on
	page.Photos = PhotosPart{Of: face, Mine: page.Mine}
	soon(ctx, late, v.Late.Database, "photos", &page.Photos, v.askPhotos(photosShown))
	if page.Followers = (FollowersPart{Of: face, Count: m.Followers}); m.Followers > 0 {
		soon(ctx, late, v.Late.Database, "followers", &page.Followers, v.askFollowers(who, facesShown))
	}
	if m.Kind == models.Hero {
		page.Verdict = VerdictPart{Of: face, Verdict: page.Member.Verdict.Known()}
		soon(ctx, late, v.Late.Registry, "verdict", &page.Verdict, v.askVerdict(m))
		page.Seen = SeenPart{Of: face}
		soon(ctx, late, v.Late.Database, "seen", &page.Seen, v.askSeen(who))
	}
	err := g.Wait()
	page.PostList = listOf(cards)
	return err
}

// Me handles GET /users/me: a link that is the same for everybody.
func (v *Views) Me(c echo.Context) error { return route.Redirect(c, "user", me(c).Username) }
