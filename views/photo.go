package views

import (
	"net/http"

	"github.com/labstack/echo/v4"

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
	if err != nil {
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
	if !p.Final() || p.Cutting() {
		page.Refresh = 2
		page.Follow, err = v.follow(c, tasks.PhotoTopic(p.ID))
	}
	if err == nil {
		err = v.noteSeen(c, &page.Base, models.About{PhotoID: p.ID})
	}
	if err != nil {
		return err
	}
	return render.Show(c, page)
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
