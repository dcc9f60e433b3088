package views

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/forms"
	"superbook/kit/async"
	"superbook/kit/form"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
	"superbook/tasks"
)

// patience is how long a profile page waits for what it can do without.
const patience = 300 * time.Millisecond

// UserPage is a member's profile.
type UserPage struct {
	Base
	PostList
	Member  models.Known
	Age     int
	HasAge  bool
	Verdict models.Verdict
	Photos  []models.Photo
	Seen    []models.SightingCard // the latest sightings of a hero
	Mine    bool                  // the viewer's own: the address is shown, and what can be edited
	Older   bool                  // not the newest page of posts
}

// Template names the page's template.
func (UserPage) Template() string { return "user" }

// Here says whether the member is on patrol, as it is also pushed.
func (p UserPage) Here() tasks.Here { return tasks.Here{ID: p.Member.ID, Here: p.Member.Here} }

// Button is the viewer's button to follow the member.
func (p UserPage) Button() FollowButton {
	face := models.Face{ID: p.Member.ID, Username: p.Member.Username, Name: p.Member.Name}
	return FollowButton{face, p.Member.Following, p.Path}
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
	page := UserPage{Base: v.base(c, "heroes", m.Name), Member: m, Mine: m.ID == me(c).ID, Verdict: models.Unverified, Older: q.ID != 0}
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

// fillProfile asks for the posts, the photos and the registry side by side, and
// does not wait for a registry that is slow.
func (v *Views) fillProfile(ctx context.Context, who models.Viewer, page *UserPage, before int64) error {
	ctx, stop := context.WithTimeout(ctx, 5*time.Second)
	defer stop()
	var cards []models.PostCard
	g := async.NewGroup(ctx)
	async.Go(g, &page.Photos, models.PhotosIn(v.DB.Read).By(page.Member.ID).VisibleTo(models.Viewer{}).Newest(12).Find)
	async.Go(g, &cards, func(ctx context.Context) ([]models.PostCard, error) {
		return models.PostsVisibleTo(v.DB.Read, who).By(page.Member.ID).Before(before).Page(ctx, postsShown+1)
	})
	if page.Member.Kind == models.Hero {
		async.Go(g, &page.Seen, models.SightingsIn(v.DB.Read).VisibleTo(who).Of(page.Member.ID).Newest(3).Find)
		async.Maybe(g, &page.Verdict, v.verdict(page.Member.Member), func(err error) {
			v.Log.WarnContext(ctx, "hero registry", "member", page.Member.Username, "error", err)
		})
	}
	err := g.Wait()
	page.PostList = listOf(cards)
	return err
}

func (v *Views) verdict(m models.Member) func(context.Context) (models.Verdict, error) {
	return func(ctx context.Context) (models.Verdict, error) {
		ctx, stop := context.WithTimeout(ctx, patience)
		defer stop()
		return v.Registry.Check(ctx, m.Claim())
	}
}

// Me handles GET /users/me: a link that is the same for everybody.
func (v *Views) Me(c echo.Context) error { return route.Redirect(c, "user", me(c).Username) }

// MeEditPage is the form for one's own profile.
type MeEditPage struct {
	Base
	Form    forms.Profile
	Powers  []models.Power // for suggestions
	Origins []models.Origin
}

// Template names the page's template.
func (MeEditPage) Template() string { return "me/edit" }

func (v *Views) meEditPage(c echo.Context, f forms.Profile) (page MeEditPage, err error) {
	ctx := c.Request().Context()
	page = MeEditPage{Base: v.base(c, "me", "Edit your profile"), Form: f}
	if page.Powers, err = models.PopularPowers(ctx, v.DB.Read, choices); err != nil {
		return page, err
	}
	page.Origins, err = models.PopularOrigins(ctx, v.DB.Read, choices)
	return page, err
}

// MeEdit handles GET /users/me/edit.
func (v *Views) MeEdit(c echo.Context) error {
	m, err := models.MembersIn(v.DB.Read).Named(me(c).Username).Take(c.Request().Context())
	if err != nil {
		return err
	}
	page, err := v.meEditPage(c, forms.ProfileOf(m))
	if err != nil {
		return err
	}
	return render.Show(c, page)
}

// MeEditSave handles POST /users/me/edit.
func (v *Views) MeEditSave(c echo.Context) error {
	ctx := c.Request().Context()
	var f forms.Profile
	if ok, err := form.Read(c, &f); err != nil {
		return err
	} else if !ok {
		page, err := v.meEditPage(c, f)
		if err != nil {
			return err
		}
		return refuse(c, f.All(), page)
	}
	err := v.DB.Tx(ctx, func(tx *gorm.DB) error {
		who := models.User{ID: me(c).ID, Username: me(c).Username}
		return models.SaveProfile(ctx, tx, who, f.Model())
	})
	if err != nil {
		return err
	}
	v.Auth.Flash(c, "Saved.")
	return route.Redirect(c, "user", me(c).Username)
}
