package views

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/kit/media"
	"superbook/kit/problem"
)

// maxField bounds a field of words that comes with files, in bytes. What is cut
// here is still too long for the form's own rule.
const maxField = 64 << 10

// readParts hands on the parts of a form one by one as they come in, so that
// memory does not grow with what is sent. A body beyond the bound of the route
// gives media.ErrTooLarge; one that was cut off, a problem.
func readParts(c echo.Context, within time.Duration, take func(*multipart.Part) error) error {
	if err := allowTime(c, within); err != nil {
		return err
	}
	parts, err := c.Request().MultipartReader()
	if err != nil {
		return problem.New(http.StatusBadRequest, "Send it as a form with a file in it.").Because(err)
	}
	for {
		part, err := parts.NextPart()
		if err == io.EOF { // wrapped in another error it is the end of a form that was cut off
			return nil
		}
		if err != nil {
			return brokenUpload(err)
		}
		if err := take(part); err != nil {
			return fmt.Errorf("receive a form: %w", err)
		}
	}
}

// words reads a field of the form that is no file.
func words(part *multipart.Part) (string, error) {
	b, err := io.ReadAll(io.LimitReader(arriving{part}, maxField))
	return string(b), err
}

// receive keeps a file of the form in a temporary one. Of what is too large the
// rest is read with the next part, up to the bound of the route: a browser shows
// an answer only after it has sent everything.
func (v *Views) receive(c echo.Context, part *multipart.Part, limit int64) (*media.Upload, error) {
	return v.Files.Receive(c.Request().Context(), arriving{part}, limit)
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
		return errors.Join(media.ErrTooLarge, err)
	}
	return problem.New(http.StatusBadRequest, "It did not arrive whole. Try again.").Because(err)
}
