package views

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/forms"
	"superbook/kit/form"
	"superbook/kit/photo"
	"superbook/kit/problem"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
	"superbook/tasks"
)

// photosKept is how many photos one member may keep.
const photosKept = 100

// PhotoBody bounds the body of a submitted photo, in bytes: more than a photo
// may have, so that one somewhat too large gets an answer with words.
const PhotoBody = 100 << 20

// MePhotosPage is where members submit photos and see their own.
type MePhotosPage struct {
	Base
	Form     forms.Photo
	Photos   []models.Photo
	ChosenID int64 // which is the profile photo
	MaxBytes int64

	refusedID int64       // the photo whose new description was refused
	refused   forms.Photo // and that description
}

// Describe is the form for a photo's description: as it is, or as it was refused.
func (p MePhotosPage) Describe(photo models.Photo) forms.Photo {
	if photo.ID == p.refusedID {
		return p.refused
	}
	return forms.Photo{Alt: photo.Alt}
}

// Template names the page's template.
func (MePhotosPage) Template() string { return "me/photos" }

func (v *Views) mePhotosPage(c echo.Context, f forms.Photo) (page MePhotosPage, err error) {
	ctx := c.Request().Context()
	page = MePhotosPage{Base: v.base(c, "photos", "Your photos"), Form: f, MaxBytes: photo.DefaultLimits().Bytes}
	page.Photos, err = models.PhotosIn(v.DB.Read).By(me(c).ID).Newest(photosKept).Find(ctx)
	if err != nil {
		return page, err
	}
	page.ChosenID, err = models.ChosenPhoto(ctx, v.DB.Read, me(c).ID)
	return page, err
}

// MePhotos handles GET /users/me/photos.
func (v *Views) MePhotos(c echo.Context) error {
	page, err := v.mePhotosPage(c, forms.Photo{})
	if err != nil {
		return err
	}
	return render.Show(c, page)
}

// refusePhotoForm shows the form again beside the photos, or a problem for who
// asked for JSON.
func (v *Views) refusePhotoForm(c echo.Context, status int, f forms.Photo) error {
	if wantsJSON(c) {
		p := problem.Refused(f.All())
		if p.Status = status; f.Error("photo") != "" {
			p.Detail = f.Error("photo")
		}
		return p
	}
	page, err := v.mePhotosPage(c, f)
	if err != nil {
		return err
	}
	return render.ShowStatus(c, status, page)
}

// mine finds the viewer's own photo out of the path. Somebody else's is not
// found, even when it can be seen.
func (v *Views) mine(c echo.Context) (models.Photo, error) {
	id, err := route.ID(c)
	if err != nil {
		return models.Photo{}, err
	}
	return models.PhotosIn(v.DB.Read).By(me(c).ID).Get(c.Request().Context(), id)
}

// change does one thing to the viewer's own photo, in a transaction, and goes
// back to the list of photos.
func (v *Views) change(c echo.Context, words string, do func(ctx context.Context, tx *gorm.DB, p models.Photo) error) error {
	ctx := c.Request().Context()
	p, err := v.mine(c)
	if err != nil {
		return err
	}
	if err := v.DB.Tx(ctx, func(tx *gorm.DB) error { return do(ctx, tx, p) }); err != nil {
		return err
	}
	v.Auth.Flash(c, words)
	return route.Redirect(c, "me.photos")
}

// PhotoChoose handles POST /photos/:id/choose: it becomes the profile photo.
func (v *Views) PhotoChoose(c echo.Context) error {
	return v.change(c, "That is your profile photo now.", func(ctx context.Context, tx *gorm.DB, p models.Photo) error {
		if p.State != models.Ready {
			return problem.New(http.StatusConflict, "This photo is not ready yet. Wait until it is, then choose it.")
		}
		return models.Choose(ctx, tx, p)
	})
}

// PhotoDescribe handles POST /photos/:id/alt.
func (v *Views) PhotoDescribe(c echo.Context) error {
	var f forms.Photo
	if ok, err := form.Read(c, &f); err != nil {
		return err
	} else if !ok {
		return v.refuseDescription(c, f)
	}
	return v.change(c, "The description is saved.", func(ctx context.Context, tx *gorm.DB, p models.Photo) error {
		return models.Describe(ctx, tx, p.ID, f.Alt)
	})
}

func (v *Views) refuseDescription(c echo.Context, f forms.Photo) error {
	p, err := v.mine(c)
	if err != nil {
		return err
	}
	page, err := v.mePhotosPage(c, forms.Photo{})
	if err != nil {
		return err
	}
	page.refusedID, page.refused = p.ID, f
	return refuse(c, f.All(), page)
}

// PhotoDeletePage asks before a photo goes for good.
type PhotoDeletePage struct {
	Base
	Photo models.Photo
}

// Template names the page's template.
func (PhotoDeletePage) Template() string { return "photo_delete" }

// PhotoDelete handles GET /photos/:id/delete.
func (v *Views) PhotoDelete(c echo.Context) error {
	p, err := v.mine(c)
	if err != nil {
		return err
	}
	return render.Show(c, PhotoDeletePage{v.base(c, "photos", "Delete this photo?"), p})
}

// PhotoDeleteSave handles POST /photos/:id/delete. The files go after the row:
// what a crash leaves between the two, the sweep removes.
func (v *Views) PhotoDeleteSave(c echo.Context) error {
	var gone models.Photo
	err := v.change(c, "The photo is deleted.", func(ctx context.Context, tx *gorm.DB, p models.Photo) error {
		gone = p
		return models.DeletePhoto(ctx, tx, p)
	})
	if err != nil || gone.ID == 0 {
		return err
	}
	if err := errors.Join(v.Files.RemoveAll(tasks.Original(gone.Folder)), v.Files.RemoveAll(tasks.Variants(gone.Folder))); err != nil {
		v.Log.WarnContext(c.Request().Context(), "a deleted photo's files stay until the sweep", "photo", gone.ID, "error", err)
	}
	return nil
}
