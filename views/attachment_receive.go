package views

import (
	"context"
	"errors"
	"mime/multipart"
	"net/http"

	"github.com/labstack/echo/v4"

	"superbook/kit/media"
	"superbook/kit/problem"
)

// arrived is a file of a form, under the name that it came with.
type arrived struct {
	name string
	*media.Upload
	from *finished // where it is from, when it came before its form
}

// Discard lets go of what was not kept, if anything has come.
func (a arrived) Discard() error {
	var err error
	if a.Upload != nil {
		err = a.Upload.Discard()
	}
	return errors.Join(err, a.from.Close())
}

// receiveFile takes the first file of the form, whatever its field is called, or
// the upload that the form names in its place.
func (v *Views) receiveFile(c echo.Context) (file arrived, err error) {
	large, id := false, namesUpload(c)
	if id == "" {
		err = readParts(c, filesTime, func(part *multipart.Part) (err error) {
			switch {
			case part.FormName() == uploadField && part.FileName() == "":
				id, err = words(part)
			case part.FileName() != "" && file.Upload == nil && !large:
				file.name = part.FileName()
				if file.Upload, err = v.receive(c, part, maxFile); errors.Is(err, media.ErrTooLarge) {
					large, err = true, nil
				}
			}
			return err
		})
	}
	if err == nil && id != "" {
		large, err = false, file.open(c.Request().Context(), v, me(c).ID, id)
	}
	if err = file.refusal(large, err); err != nil {
		err = errors.Join(err, file.Discard())
	}
	return file, err
}

// refusal is what is wrong with a file that has arrived, or not.
func (a *arrived) refusal(large bool, err error) error {
	not := unusable("")
	switch {
	case large || errors.Is(err, media.ErrTooLarge):
		return refusedFile(http.StatusRequestEntityTooLarge, "That "+wordsTooLarge)
	case errors.As(err, &not):
		return refusedFile(not.status(), not.Error())
	case err == nil && a.Upload == nil:
		return refusedFile(http.StatusUnprocessableEntity, "Choose a file first.")
	case err == nil && a.Size == 0:
		return refusedFile(http.StatusUnprocessableEntity, "That "+wordsEmpty)
	}
	return err
}

// open takes the file out of an upload. It stands in for a file in the form.
func (a *arrived) open(ctx context.Context, v *Views, user int64, id string) (err error) {
	if err = a.Discard(); err != nil {
		return err
	}
	a.Upload = nil
	if a.from, err = v.finishedUpload(ctx, user, id); err != nil {
		return err
	}
	a.name = a.from.Name
	a.Upload, err = a.from.partial.Upload(ctx)
	return err
}

func refusedFile(status int, words string) error {
	p := problem.Refused(map[string]string{"file": words})
	p.Status, p.Detail = status, words
	return p
}
