package views

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"superbook/forms"
	"superbook/kit/form"
	"superbook/kit/problem"
	"superbook/kit/render"
	"superbook/models"
)

// PostSharePage asks for a few words to pass a post on with; there need be none.
type PostSharePage struct {
	Base
	Post models.PostCard
	Form forms.Post
}

// Template names the page's template.
func (PostSharePage) Template() string { return "posts/share" }

// shareable finds what a share of the post out of the path passes on: of a
// share, the post behind it. What is for one person stays there.
func (v *Views) shareable(c echo.Context) (models.PostCard, error) {
	p, err := v.visiblePost(c)
	switch {
	case err != nil:
		return p, err
	case p.Personal():
		return p, problem.New(http.StatusConflict, "This was written for one person. It cannot be passed on.")
	case p.Shared != nil:
		return *p.Shared, nil
	case p.Gone():
		return p, problem.NotFound("What this post passed on is no longer here.")
	}
	return p, nil
}

// PostShare handles GET /posts/:id/share.
func (v *Views) PostShare(c echo.Context) error {
	p, err := v.shareable(c)
	if err != nil {
		return err
	}
	return render.Show(c, PostSharePage{v.base(c, "feed", "Share this post"), p, forms.Post{Sharing: true}})
}

// PostShareSave handles POST /posts/:id/share.
func (v *Views) PostShareSave(c echo.Context) error {
	if err := slowDown(v.Limits.PostsByAccount, me(c).Username); err != nil {
		return err
	}
	original, err := v.shareable(c)
	if err != nil {
		return err
	}
	f := forms.Post{Sharing: true}
	if ok, err := form.Read(c, &f); err != nil {
		return err
	} else if !ok {
		return refuse(c, f.All(), PostSharePage{v.base(c, "feed", "Share this post"), original, f})
	}
	p := models.Post{UserID: me(c).ID, SharedID: &original.ID, Text: f.Text}
	if err := v.publish(c.Request().Context(), &p); err != nil {
		return err
	}
	v.News.Counted(c.Request().Context(), original.ID)
	return v.postAccepted(c, p)
}
