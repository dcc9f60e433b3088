package views

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/kit/photo"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
	"superbook/tasks"
)

// PhotoPage shows one photo: how far the work on it has come, and then itself.
type PhotoPage struct {
	Base
	Photo models.Photo
	Owner models.Member
	Mine  bool
	Task  int64 // the number of the task that works on it, for its owner; or 0
}

// KeptOld is why a ready photo still shows its old square, in words for its owner
// alone, or "".
func (p PhotoPage) KeptOld() string {
	if !p.Mine || p.Photo.State != models.Ready || p.Photo.Cutting() {
		return ""
	}
	return p.Photo.Failure
}

// Template names the page's template.
func (PhotoPage) Template() string { return "photo" }

// Photo handles GET /photos/:id, as a page that follows the work or as JSON.
func (v *Views) Photo(c echo.Context) error {
	ctx := c.Request().Context()
	id, err := route.ID(c)
	if err != nil {
		return err
	}
	p, err := models.PhotosIn(v.DB.Read).VisibleTo(me(c)).Get(ctx, id)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return v.photoElsewhere(c, id, err)
	} else if err != nil {
		return err
	}
	if wantsJSON(c) {
		return v.photoJSON(c, http.StatusOK, p)
	}
	owner, err := models.MembersIn(v.DB.Read).Numbered(p.UserID).Take(ctx)
	if err != nil {
		return err
	}
	page := PhotoPage{Base: v.base(c, "photos", "Photo"), Photo: p, Owner: owner, Mine: p.UserID == me(c).ID}
	if err = v.followsPhoto(c, &page); err == nil {
		err = v.noteSeen(c, &page.Base, models.About{PhotoID: p.ID})
	}
	if err != nil {
		return err
	}
	return render.Show(c, page)
}

// followsPhoto has the page follow its photo for as long as somebody works on it.
func (v *Views) followsPhoto(c echo.Context, page *PhotoPage) (err error) {
	if page.Photo.Final() && !page.Photo.Cutting() {
		return nil
	}
	page.Refresh = 2
	if page.Mine {
		t, err := v.photoTask(c, page.Photo)
		if err != nil {
			return err
		}
		page.Task = t.ID
	}
	page.Follow, err = v.follow(c, tasks.PhotoTopic(page.Photo.ID))
	return err
}

// photoElsewhere leads from a photo that is no portrait to the post that it is
// attached to. While it waits for its post, its owner is led to the picture.
func (v *Views) photoElsewhere(c echo.Context, id int64, missing error) error {
	ctx := c.Request().Context()
	a, err := models.AttachmentOfPhoto(ctx, v.DB.Read, id)
	if err == nil {
		a, err = models.AttachmentVisibleTo(ctx, v.DB.Read, me(c), a.ID)
	}
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound), err == nil && a.PostID == nil && !a.Shown():
		return missing
	case err != nil:
		return err
	case a.PostID != nil:
		return route.Redirect(c, "post", *a.PostID)
	}
	return route.Redirect(c, "attachment", a.ID, "1280.jpg")
}

// photoBody is a photo as JSON.
type photoBody struct {
	ID          int64             `json:"id"`
	State       models.State      `json:"state"`
	Progress    int               `json:"progress"`
	Variants    map[string]string `json:"variants"`
	Placeholder string            `json:"placeholder"`
	Width       int               `json:"width"`
	Height      int               `json:"height"`
	Alt         string            `json:"alt"`
	Error       string            `json:"error"` // for its owner alone
	Crop        cropBody          `json:"crop"`
}

// cropBody is the square that is to show, in percent: x of the width, y of the
// height, the side of the shorter side. All zero is the middle.
type cropBody struct {
	X    float64 `json:"x"`
	Y    float64 `json:"y"`
	Side float64 `json:"side"`
}

func (v *Views) photoJSON(c echo.Context, status int, p models.Photo) error {
	if p.UserID != me(c).ID {
		p.Failure = ""
	}
	body := photoBody{p.ID, p.State, p.Progress, map[string]string{}, p.Placeholder, p.Width, p.Height, p.Alt, p.Failure,
		cropBody{float64(p.CropX) / 100, float64(p.CropY) / 100, float64(p.CropSide) / 100}}
	if p.State == models.Ready {
		for _, name := range photo.VariantNames() {
			path, err := route.Path(c, "media", p.Folder, p.Version, name+".jpg")
			if err != nil {
				return err
			}
			body.Variants[name] = path
		}
	}
	return privateJSON(c, status, body)
}
