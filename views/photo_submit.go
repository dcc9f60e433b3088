package views

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/forms"
	"superbook/kit/photo"
	"superbook/kit/route"
	"superbook/models"
	"superbook/tasks"
)

// MePhotosSubmit handles POST /users/me/photos, the "answer now, work later"
// kind of async view: it stores the bytes, commits the photo and its job in one
// transaction, and answers. A worker does the slow part; see tasks/photo.go.
func (v *Views) MePhotosSubmit(c echo.Context) error {
	if err := slowDown(v.Limits.PhotosByAccount, me(c).Username); err != nil {
		return err
	}
	s, err := v.receivePhoto(c)
	defer s.close()
	if err != nil {
		return v.withoutPhoto(c, s, err)
	}
	if err := v.checkPhoto(c, &s.form, s.info); err != nil {
		return err
	}
	if !s.form.OK() {
		return v.refusePhotoForm(c, http.StatusUnprocessableEntity, s.form)
	}
	p, err := v.acceptPhoto(c.Request().Context(), me(c).ID, s)
	if err != nil {
		return err
	}
	v.forgetPartial(c.Request().Context(), s.from)
	return v.photoAccepted(c, p)
}

// checkPhoto holds the form against its own rules and the size of the picture,
// and the member against the number of photos they may keep.
func (v *Views) checkPhoto(c echo.Context, f *forms.Photo, info photo.Info) error {
	f.Check()
	f.Fit(info.Width, info.Height)
	n, err := models.PhotosIn(v.DB.Read).By(me(c).ID).Count(c.Request().Context(), "*")
	f.Need("photo", n < photosKept, "You have as many photos as we can keep. Delete one, then submit this one.")
	return err
}

// refusePhoto shows the form again when the member can do something about err.
func (v *Views) refusePhoto(c echo.Context, f forms.Photo, err error) error {
	refusal, not, status := (*photo.Refusal)(nil), unusable(""), http.StatusUnprocessableEntity
	switch {
	case errors.As(err, &refusal):
		f.Need("photo", false, refusal.Words())
		if refusal.Reason == photo.TooLarge {
			status = http.StatusRequestEntityTooLarge
		}
	case errors.As(err, &not):
		status = not.status()
		f.Need("photo", false, not.Error())
	default:
		return err
	}
	return v.refusePhotoForm(c, status, f)
}

// acceptPhoto keeps the bytes, then commits the row and the job together. A
// crash before the commit leaves a file without a row, which the sweep removes.
func (v *Views) acceptPhoto(ctx context.Context, user int64, s submission) (models.Photo, error) {
	sum := hex.EncodeToString(s.upload.SHA256[:])
	if old, err := models.PhotoOf(ctx, v.DB.Read, user, sum); err == nil {
		return v.photoAgain(ctx, old, s)
	} else if !errors.Is(err, gorm.ErrRecordNotFound) {
		return old, err
	}
	crop := s.form.Square()
	p := models.Photo{UserID: user, Folder: NewFolder(), SHA256: sum, Format: s.info.Format,
		Width: s.info.Width, Height: s.info.Height, Alt: s.form.Alt, CropX: crop.X, CropY: crop.Y, CropSide: crop.Side}
	if err := s.upload.Keep(tasks.Original(p.Folder)); err != nil {
		return p, err
	}
	err := v.DB.Tx(ctx, func(tx *gorm.DB) error { return v.savePhoto(ctx, tx, &p, s) })
	if err != nil {
		err = errors.Join(err, v.Files.RemoveAll(tasks.Original(p.Folder)))
	}
	if errors.Is(err, models.ErrSamePhoto) { // the same bytes came twice at once
		if p, err = models.PhotoOf(ctx, v.DB.Read, user, sum); err == nil {
			return v.photoAgain(ctx, p, s)
		}
	}
	return p, err
}

func (v *Views) savePhoto(ctx context.Context, tx *gorm.DB, p *models.Photo, s submission) error {
	if err := models.CreatePhoto(ctx, tx, p); err != nil {
		return err
	}
	if err := s.from.use(ctx, tx, models.Became{PhotoID: &p.ID}); err != nil {
		return err
	}
	return v.followPhoto(ctx, tx, p.UserID, tasks.ProcessPhoto{PhotoID: p.ID}, s.form.Callback)
}

// photoAgain answers bytes that this member has submitted before: the work is
// not done twice. What failed gets another try; what is ready is chosen, and cut
// anew if another part of it is to show.
func (v *Views) photoAgain(ctx context.Context, p models.Photo, s submission) (models.Photo, error) {
	err := v.DB.Tx(ctx, func(tx *gorm.DB) error {
		if err := s.from.use(ctx, tx, models.Became{PhotoID: &p.ID}); err != nil {
			return err
		}
		work, err := false, error(nil)
		if s.form.Chosen() {
			if work, err = models.SetCrop(ctx, tx, p.ID, s.form.Square()); err != nil {
				return err
			}
		}
		switch p.State {
		case models.Ready:
			err = models.Choose(ctx, tx, p)
		case models.Failed:
			if work, err = models.Requeue(ctx, tx, p.ID); work {
				p.State, p.Progress, p.Failure = models.Queued, 0, ""
			}
		}
		if err != nil || !work && s.form.CallbackURL == "" {
			return err // who wants to be called is called, though there may be little to do
		}
		return v.followPhoto(ctx, tx, p.UserID, tasks.ProcessPhoto{PhotoID: p.ID, Quiet: !work}, s.form.Callback)
	})
	return p, err
}

// NewFolder names the files of a photo with 128 random bits, so that addresses
// cannot be guessed.
func NewFolder() string {
	var b [16]byte
	rand.Read(b[:]) // never fails: it ends the program first
	return hex.EncodeToString(b[:])
}

// photoAccepted leads people to the photo, and programs to the task that works on
// it, or has.
func (v *Views) photoAccepted(c echo.Context, p models.Photo) error {
	path, err := route.Path(c, "photo", p.ID)
	if err != nil {
		return err
	}
	if !wantsJSON(c) {
		return c.Redirect(http.StatusSeeOther, path)
	}
	body := struct {
		ID    int64        `json:"id"`
		State models.State `json:"state"`
		URL   string       `json:"url"`
		Task  string       `json:"task"` // "" when nothing is or was to be done
	}{ID: p.ID, State: p.State, URL: path}
	h := c.Response().Header()
	h.Set(echo.HeaderLocation, path)
	t, err := v.photoTask(c, p)
	if err == nil && t.ID != 0 {
		body.Task, err = route.Path(c, "task", t.ID)
		h.Set(echo.HeaderLocation, body.Task)
		h.Set("Retry-After", strconv.Itoa(askAgain(t)))
	}
	if err != nil {
		return err
	}
	return c.JSON(http.StatusAccepted, body)
}

// photoTask is the newest task of the viewer's photo; one without a number says
// that there is none.
func (v *Views) photoTask(c echo.Context, p models.Photo) (models.Task, error) {
	list, err := models.TasksIn(v.DB.Read).By(me(c).ID).About(tasks.ProcessPhoto{}.Kind(), p.ID).Newest(c.Request().Context(), 1)
	if err != nil || len(list) == 0 {
		return models.Task{}, err
	}
	return list[0], nil
}
