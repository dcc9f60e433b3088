package views

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/forms"
	"superbook/kit/media"
	"superbook/kit/photo"
	"superbook/kit/problem"
	"superbook/kit/route"
	"superbook/models"
	"superbook/tasks"
)

// MePhotosSubmit handles POST /users/me/photos, the "answer now, work later"
// kind of async view: it stores the bytes, commits the photo and its job in one
// transaction, and answers. A worker does the slow part; see tasks/photo.go.
func (v *Views) MePhotosSubmit(c echo.Context) error {
	if err := slowDown(v.Limits.PhotosByAccount, me(c).Username); err != nil {
		return err
	}
	f, upload, info, err := v.receivePhoto(c)
	if upload != nil {
		defer upload.Discard()
	}
	if refusal := (*photo.Refusal)(nil); errors.As(err, &refusal) {
		return v.refusePhoto(c, f, refusal)
	} else if err != nil {
		return err
	}
	if f.Check(); !f.OK() {
		return v.refusePhotoForm(c, http.StatusUnprocessableEntity, f)
	}
	p, err := v.acceptPhoto(c.Request().Context(), me(c).ID, f, upload, info)
	if err != nil {
		return err
	}
	return v.photoAccepted(c, p)
}

// uploadTime is how long a photo may take to arrive, where the server gives a
// page's form only seconds: 25 MB at 0.5 Mbit/s take seven minutes.
const uploadTime = 8 * time.Minute

// receivePhoto streams the field "photo" to a temporary file, so that memory
// does not grow with what is sent, and looks at its structure. The caller
// discards the upload, which may be there beside an error.
func (v *Views) receivePhoto(c echo.Context) (f forms.Photo, upload *media.Upload, info photo.Info, err error) {
	if err := allowTime(c, uploadTime); err != nil {
		return f, nil, info, err
	}
	parts, err := c.Request().MultipartReader()
	if err != nil {
		return f, nil, info, problem.New(http.StatusBadRequest, "Send the photo as a form with a file in it.").Because(err)
	}
	declared := ""
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return f, upload, info, brokenUpload(err)
		}
		switch name := part.FormName(); {
		case name == "alt":
			f.Alt, err = readField(part)
		case name == "photo" && upload == nil:
			declared = part.Header.Get(echo.HeaderContentType)
			upload, err = v.Files.Receive(c.Request().Context(), part, photo.DefaultLimits().Bytes)
		}
		if errors.Is(err, media.ErrTooLarge) {
			return f, nil, info, tooLarge(parts)
		} else if err != nil {
			return f, upload, info, brokenUpload(err)
		}
	}
	if upload == nil || upload.Size == 0 {
		return f, upload, info, &photo.Refusal{Reason: photo.Empty}
	}
	info, err = photo.Inspect(upload, upload.Size, declared, photo.DefaultLimits())
	return f, upload, info, err
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

// readField reads a short text field; what is longer is cut, and refused by
// the form's own rule.
func readField(part *multipart.Part) (string, error) {
	b, err := io.ReadAll(io.LimitReader(part, 4096))
	return string(b), err
}

// tooLarge reads the rest of what is too large, up to the bound of the route.
// Answering at once would be quicker, but browsers show an answer to a form
// only after they have sent it all; they would say "connection reset".
func tooLarge(parts *multipart.Reader) error {
	for {
		part, err := parts.NextPart()
		if err != nil {
			break
		}
		if _, err := io.Copy(io.Discard, part); err != nil {
			break
		}
	}
	return &photo.Refusal{Reason: photo.TooLarge, Limit: "25 MB"}
}

func (v *Views) refusePhoto(c echo.Context, f forms.Photo, r *photo.Refusal) error {
	f.Need("photo", false, r.Words())
	if r.Reason == photo.TooLarge {
		return v.refusePhotoForm(c, http.StatusRequestEntityTooLarge, f)
	}
	return v.refusePhotoForm(c, http.StatusUnprocessableEntity, f)
}

// acceptPhoto keeps the bytes, then commits the row and the job together. A
// crash before the commit leaves a file without a row, which the sweep removes.
func (v *Views) acceptPhoto(ctx context.Context, user int64, f forms.Photo, upload *media.Upload, info photo.Info) (models.Photo, error) {
	sum := hex.EncodeToString(upload.SHA256[:])
	if old, err := models.PhotoOf(ctx, v.DB.Read, user, sum); err == nil {
		return v.photoAgain(ctx, old)
	} else if !errors.Is(err, gorm.ErrRecordNotFound) {
		return old, err
	}
	p := models.Photo{UserID: user, Folder: NewFolder(), SHA256: sum, Format: info.Format,
		Width: info.Width, Height: info.Height, Alt: f.Alt}
	if err := upload.Keep(tasks.Original(p.Folder)); err != nil {
		return p, err
	}
	err := v.DB.Tx(ctx, func(tx *gorm.DB) error {
		if err := models.CreatePhoto(ctx, tx, &p); err != nil {
			return err
		}
		return v.Jobs.Add(ctx, tx, tasks.ProcessPhoto{PhotoID: p.ID})
	})
	if err != nil {
		err = errors.Join(err, v.Files.RemoveAll(tasks.Original(p.Folder)))
	}
	if errors.Is(err, models.ErrSamePhoto) { // the same bytes came twice at once
		if p, err = models.PhotoOf(ctx, v.DB.Read, user, sum); err == nil {
			return v.photoAgain(ctx, p)
		}
	}
	return p, err
}

// photoAgain answers bytes that this member has submitted before: the work is
// not done twice. What failed gets another try; what is ready is chosen.
func (v *Views) photoAgain(ctx context.Context, p models.Photo) (models.Photo, error) {
	err := v.DB.Tx(ctx, func(tx *gorm.DB) error {
		switch p.State {
		case models.Ready:
			return models.Choose(ctx, tx, p)
		case models.Failed:
			again, err := models.Requeue(ctx, tx, p.ID)
			if err != nil || !again {
				return err
			}
			p.State, p.Progress, p.Failure = models.Queued, 0, ""
			return v.Jobs.Add(ctx, tx, tasks.ProcessPhoto{PhotoID: p.ID})
		}
		return nil
	})
	return p, err
}

// NewFolder names the files of a photo with 128 random bits, so that addresses
// cannot be guessed.
func NewFolder() string {
	var b [16]byte
	rand.Read(b[:]) // never fails: it ends the program first
	return hex.EncodeToString(b[:])
}

func (v *Views) photoAccepted(c echo.Context, p models.Photo) error {
	path, err := route.Path(c, "photo", p.ID)
	if err != nil {
		return err
	}
	if !wantsJSON(c) {
		return c.Redirect(http.StatusSeeOther, path)
	}
	c.Response().Header().Set(echo.HeaderLocation, path)
	return c.JSON(http.StatusAccepted, struct {
		ID    int64        `json:"id"`
		State models.State `json:"state"`
		URL   string       `json:"url"`
	}{p.ID, p.State, path})
}
