package views

import (
	"context"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/kit/form"
	"superbook/kit/render"
	"superbook/models"
)

// peopleListed is how many members a list of people has.
const peopleListed = 30

// FollowsPage lists who follows a member, or whom they follow.
type FollowsPage struct {
	Base
	Of        models.Counts
	Name      string
	Followers bool // not whom they follow
	People    []Person
	More      int64 // the number before which there are older ones; 0 when there are none
	Older     bool  // not the newest page of it
}

// Person is one member in a list, with the viewer's button.
type Person struct {
	models.FollowCard
	Button *FollowButton // nil for a stranger, and for the viewer
}

// Template names the page's template.
func (FollowsPage) Template() string { return "users/follows" }

// follows is a list of who follows whom; see models.FollowersOf.
type follows func(ctx context.Context, conn *gorm.DB, who models.Viewer, user, before int64, n int) ([]models.FollowCard, error)

// UserFollowers handles GET /users/:username/followers.
func (v *Views) UserFollowers(c echo.Context) error {
	return v.followsPage(c, models.FollowersOf, true)
}

// UserFollowing handles GET /users/:username/following.
func (v *Views) UserFollowing(c echo.Context) error {
	return v.followsPage(c, models.FollowedBy, false)
}

func (v *Views) followsPage(c echo.Context, ask follows, followers bool) error {
	ctx := c.Request().Context()
	var q Before
	if err := form.Query(c, &q); err != nil {
		return err
	}
	m, err := v.knownUser(c)
	if err != nil {
		return err
	}
	list, err := ask(ctx, v.DB.Read, me(c), m.ID, q.ID, peopleListed+1)
	if err != nil {
		return err
	}
	title := "Followers of " + m.Name
	if !followers {
		title = "Whom " + m.Name + " follows"
	}
	page := FollowsPage{Base: v.base(c, "heroes", title), Of: m.Counts(), Name: m.Name, Followers: followers, Older: q.ID != 0}
	page.fill(list)
	return render.Show(c, page)
}

func (p *FollowsPage) fill(list []models.FollowCard) {
	if len(list) > peopleListed {
		list = list[:peopleListed]
		p.More = list[len(list)-1].FollowID
	}
	for _, f := range list {
		person := Person{FollowCard: f}
		if p.Me != nil && p.Me.ID != f.ID {
			person.Button = &FollowButton{f.Face, f.Followed, p.Path}
		}
		p.People = append(p.People, person)
	}
}
