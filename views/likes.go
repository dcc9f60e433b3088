package views

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/kit/auth"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
)

// PostLike handles POST /posts/:id/like.
func (v *Views) PostLike(c echo.Context) error {
	return v.react(c, func(ctx context.Context, tx *gorm.DB, p models.Post) ([]int64, error) {
		return models.CreateLike(ctx, tx, p, me(c).ID)
	})
}

// PostUnlike handles POST /posts/:id/unlike.
func (v *Views) PostUnlike(c echo.Context) error {
	return v.react(c, func(ctx context.Context, tx *gorm.DB, p models.Post) ([]int64, error) {
		return nil, models.DeleteLike(ctx, tx, p, me(c).ID)
	})
}

// react does one thing to a post that the viewer may see. A script gets the
// button anew, everybody else the page that the button is on.
func (v *Views) react(c echo.Context, do func(ctx context.Context, tx *gorm.DB, p models.Post) ([]int64, error)) error {
	ctx := c.Request().Context()
	if err := v.slowReactions(c); err != nil {
		return err
	}
	p, err := v.visiblePost(c)
	if err != nil {
		return err
	}
	var told []int64
	err = v.DB.Tx(ctx, func(tx *gorm.DB) (err error) {
		told, err = do(ctx, tx, p.Post)
		return err
	})
	if err != nil {
		return err
	}
	v.News.Counted(ctx, p.ID)
	v.News.Told(ctx, told)
	return v.reacted(c, p)
}

// reacted shows the post's button as it is now.
func (v *Views) reacted(c echo.Context, p models.PostCard) (err error) {
	ctx := c.Request().Context()
	if p, err = models.PostsVisibleTo(v.DB.Read, me(c)).Get(ctx, p.ID); err != nil {
		return err
	}
	switch {
	case wantsJSON(c):
		return c.JSON(http.StatusOK, struct {
			Liked bool `json:"liked"`
			Likes int  `json:"likes"`
		}{p.Liked, p.Likes})
	case wantsPart(c):
		return render.ShowPart(c, http.StatusOK, "post_like", p)
	}
	return backTo(c, p.ID)
}

// wantsPart says whether a script asks for the part of the page that changed.
func wantsPart(c echo.Context) bool { return c.Request().Header.Get("X-Part") != "" }

// backTo returns to the page of this site that a form was on, at the post.
func backTo(c echo.Context, post int64) error {
	from, err := url.Parse(c.Request().Referer())
	if err == nil && from.Host == c.Request().Host {
		if next := auth.SafeNext(from.RequestURI()); next != "" {
			return c.Redirect(http.StatusSeeOther, next+"#post-"+strconv.FormatInt(post, 10))
		}
	}
	return route.Redirect(c, "post", post)
}
