package views

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"superbook/forms"
	"superbook/kit/form"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
)

// commentsShown is how many comments a post's page has.
const commentsShown = 50

// PostPage is a post's permanent page, with what was said about it.
type PostPage struct {
	Base
	Post     models.PostCard
	Comments []models.CommentCard
	More     int64 // the number of the last comment shown, if there are newer ones
	Form     forms.Comment
	Mine     bool
}

// Template names the page's template.
func (PostPage) Template() string { return "posts/post" }

// Heading is the page in a few words, for its title and for screen readers.
func (p PostPage) Heading() string { return "Post by " + p.Post.Author.Name }

// After is the query of a list that goes on from its beginning.
type After struct {
	ID int64 `query:"after"`
}

// Post handles GET /posts/:id, as a page or as JSON.
func (v *Views) Post(c echo.Context) error {
	p, err := v.visiblePost(c)
	if err != nil {
		return err
	}
	if wantsJSON(c) {
		body, err := postJSON(c, p)
		if err != nil {
			return err
		}
		c.Response().Header().Set(echo.HeaderCacheControl, "private, no-cache")
		return c.JSON(http.StatusOK, body)
	}
	page, err := v.postPage(c, p, forms.Comment{})
	if err == nil {
		err = v.noteSeen(c, &page.Base, models.About{PostID: p.ID})
	}
	if err != nil {
		return err
	}
	return render.Show(c, page)
}

// visiblePost finds the post out of the path, if the viewer may see it.
func (v *Views) visiblePost(c echo.Context) (models.PostCard, error) {
	id, err := route.ID(c)
	if err != nil {
		return models.PostCard{}, err
	}
	return models.PostsVisibleTo(v.DB.Read, me(c)).Get(c.Request().Context(), id)
}

func (v *Views) postPage(c echo.Context, p models.PostCard, f forms.Comment) (page PostPage, err error) {
	var q After
	if err := form.Query(c, &q); err != nil {
		return page, err
	}
	page = PostPage{Base: v.base(c, "feed", ""), Post: p, Form: f, Mine: p.UserID == me(c).ID}
	page.Title, page.Noindex = page.Heading(), p.Personal()
	page.Comments, err = models.CommentsOf(c.Request().Context(), v.DB.Read, me(c), p, q.ID, commentsShown+1)
	if err != nil {
		return page, err
	}
	if len(page.Comments) > commentsShown {
		page.Comments = page.Comments[:commentsShown]
		page.More = page.Comments[commentsShown-1].ID
	}
	page.Follow, err = v.follow(c, followPosts(nil, p)...)
	return page, err
}
