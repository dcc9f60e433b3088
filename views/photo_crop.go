package views

import (
	"net/http"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/forms"
	"superbook/kit/form"
	"superbook/kit/problem"
	"superbook/kit/render"
	"superbook/models"
	"superbook/tasks"
)

// PhotoCropPage is where members choose the part of a photo that its squares
// show.
type PhotoCropPage struct {
	Base
	Photo models.Photo
	Form  forms.PhotoCrop
}

// Template names the page's template.
func (PhotoCropPage) Template() string { return "photo_crop" }

func (v *Views) photoCropPage(c echo.Context, p models.Photo, f forms.PhotoCrop) PhotoCropPage {
	return PhotoCropPage{v.base(c, "photos", "Choose the part that shows"), p, f}
}

// mineToCrop finds the viewer's own photo, as soon as there is something to see
// of it.
func (v *Views) mineToCrop(c echo.Context) (models.Photo, error) {
	p, err := v.mine(c)
	if err == nil && p.State != models.Ready {
		err = problem.New(http.StatusConflict, "This photo is not ready yet. Wait until it is, then choose the part that shows.")
	}
	return p, err
}

// PhotoCrop handles GET /photos/:id/crop.
func (v *Views) PhotoCrop(c echo.Context) error {
	p, err := v.mineToCrop(c)
	if err != nil {
		return err
	}
	return render.Show(c, v.photoCropPage(c, p, forms.PhotoCrop{Crop: forms.CropOf(p.Crop(), p.Width, p.Height)}))
}

// PhotoCropSave handles POST /photos/:id/crop. The crop and the job that cuts
// the photo anew are committed together; until it is done, the old square shows.
// It is as much work as a new photo, and counts as one.
func (v *Views) PhotoCropSave(c echo.Context) error {
	ctx := c.Request().Context()
	if err := slowDown(v.Limits.PhotosByAccount, me(c).Username); err != nil {
		return err
	}
	p, err := v.mineToCrop(c)
	if err != nil {
		return err
	}
	var f forms.PhotoCrop
	if _, err := form.Read(c, &f); err != nil {
		return err
	}
	if f.Fit(p.Width, p.Height); !f.OK() {
		return refuse(c, f.All(), v.photoCropPage(c, p, f))
	}
	err = v.DB.Tx(ctx, func(tx *gorm.DB) error {
		recut, err := models.SetCrop(ctx, tx, p.ID, f.Square())
		if err != nil || !recut {
			return err
		}
		return v.followPhoto(ctx, tx, p.UserID, tasks.ProcessPhoto{PhotoID: p.ID, Quiet: true}, f.Callback)
	})
	if err != nil {
		return err
	}
	return v.photoAccepted(c, p)
}
