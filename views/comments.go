package views

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/forms"
	"superbook/kit/form"
	"superbook/kit/problem"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
)

// CommentNewSave handles POST /posts/:id/comments.
func (v *Views) CommentNewSave(c echo.Context) error {
	ctx := c.Request().Context()
	p, err := v.visiblePost(c)
	if err != nil {
		return err
	}
	if err := slowDown(v.Limits.PostsByAccount, me(c).Username); err != nil {
		return err
	}
	var f forms.Comment
	if ok, err := form.Read(c, &f); err != nil {
		return err
	} else if !ok {
		return v.refuseComment(c, p, f)
	}
	comment := models.Comment{UserID: me(c).ID, Text: f.Text}
	if err := v.comment(ctx, me(c), p.Post, &comment); err != nil {
		return err
	}
	return commentAccepted(c, p, comment)
}

// comment saves a comment and shows it to whom it concerns. A form that was sent
// twice makes one.
func (v *Views) comment(ctx context.Context, who models.Viewer, p models.Post, comment *models.Comment) error {
	var told []int64
	again := false
	err := v.DB.Tx(ctx, func(tx *gorm.DB) (err error) {
		var old models.Comment
		if old, again, err = models.CommentedJustNow(ctx, tx, p, *comment); err != nil || again {
			*comment = old
			return err
		}
		told, err = models.CreateComment(ctx, tx, p, comment)
		return err
	})
	if err != nil || again {
		return err
	}
	v.News.CommentCreated(ctx, who, comment.ID)
	v.News.Told(ctx, told)
	return nil
}

func (v *Views) refuseComment(c echo.Context, p models.PostCard, f forms.Comment) error {
	page, err := v.postPage(c, p, f)
	if err != nil {
		return err
	}
	return refuse(c, f.All(), page)
}

func commentAccepted(c echo.Context, p models.PostCard, comment models.Comment) error {
	path, err := route.Path(c, "post", p.ID)
	if err != nil {
		return err
	}
	if p.Comments >= commentsShown { // it is beyond the first page of the talk
		path += "?after=" + strconv.FormatInt(comment.ID-1, 10)
	}
	path += "#comment-" + strconv.FormatInt(comment.ID, 10)
	if wantsJSON(c) {
		c.Response().Header().Set(echo.HeaderLocation, path)
		return c.JSON(http.StatusCreated, struct {
			ID int64 `json:"id"`
		}{comment.ID})
	}
	return c.Redirect(http.StatusSeeOther, path)
}

// CommentDeletePage asks before a comment goes for good.
type CommentDeletePage struct {
	Base
	Comment models.CommentCard
}

// Template names the page's template.
func (CommentDeletePage) Template() string { return "posts/comment_delete" }

// removable finds the comment out of the path, if it is the viewer's own or
// stands under the viewer's post.
func (v *Views) removable(c echo.Context) (models.CommentCard, models.PostCard, error) {
	id, err := route.ID(c)
	if err != nil {
		return models.CommentCard{}, models.PostCard{}, err
	}
	comment, p, err := models.CommentByID(c.Request().Context(), v.DB.Read, me(c), id)
	if err == nil && comment.UserID != me(c).ID && p.UserID != me(c).ID {
		err = problem.NotFound("There is no such comment of yours.")
	}
	return comment, p, err
}

// CommentDelete handles GET /comments/:id/delete.
func (v *Views) CommentDelete(c echo.Context) error {
	comment, _, err := v.removable(c)
	if err != nil {
		return err
	}
	return render.Show(c, CommentDeletePage{v.base(c, "feed", "Delete this comment?"), comment})
}

// CommentDeleteSave handles POST /comments/:id/delete.
func (v *Views) CommentDeleteSave(c echo.Context) error {
	ctx := c.Request().Context()
	comment, p, err := v.removable(c)
	if err != nil {
		return err
	}
	err = v.DB.Tx(ctx, func(tx *gorm.DB) error {
		_, err := models.DeleteComment(ctx, tx, comment.Comment)
		return err
	})
	if err != nil {
		return err
	}
	v.News.CommentGone(ctx, comment.Comment)
	v.Auth.Flash(c, "The comment is deleted.")
	return route.Redirect(c, "post", p.ID)
}
