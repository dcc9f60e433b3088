package views

import (
	"net/http"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/kit/auth"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
)

// FollowButton is the form by which a viewer follows a member, or no longer does.
type FollowButton struct {
	models.Face
	Following bool
	Next      string // the page that the button is on
}

// UserFollow handles POST /users/:username/follow.
func (v *Views) UserFollow(c echo.Context) error {
	ctx := c.Request().Context()
	if err := v.slowReactions(c); err != nil {
		return err
	}
	m, err := v.visibleUser(c)
	if err != nil {
		return err
	}
	var isNew bool
	var told []int64
	err = v.DB.Tx(ctx, func(tx *gorm.DB) (err error) {
		isNew, told, err = models.CreateFollow(ctx, tx, me(c).ID, m.ID)
		return err
	})
	if err != nil {
		return err
	}
	v.News.Told(ctx, told)
	return v.followed(c, m, true, isNew)
}

// UserUnfollow handles POST /users/:username/unfollow.
func (v *Views) UserUnfollow(c echo.Context) error {
	ctx := c.Request().Context()
	if err := v.slowReactions(c); err != nil {
		return err
	}
	m, err := v.visibleUser(c)
	if err != nil {
		return err
	}
	var was bool
	err = v.DB.Tx(ctx, func(tx *gorm.DB) (err error) {
		was, err = models.DeleteFollow(ctx, tx, me(c).ID, m.ID)
		return err
	})
	if err != nil {
		return err
	}
	return v.followed(c, m, false, was)
}

// visibleUser finds the member out of the path, if the viewer sees them.
func (v *Views) visibleUser(c echo.Context) (models.Face, error) {
	username, err := route.Param(c, "username")
	if err != nil {
		return models.Face{}, err
	}
	return models.MembersIn(v.DB.Read).VisibleTo(me(c)).Named(username).Face(c.Request().Context())
}

// followed answers with how it stands now: a script gets the button anew,
// everybody else the page that the button is on.
func (v *Views) followed(c echo.Context, m models.Face, following, changed bool) error {
	if changed {
		v.changed(me(c).ID) // the feed has other authors now
		v.News.Known(c.Request().Context(), me(c).ID, m.ID)
	}
	next := auth.SafeNext(c.FormValue("next"))
	switch {
	case wantsJSON(c):
		return c.JSON(http.StatusOK, struct {
			Following bool `json:"following"`
		}{following})
	case wantsPart(c):
		return render.ShowPart(c, http.StatusOK, "follow_button", FollowButton{m, following, next})
	case next != "":
		return c.Redirect(http.StatusSeeOther, next)
	}
	return route.Redirect(c, "user", m.Username)
}
