package views

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/forms"
	"superbook/kit/form"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
)

// PostNewPage is the form for a new post on a page of its own: for a post to one
// person, and for one that was refused.
type PostNewPage struct {
	Base
	Composer
}

// Template names the page's template.
func (PostNewPage) Template() string { return "posts/new" }

// PostNew handles GET /posts/new?to=username.
func (v *Views) PostNew(c echo.Context) error {
	f := forms.Post{To: form.Line(c.QueryParam("to"))}
	return render.Show(c, PostNewPage{v.base(c, "feed", "Write a post"), v.composer(f, nil)})
}

// PostNewSave handles POST /posts/new. Files that came with the form wait for
// their post from the moment they are here, so a form that is refused loses none.
func (v *Views) PostNewSave(c echo.Context) error {
	ctx := c.Request().Context()
	if err := slowDown(v.Limits.PostsByAccount, me(c).Username); err != nil {
		return err
	}
	f, err := v.receivePost(c)
	if err != nil {
		return err
	}
	if f.Remove != "" || f.Add {
		return v.postAgain(c, f)
	}
	p, cards, err := v.checkPost(ctx, me(c), &f)
	if err == nil && f.OK() {
		err = v.publish(ctx, &p, cards...)
	}
	if errors.Is(err, models.ErrAttached) { // by the same form, sent twice at once
		cards, err = v.waitingFiles(ctx, me(c), &f)
	}
	if err != nil {
		return err
	}
	if !f.OK() {
		return refuse(c, f.All(), PostNewPage{v.base(c, "feed", "Write a post"), v.composer(f, cards)})
	}
	return v.postAccepted(c, p)
}

// postAgain takes a file out of the form, or puts one in, and shows it again.
func (v *Views) postAgain(c echo.Context, f forms.Post) error {
	ctx := c.Request().Context()
	if id := v.fileOf(me(c), f.Remove); id != 0 {
		if err := v.removeFile(ctx, me(c).ID, id); err != nil {
			return err
		}
		f.Attachments = slices.DeleteFunc(f.Attachments, func(token string) bool { return token == f.Remove })
	}
	cards, err := v.waitingFiles(ctx, me(c), &f)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if !f.OK() {
		status = http.StatusUnprocessableEntity
	}
	return render.ShowStatus(c, status, PostNewPage{v.base(c, "feed", "Write a post"), v.composer(f, cards)})
}

// checkPost holds the form against its own rules and the database.
func (v *Views) checkPost(ctx context.Context, who models.Viewer, f *forms.Post) (p models.Post, cards []models.AttachmentCard, err error) {
	if cards, err = v.waitingFiles(ctx, who, f); err != nil {
		return p, nil, err
	}
	f.Check()
	p = f.Model(who.ID)
	return p, cards, v.addressPost(ctx, who, f, &p)
}

// addressPost finds the one person that a post is for. A name that nobody has,
// or whom the author does not see, is a fault of the form.
func (v *Views) addressPost(ctx context.Context, who models.Viewer, f *forms.Post, p *models.Post) error {
	if f.To == "" {
		return nil
	}
	m, err := models.MembersIn(v.DB.Read).VisibleTo(who).Named(f.To).Take(ctx)
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound) || err == nil && m.ID == who.ID:
		f.NoRecipient()
		return nil
	case err == nil:
		p.RecipientID = &m.ID
	}
	return err
}

// publish saves a post with its files and shows it to whom it concerns.
func (v *Views) publish(ctx context.Context, p *models.Post, files ...models.AttachmentCard) error {
	var told []int64
	again := false
	err := v.DB.Tx(ctx, func(tx *gorm.DB) (err error) {
		if len(files) == 0 { // files can be given to one post only
			var old models.Post
			if old, again, err = models.SaidJustNow(ctx, tx, *p); err != nil || again {
				*p = old
				return err
			}
		}
		if told, err = models.CreatePost(ctx, tx, p); err != nil {
			return err
		}
		return models.Attach(ctx, tx, *p, files)
	})
	if err != nil || again {
		return err
	}
	v.News.PostCreated(ctx, p.ID, p.UserID)
	v.News.Told(ctx, told)
	return nil
}

// postAccepted goes to where the new post can be seen first: the feed, or its
// own page if it is for one person.
func (v *Views) postAccepted(c echo.Context, p models.Post) error {
	if wantsJSON(c) {
		path, err := route.Path(c, "post", p.ID)
		if err != nil {
			return err
		}
		c.Response().Header().Set(echo.HeaderLocation, path)
		return c.JSON(http.StatusCreated, struct {
			ID  int64  `json:"id"`
			URL string `json:"url"`
		}{p.ID, path})
	}
	if p.Personal() {
		v.Auth.Flash(c, "Sent. Nobody else can see it.")
		return route.Redirect(c, "post", p.ID)
	}
	v.Auth.Flash(c, "Said.")
	return route.Redirect(c, "feed")
}
