package views

import (
	"context"
	"errors"
	"mime/multipart"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/forms"
	"superbook/kit/media"
	"superbook/kit/photo"
)

// uploadTime is how long a photo may take to arrive, where the server gives a
// page's form only seconds: 25 MB at 0.5 Mbit/s take seven minutes.
const uploadTime = 8 * time.Minute

// submission is the form with a photo as it comes in.
type submission struct {
	form     forms.Photo
	upload   *media.Upload
	large    bool   // there was a photo, but too much of it
	declared string // the type that the client gave
	info     photo.Info
	from     *finished // where the photo is from, when it came before its form
}

// close lets go of what was not kept, also after an error.
func (s *submission) close() error {
	var err error
	if s.upload != nil {
		err = s.upload.Discard()
	}
	return errors.Join(err, s.from.Close())
}

// receivePhoto keeps the photo in a temporary file and looks at its structure.
func (v *Views) receivePhoto(c echo.Context) (s submission, err error) {
	if s.form.Upload = namesUpload(c); s.form.Upload != "" {
		value := c.Request().PostFormValue
		s.form.Alt = value("alt")
		s.form.Crop = forms.Crop{CropX: value("crop_x"), CropY: value("crop_y"), CropSide: value("crop_side")}
		s.form.CallbackURL = value("callback_url")
	} else {
		err = readParts(c, uploadTime, func(part *multipart.Part) error { return s.take(v, c, part) })
	}
	if err == nil && s.form.Upload != "" {
		err = s.open(c.Request().Context(), v, me(c).ID)
	}
	switch {
	case s.large || errors.Is(err, media.ErrTooLarge):
		return s, &photo.Refusal{Reason: photo.TooLarge, Limit: "25 MB"}
	case err != nil:
		return s, err
	case s.upload == nil || s.upload.Size == 0:
		return s, &photo.Refusal{Reason: photo.Empty}
	}
	s.info, err = photo.Inspect(s.upload, s.upload.Size, s.declared, photo.DefaultLimits())
	return s, err
}

// take reads one field of the form. A field that it does not know, or a second
// photo, is passed over.
func (s *submission) take(v *Views, c echo.Context, part *multipart.Part) (err error) {
	switch name := part.FormName(); {
	case name == "alt":
		s.form.Alt, err = words(part)
	case name == "crop_x":
		s.form.CropX, err = words(part)
	case name == "crop_y":
		s.form.CropY, err = words(part)
	case name == "crop_side":
		s.form.CropSide, err = words(part)
	case name == "callback_url":
		s.form.CallbackURL, err = words(part)
	case name == uploadField:
		s.form.Upload, err = words(part)
	case name == "photo" && s.upload == nil && !s.large:
		s.declared = part.Header.Get(echo.HeaderContentType)
		if s.upload, err = v.receive(c, part, photo.DefaultLimits().Bytes); errors.Is(err, media.ErrTooLarge) {
			s.large, err = true, nil
		}
	}
	return err
}

// open takes the photo out of an upload. It stands in for a photo in the form.
func (s *submission) open(ctx context.Context, v *Views, user int64) (err error) {
	if err = s.close(); err != nil {
		return err
	}
	s.upload, s.large = nil, false
	if s.from, err = v.finishedUpload(ctx, user, s.form.Upload); err != nil {
		return err
	}
	if s.declared = s.from.Type; s.from.Size > photo.DefaultLimits().Bytes {
		return media.ErrTooLarge
	}
	s.upload, err = s.from.partial.Upload(ctx)
	return err
}
