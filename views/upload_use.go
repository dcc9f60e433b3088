package views

import (
	"context"
	"errors"
	"io/fs"
	"mime"
	"net/http"

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

// status is that of the answer. Locked tells programs to try again.
func (u unusable) status() int {
	if u == uploadBusy {
		return http.StatusLocked
	}
	return http.StatusUnprocessableEntity
}

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
// when the member can do something about it, and usedUpload when the form has
// had it before.
func (v *Views) finishedUpload(ctx context.Context, user int64, id string) (*finished, error) {
	if _, err := v.uploadForForm(ctx, user, id); err != nil {
		return nil, err
	}
	p, open := v.Files.OpenPartial(id)
	u, err := v.uploadForForm(ctx, user, id) // again: who had it open may have used it
	f := &finished{u, p}
	switch {
	case err != nil:
		return nil, errors.Join(err, f.Close())
	case errors.Is(open, fs.ErrNotExist):
		return nil, uploadGone
	case errors.Is(open, media.ErrBusy):
		if n, err := v.Files.PartialSize(u.ID); err == nil && n < u.Size {
			return nil, uploadPartly
		}
		return nil, uploadBusy
	case open != nil:
		return nil, open
	case p.Size < u.Size:
		return nil, errors.Join(uploadPartly, f.Close())
	}
	return f, nil
}

func (v *Views) uploadForForm(ctx context.Context, user int64, id string) (models.Upload, error) {
	u, err := models.UploadOf(ctx, v.DB.Read, user, id)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = uploadGone
	} else if err == nil && u.Used() {
		err = usedUpload{u.Became}
	}
	return u, err
}

// use notes what the form made of the upload, in the transaction that saves it:
// so it is used once, or not at all.
func (f *finished) use(ctx context.Context, tx *gorm.DB, as models.Became) error {
	if f == nil {
		return nil
	}
	err := models.UseUpload(ctx, tx, f.ID, as)
	if errors.Is(err, models.ErrUploadGone) {
		p := problem.Refused(map[string]string{uploadField: uploadGone.Error()})
		p.Detail = uploadGone.Error()
		return p.Because(err)
	}
	return err
}

// forgetPartial removes the partial file of an upload whose use is committed.
// That it cannot takes nothing away from the answer.
func (v *Views) forgetPartial(ctx context.Context, f *finished) {
	if f == nil {
		return
	}
	if err := errors.Join(f.Close(), v.Files.RemovePartial(f.ID)); err != nil { // closed first: not every system removes what is open
		v.Log.WarnContext(ctx, "the partial file of a used upload stays until the sweep", "upload", f.ID, "error", err)
	}
}

// Close lets others have the upload, if it is still there. It may be called more
// than once.
func (f *finished) Close() error {
	if f == nil || f.partial == nil {
		return nil
	}
	p := f.partial
	f.partial = nil
	return p.Close()
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
