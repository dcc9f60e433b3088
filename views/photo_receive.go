package views

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
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
		if err == io.EOF { // wrapped in another error it is the end of a form that was cut off
			return s, s.inspect()
		}
		if err != nil {
			return s, brokenUpload(err)
		}
		err = s.take(c.Request().Context(), v.Files, part)
		if errors.Is(err, media.ErrTooLarge) {
			return s, s.tooLarge(parts)
		} else if err != nil {
			return s, fmt.Errorf("receive photo: %w", err)
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
		b, err = io.ReadAll(io.LimitReader(arriving{part}, 8192))
		s.form.Alt = string(b)
	case name == "photo" && s.upload == nil:
		s.declared = part.Header.Get(echo.HeaderContentType)
		s.upload, err = files.Receive(ctx, arriving{part}, photo.DefaultLimits().Bytes)
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

// refusedSize is the answer to more bytes than a photo may have.
func refusedSize() *photo.Refusal { return &photo.Refusal{Reason: photo.TooLarge, Limit: "25 MB"} }

// tooLarge reads the rest of what is too large, up to the bound of the route:
// a browser shows an answer only after it has sent everything.
func (s *submission) tooLarge(parts *multipart.Reader) error {
	for part, err := parts.NextPart(); err == nil; part, err = parts.NextPart() {
		if _, err := io.Copy(io.Discard, part); err != nil {
			break
		}
	}
	return refusedSize()
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

// arriving gives the errors of a connection the words for who sends, so that
// they are told from those of our own disk.
type arriving struct{ io.Reader }

// Read reads what has arrived.
func (a arriving) Read(p []byte) (int, error) {
	n, err := a.Reader.Read(p)
	if err != nil && err != io.EOF {
		err = brokenUpload(err)
	}
	return n, err
}

// brokenUpload is a body that was cut off, malformed or beyond the bound of
// the route.
func brokenUpload(err error) error {
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		return refusedSize()
	}
	return problem.New(http.StatusBadRequest, "The photo did not arrive whole. Try again.").Because(err)
}
