package views

import (
	"context"
	"errors"
	"io/fs"
	"mime"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/kit/media"
	"superbook/kit/problem"
	"superbook/models"
)

// uploadField is the field of a form that names a finished upload, in place of
// one with the file itself.
const uploadField = "upload"

// unusable is why a form cannot have the upload that it names.
type unusable string

// Error is words for who sent the form.
func (u unusable) Error() string { return string(u) }

const (
	uploadPartly unusable = "That file has not arrived whole yet. Wait until it has, then submit."
	uploadBusy   unusable = "Another form is taking that file just now. Wait a moment, then look whether it has."
	uploadGone   unusable = "That upload is over: it was used already, or a day has passed. Choose the file again."
)

// finished is an upload that has arrived whole and that a form takes. Nobody
// else can take it until Close. The nil finished is a file that came with its
// form: all that it is asked to do is done.
type finished struct {
	models.Upload
	partial *media.Partial
}

// finishedUpload finds a member's own upload for a form. The error is unusable
// when the member can do something about it.
func (v *Views) finishedUpload(ctx context.Context, user int64, id string) (*finished, error) {
	u, err := models.UploadOf(ctx, v.DB.Read, user, id)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, uploadGone
	} else if err != nil {
		return nil, err
	}
	p, err := v.Files.OpenPartial(u.ID)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, uploadGone
	case errors.Is(err, media.ErrBusy):
		if n, err := v.Files.PartialSize(u.ID); err == nil && n < u.Size {
			return nil, uploadPartly
		}
		return nil, uploadBusy
	case err != nil:
		return nil, err
	case p.Size < u.Size:
		return nil, errors.Join(uploadPartly, p.Close())
	}
	return &finished{u, p}, nil
}

// use takes the upload out of the table, in the transaction that saves what the
// form made of it: so it is used once, or not at all.
func (f *finished) use(ctx context.Context, tx *gorm.DB) error {
	if f == nil {
		return nil
	}
	err := models.DeleteUpload(ctx, tx, f.ID)
	if errors.Is(err, models.ErrUploadGone) {
		p := problem.Refused(map[string]string{uploadField: uploadGone.Error()})
		p.Detail = uploadGone.Error()
		return p.Because(err)
	}
	return err
}

// used removes the partial file of an upload whose use is committed.
func (f *finished) used(files *media.Store) error {
	if f == nil {
		return nil
	}
	return files.RemovePartial(f.ID)
}

// Close lets others have the upload, if it is still there.
func (f *finished) Close() error {
	if f == nil {
		return nil
	}
	return f.partial.Close()
}

// namesUpload reads a form without files that names an upload. "" means that
// it is no such form.
func namesUpload(c echo.Context) string {
	kind, _, err := mime.ParseMediaType(c.Request().Header.Get(echo.HeaderContentType))
	if err != nil || kind != echo.MIMEApplicationForm {
		return ""
	}
	return c.Request().PostFormValue(uploadField)
}
