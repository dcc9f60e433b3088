package views

import (
	"context"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/forms"
	"superbook/kit/form"
	"superbook/kit/problem"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
	"superbook/tasks"
)

// ownPost finds the viewer's own post out of the path. Somebody else's is not
// found, even when it can be seen.
func (v *Views) ownPost(c echo.Context) (models.PostCard, error) {
	p, err := v.visiblePost(c)
	if err == nil && p.UserID != me(c).ID {
		err = problem.NotFound("There is no such post of yours.")
	}
	return p, err
}

// PostEditPage is the form for the words of one's own post.
type PostEditPage struct {
	Base
	Post models.PostCard
	Form forms.Post
}

// Template names the page's template.
func (PostEditPage) Template() string { return "posts/edit" }

// PostEdit handles GET /posts/:id/edit.
func (v *Views) PostEdit(c echo.Context) error {
	p, err := v.ownPost(c)
	if err != nil {
		return err
	}
	return render.Show(c, PostEditPage{v.base(c, "feed", "Edit your post"), p, forms.Post{Text: p.Text}})
}

// PostEditSave handles POST /posts/:id/edit.
func (v *Views) PostEditSave(c echo.Context) error {
	p, err := v.ownPost(c)
	if err != nil {
		return err
	}
	if err := slowDown(v.Limits.PostsByAccount, me(c).Username); err != nil {
		return err
	}
	f := forms.Post{Sharing: len(p.Files) > 0 || p.SharedID != nil}
	if ok, err := form.Read(c, &f); err != nil {
		return err
	} else if !ok {
		return refuse(c, f.All(), PostEditPage{v.base(c, "feed", "Edit your post"), p, f})
	}
	if f.Text != p.Text {
		if err := v.edit(c.Request().Context(), p.Post, f.Text); err != nil {
			return err
		}
	}
	return route.Redirect(c, "post", p.ID)
}

// edit saves new words of a post and shows them to whom they concern.
func (v *Views) edit(ctx context.Context, p models.Post, text string) error {
	var told []int64
	err := v.DB.Tx(ctx, func(tx *gorm.DB) (err error) {
		told, err = models.EditPost(ctx, tx, p, text)
		return err
	})
	if err != nil {
		return err
	}
	v.News.PostEdited(ctx, p.ID, p.UserID)
	v.News.Told(ctx, told)
	return nil
}

// PostDeletePage asks before a post goes for good.
type PostDeletePage struct {
	Base
	Post models.PostCard
}

// Template names the page's template.
func (PostDeletePage) Template() string { return "posts/delete" }

// PostDelete handles GET /posts/:id/delete.
func (v *Views) PostDelete(c echo.Context) error {
	p, err := v.ownPost(c)
	if err != nil {
		return err
	}
	return render.Show(c, PostDeletePage{v.base(c, "feed", "Delete this post?"), p})
}

// PostDeleteSave handles POST /posts/:id/delete. Files go after the row: what a
// crash leaves between the two, the sweep removes.
func (v *Views) PostDeleteSave(c echo.Context) error {
	ctx := c.Request().Context()
	p, err := v.ownPost(c)
	if err != nil {
		return err
	}
	var folders []string
	err = v.DB.Tx(ctx, func(tx *gorm.DB) (err error) {
		folders, err = models.DeletePost(ctx, tx, p.Post)
		return err
	})
	if err != nil {
		return err
	}
	v.News.PostGone(ctx, p.Post)
	if err := tasks.RemoveFiles(v.Files, folders); err != nil {
		return err
	}
	v.Auth.Flash(c, "The post is deleted.")
	return route.Redirect(c, "feed")
}
