package views

import (
	"context"
	"errors"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/models"
)

// usedUpload is why a form cannot have an upload: it has had it. Its answer may
// have been lost on the way, so it is answered as it was the first time.
type usedUpload struct{ models.Became }

// Error says what happened, for those who cannot answer again.
func (usedUpload) Error() string { return "views: upload is used" }

// photoOf gives the photo that a form has made of an upload, or uploadGone.
func (v *Views) photoOf(ctx context.Context, user int64, as models.Became) (p models.Photo, err error) {
	if as.PhotoID == nil {
		return p, uploadGone
	}
	p, err = models.PhotosIn(v.DB.Read).By(user).Get(ctx, *as.PhotoID)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = uploadGone
	}
	return p, err
}

// withoutPhoto answers a form that brought no photo to keep: with the one that
// it has made before, or with what is wrong.
func (v *Views) withoutPhoto(c echo.Context, s submission, err error) error {
	if used := (usedUpload{}); errors.As(err, &used) {
		var p models.Photo
		if p, err = v.photoOf(c.Request().Context(), me(c).ID, used.Became); err == nil {
			return v.photoAccepted(c, p)
		}
	}
	return v.refusePhoto(c, s.form, err)
}

// withoutFile answers a form that brought no file to keep: with the one that it
// has made before and that still waits for a post, or with what is wrong.
func (v *Views) withoutFile(c echo.Context, err error) error {
	used := usedUpload{}
	if !errors.As(err, &used) {
		return err
	}
	var ids []int64
	if used.AttachmentID != nil {
		ids = append(ids, *used.AttachmentID)
	}
	cards, err := models.PendingAttachments(c.Request().Context(), v.DB.Read, me(c).ID, ids)
	if err != nil {
		return err
	}
	if len(cards) == 0 {
		return refusedFile(uploadGone.status(), uploadGone.Error())
	}
	return v.fileWaits(c, cards[0])
}
