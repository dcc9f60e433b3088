package views

import (
	"errors"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/kit/media"
	"superbook/kit/metrics"
	"superbook/kit/problem"
	"superbook/kit/tus"
	"superbook/models"
)

// silence is how long a line may bring nothing before it is given up. Short,
// because until then nobody else can go on with the upload.
const silence = 15 * time.Second

// UploadAppend handles PATCH /uploads/:id: the next piece of a file. What came
// before a line broke stays.
func (v *Views) UploadAppend(c echo.Context) error {
	metrics.Untimed(c)
	req := c.Request()
	u, err := v.myUpload(c)
	if err != nil {
		return err
	}
	offset, err := offsetOf(req)
	if err != nil {
		return err
	}
	p, err := v.openUpload(u)
	if err != nil {
		return err
	}
	defer p.Close()
	in, err := nextPiece(c, offset, p.Size, u)
	if err != nil {
		return err
	}
	err = p.Append(req.Context(), in, u.Size-p.Size)
	setOffset(c, p.Size)
	setExpires(c, u)
	if err != nil {
		return notAppended(err)
	}
	return c.NoContent(http.StatusNoContent)
}

func notAppended(err error) error {
	switch {
	case errors.Is(err, media.ErrTooLarge):
		return tooManyBytes()
	case errors.Is(err, fs.ErrNotExist): // the upload was ended meanwhile
		return noUpload()
	}
	return err
}

// offsetOf reads from where a piece is said to go on.
func offsetOf(req *http.Request) (int64, error) {
	if kind, _, err := mime.ParseMediaType(req.Header.Get(echo.HeaderContentType)); err != nil || kind != tus.ContentType {
		return 0, problem.New(http.StatusUnsupportedMediaType, "Send the bytes as "+tus.ContentType+".").Because(err)
	}
	return tus.Number(req.Header, tus.Offset)
}

// nextPiece holds a piece against what is here and what is still to come, and
// gives it time to arrive, but not longer than the upload lives.
func nextPiece(c echo.Context, offset, here int64, u models.Upload) (io.Reader, error) {
	req := c.Request()
	if offset != here {
		setOffset(c, here)
		return nil, problem.New(http.StatusConflict, "The upload goes on elsewhere. Ask for its offset, then go on from there.")
	}
	if req.ContentLength > u.Size-here {
		return nil, tooManyBytes()
	}
	if err := allowTime(c, filesTime); err != nil {
		return nil, err
	}
	rc := http.NewResponseController(c.Response().Unwrap())
	until := time.Now().Add(filesTime)
	if u.ExpiresAt.Before(until) {
		until = u.ExpiresAt
	}
	return &patient{req.Body, rc, until}, nil
}

func tooManyBytes() error {
	return problem.TooLarge("Those are more bytes than the upload said it would have. None of them is kept.")
}

// patient waits for a line that is slow, but not for one that is silent.
type patient struct {
	io.Reader
	rc    *http.ResponseController
	until time.Time
}

// Read waits for the next bytes. Recorders in tests have no deadlines. A line
// that breaks is a conflict about the offset: that is what clients of the
// protocol answer by asking for it and going on, where 400 would end them.
func (p *patient) Read(b []byte) (int, error) {
	next := time.Now().Add(silence)
	if next.After(p.until) {
		next = p.until
	}
	if err := p.rc.SetReadDeadline(next); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, err
	}
	n, err := p.Reader.Read(b)
	if err != nil && err != io.EOF {
		err = problem.New(http.StatusConflict, "Not all of it arrived. What did is kept: ask for the offset, then go on from there.").Because(err)
	}
	return n, err
}
