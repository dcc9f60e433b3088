package views

import (
	"context"
	"errors"
	"io/fs"
	"mime"
	"net/http"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/forms"
	"superbook/kit/media"
	"superbook/kit/problem"
	"superbook/kit/route"
	"superbook/kit/tus"
	"superbook/models"
)

// UploadNew handles POST /uploads: a member announces a file, which then comes
// in as many pieces as the line breaks into, and waits for its form.
func (v *Views) UploadNew(c echo.Context) error {
	if err := slowDown(v.Limits.UploadsByAccount, me(c).Username); err != nil {
		return err
	}
	u, err := announced(c.Request().Header)
	if err != nil {
		return err
	}
	u.ID, u.UserID = NewFolder(), me(c).ID
	if err := v.createUpload(c.Request().Context(), &u); err != nil {
		return err
	}
	path, err := route.Path(c, "upload", u.ID)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, path)
	setExpires(c, u)
	return c.NoContent(http.StatusCreated)
}

// announced reads what is said of an upload before it comes.
func announced(h http.Header) (u models.Upload, err error) {
	if u.Size, err = tus.Number(h, tus.Length); err != nil {
		return u, err
	}
	if u.Size > maxFile {
		return u, problem.TooLarge("That file " + wordsTooLarge)
	}
	u.Metadata = h.Get(tus.Metadata)
	values, err := tus.ParseMetadata(u.Metadata)
	if err != nil {
		return u, problem.New(http.StatusBadRequest, "The header "+tus.Metadata+" has to be keys with values in base64.").Because(err)
	}
	u.Name = forms.FileName(values["filename"])
	if kind, _, err := mime.ParseMediaType(values["filetype"]); err == nil {
		u.Type = kind // what is no type says nothing: the bytes decide
	}
	return u, nil
}

// createUpload adds an upload. For one too many, the oldest that nobody sends to
// makes room: its form may have refused it, and no page shows it any more.
func (v *Views) createUpload(ctx context.Context, u *models.Upload) error {
	err := v.addUpload(ctx, u)
	if !errors.Is(err, models.ErrNoRoom) {
		return err
	}
	found, err := v.forgetUpload(ctx, u.UserID)
	if err == nil && found {
		err = v.addUpload(ctx, u)
	}
	if !found && err == nil || errors.Is(err, models.ErrNoRoom) {
		return refusedFile(http.StatusUnprocessableEntity,
			"As many of your files are on their way as we can take at once. Wait until one is here, then try again.")
	}
	return err
}

// addUpload makes the file first and the row after: what a crash leaves between
// the two the sweep removes.
func (v *Views) addUpload(ctx context.Context, u *models.Upload) error {
	if err := v.Files.CreatePartial(u.ID); err != nil {
		return err
	}
	err := v.DB.Tx(ctx, func(tx *gorm.DB) error { return models.CreateUpload(ctx, tx, u) })
	if err == nil {
		return nil
	}
	if remove := v.Files.RemovePartial(u.ID); remove != nil {
		return errors.Join(err, remove)
	}
	return err
}

// forgetUpload forgets a member's oldest upload that nobody has open, and says
// whether there was one.
func (v *Views) forgetUpload(ctx context.Context, user int64) (found bool, err error) {
	ids, err := models.WaitingUploads(ctx, v.DB.Read, user)
	for _, id := range ids {
		if found, err = v.forgetUnlessOpen(ctx, id); found || err != nil {
			return found, err
		}
	}
	return false, err
}

func (v *Views) forgetUnlessOpen(ctx context.Context, id string) (bool, error) {
	p, err := v.Files.OpenPartial(id)
	if errors.Is(err, media.ErrBusy) {
		return false, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // a row without its file goes too
		return false, err
	}
	err = v.DB.Tx(ctx, func(tx *gorm.DB) error { return models.DeleteUpload(ctx, tx, id) })
	if errors.Is(err, models.ErrUploadGone) { // by itself: there is room now
		err = nil
	}
	if p != nil {
		err = errors.Join(err, p.Close())
	}
	if err != nil {
		return false, err
	}
	return true, v.Files.RemovePartial(id)
}
