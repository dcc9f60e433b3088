package views

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/forms"
	"superbook/kit/media"
	"superbook/kit/photo"
	"superbook/kit/problem"
)

// uploadTime is how long a photo may take to arrive, where the server gives a
// page's form only seconds: 25 MB at 0.5 Mbit/s take seven minutes.
const uploadTime = 8 * time.Minute

// submission is the form with a photo as it comes in.
type submission struct {
	form     forms.Photo
	upload   *media.Upload // discarded by the view, also after an error
	declared string        // the type that the client gave
	info     photo.Info
}

// receivePhoto streams the file to a temporary one, so that memory does not
// grow with what is sent, and looks at its structure.
func (v *Views) receivePhoto(c echo.Context) (s submission, err error) {
	if err := allowTime(c, uploadTime); err != nil {
		return s, err
	}
	parts, err := c.Request().MultipartReader()
	if err != nil {
		return s, problem.New(http.StatusBadRequest, "Send the photo as a form with a file in it.").Because(err)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return s, s.inspect()
		}
		if err == nil {
			err = s.take(c.Request().Context(), v.Files, part)
		}
		if errors.Is(err, media.ErrTooLarge) {
			return s, s.tooLarge(parts)
		} else if err != nil {
			return s, brokenUpload(err)
		}
	}
}

// take reads one field of the form. A field that it does not know, or a second
// photo, is passed over.
func (s *submission) take(ctx context.Context, files *media.Store, part *multipart.Part) (err error) {
	switch name := part.FormName(); {
	case name == "alt":
		// What is cut here is still too long for the form's own rule.
		var b []byte
		b, err = io.ReadAll(io.LimitReader(part, 8192))
		s.form.Alt = string(b)
	case name == "photo" && s.upload == nil:
		s.declared = part.Header.Get(echo.HeaderContentType)
		s.upload, err = files.Receive(ctx, part, photo.DefaultLimits().Bytes)
	}
	return err
}

func (s *submission) inspect() (err error) {
	if s.upload == nil || s.upload.Size == 0 {
		return &photo.Refusal{Reason: photo.Empty}
	}
	s.info, err = photo.Inspect(s.upload, s.upload.Size, s.declared, photo.DefaultLimits())
	return err
}

// tooLarge reads the rest of what is too large, up to the bound of the route:
// a browser shows an answer only after it has sent everything.
func (s *submission) tooLarge(parts *multipart.Reader) error {
	for part, err := parts.NextPart(); err == nil; part, err = parts.NextPart() {
		if _, err := io.Copy(io.Discard, part); err != nil {
			break
		}
	}
	return &photo.Refusal{Reason: photo.TooLarge, Limit: "25 MB"}
}

// allowTime moves the deadlines of the connection. Recorders in tests have none.
func allowTime(c echo.Context, d time.Duration) error {
	rc, until := http.NewResponseController(c.Response().Unwrap()), time.Now().Add(d)
	err := errors.Join(rc.SetReadDeadline(until), rc.SetWriteDeadline(until.Add(30*time.Second)))
	if err != nil && !errors.Is(err, http.ErrNotSupported) {
		return fmt.Errorf("allow time for the upload: %w", err)
	}
	return nil
}

// brokenUpload tells a body that was cut off or malformed, which is not ours
// to mend, from a disk that is.
func brokenUpload(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || strings.HasPrefix(err.Error(), "multipart:") {
		return problem.New(http.StatusBadRequest, "The photo did not arrive whole. Try again.").Because(err)
	}
	return fmt.Errorf("receive photo: %w", err)
}
