package views

import (
	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/kit/form"
	"superbook/kit/problem"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
)

// UserBlockPage asks before two members lose sight of each other.
type UserBlockPage struct {
	Base
	Member models.Face
}

// Template names the page's template.
func (UserBlockPage) Template() string { return "users/block" }

// blockable finds the member out of the path, if the viewer sees them or
// blocks them already.
func (v *Views) blockable(c echo.Context) (models.Face, error) {
	username, err := route.Param(c, "username")
	if err != nil {
		return models.Face{}, err
	}
	m, err := models.MembersIn(v.DB.Read).Blockable(me(c)).Named(username).Face(c.Request().Context())
	if err == nil && m.ID == me(c).ID {
		err = problem.NotFound("You cannot block yourself. Some days one would like to.")
	}
	return m, err
}

// UserBlock handles GET /users/:username/block.
func (v *Views) UserBlock(c echo.Context) error {
	m, err := v.blockable(c)
	if err != nil {
		return err
	}
	return render.Show(c, UserBlockPage{v.base(c, "heroes", "Block "+m.Name+"?"), m})
}

// UserBlockSave handles POST /users/:username/block.
func (v *Views) UserBlockSave(c echo.Context) error {
	ctx := c.Request().Context()
	if err := v.slowReactions(c); err != nil {
		return err
	}
	m, err := v.blockable(c)
	if err != nil {
		return err
	}
	err = v.DB.Tx(ctx, func(tx *gorm.DB) error { return models.CreateBlock(ctx, tx, me(c).ID, m.ID) })
	if err != nil {
		return err
	}
	return v.blocksChanged(c, m, m.Name+" is blocked. You do not see each other any more.")
}

// UserUnblock handles POST /users/:username/unblock. It says nothing of whether
// the other one blocks too.
func (v *Views) UserUnblock(c echo.Context) error {
	ctx := c.Request().Context()
	if err := v.slowReactions(c); err != nil {
		return err
	}
	m, err := v.blockable(c)
	if err != nil {
		return err
	}
	err = v.DB.Tx(ctx, func(tx *gorm.DB) error { return models.DeleteBlock(ctx, tx, me(c).ID, m.ID) })
	if err != nil {
		return err
	}
	return v.blocksChanged(c, m, "You do not block "+m.Name+" any more.")
}

// blocksChanged ends the streams and sockets of both, who may now see more or less, and
// brings their numbers up to date.
func (v *Views) blocksChanged(c echo.Context, other models.Face, words string) error {
	ctx := c.Request().Context()
	v.changed(me(c).ID, other.ID)
	v.unseat(0, me(c).ID)
	v.unseat(0, other.ID)
	v.News.Known(ctx, me(c).ID, other.ID)
	v.News.Seen(ctx, me(c).ID)
	v.News.Seen(ctx, other.ID)
	v.Auth.Flash(c, words)
	return route.Redirect(c, "me.blocked")
}

// MeBlockedPage lists whom the viewer blocks.
type MeBlockedPage struct {
	Base
	People []models.BlockedCard
	More   int64 // the number before which there are more; 0 when there are none
}

// Template names the page's template.
func (MeBlockedPage) Template() string { return "me/blocked" }

// MeBlocked handles GET /users/me/blocked.
func (v *Views) MeBlocked(c echo.Context) error {
	var q Before
	if err := form.Query(c, &q); err != nil {
		return err
	}
	list, err := models.BlockedBy(c.Request().Context(), v.DB.Read, me(c).ID, q.ID, peopleListed+1)
	if err != nil {
		return err
	}
	page := MeBlockedPage{Base: v.base(c, "me", "Whom you block"), People: list}
	if len(list) > peopleListed {
		page.People = list[:peopleListed]
		page.More = page.People[peopleListed-1].ID
	}
	return render.Show(c, page)
}
