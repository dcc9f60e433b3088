package views

import (
	"errors"
	"io/fs"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/kit/media"
	"superbook/kit/problem"
	"superbook/kit/route"
	"superbook/kit/tus"
	"superbook/models"
)

// UploadBody bounds what one PATCH brings: more than any upload may have, so
// that one somewhat too large gets an answer with words.
const UploadBody = maxFile + 1<<20

// UploadOptions handles OPTIONS /uploads: what this server of tus can do.
func (v *Views) UploadOptions(c echo.Context) error {
	tus.Describe(c.Response().Header(), maxFile, "creation,expiration,termination")
	return c.NoContent(http.StatusNoContent)
}

func setExpires(c echo.Context, u models.Upload) {
	c.Response().Header().Set(tus.Expires, u.ExpiresAt.UTC().Format(http.TimeFormat))
}

func setOffset(c echo.Context, n int64) {
	c.Response().Header().Set(tus.Offset, strconv.FormatInt(n, 10))
}

func noUpload() error {
	return problem.NotFound("There is no such upload of yours, or it is over. Begin it again.")
}

// myUpload finds the viewer's own upload out of the path. Somebody else's is
// not there, nor is one that a form has taken.
func (v *Views) myUpload(c echo.Context) (models.Upload, error) {
	id, err := route.Param(c, "id")
	if err != nil {
		return models.Upload{}, err
	}
	u, err := models.UploadOf(c.Request().Context(), v.DB.Read, me(c).ID, id)
	if err == nil && u.Used() {
		err = noUpload()
	}
	return u, err
}

// UploadOffset handles HEAD /uploads/:id: how much has come, from where to go on.
func (v *Views) UploadOffset(c echo.Context) error {
	h := c.Response().Header()
	h.Set(echo.HeaderCacheControl, "no-store")
	u, err := v.myUpload(c)
	if err != nil {
		return err
	}
	size, err := v.Files.PartialSize(u.ID)
	if errors.Is(err, fs.ErrNotExist) {
		return noUpload()
	} else if err != nil {
		return err
	}
	if u.Metadata != "" {
		h.Set(tus.Metadata, u.Metadata)
	}
	h.Set(tus.Length, strconv.FormatInt(u.Size, 10))
	setOffset(c, size)
	setExpires(c, u)
	return c.NoContent(http.StatusOK)
}

// UploadDelete handles DELETE /uploads/:id: the file is not wanted after all.
func (v *Views) UploadDelete(c echo.Context) error {
	ctx := c.Request().Context()
	u, err := v.myUpload(c)
	if err != nil {
		return err
	}
	err = v.DB.Tx(ctx, func(tx *gorm.DB) error { return models.DeleteUpload(ctx, tx, u.ID) })
	if errors.Is(err, models.ErrUploadGone) {
		return noUpload()
	} else if err != nil {
		return err
	}
	if err := v.Files.RemovePartial(u.ID); err != nil { // who is just sending to it finds out soon
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// UploadOverride handles POST /uploads/:id, from clients that cannot send what
// the protocol needs: a header says which method is meant.
func (v *Views) UploadOverride(c echo.Context) error {
	switch c.Request().Header.Get(echo.HeaderXHTTPMethodOverride) {
	case http.MethodPatch:
		return v.UploadAppend(c)
	case http.MethodDelete:
		return v.UploadDelete(c)
	case http.MethodHead:
		return v.UploadOffset(c)
	}
	return echo.ErrMethodNotAllowed
}

// openUpload opens what has come of an upload. While another request appends to
// it the answer is 423: a line that broke may take a while to be given up.
func (v *Views) openUpload(u models.Upload) (*media.Partial, error) {
	p, err := v.Files.OpenPartial(u.ID)
	switch {
	case errors.Is(err, media.ErrBusy):
		busy := problem.New(http.StatusLocked, "Another request still sends to this upload. Try again in a moment.").Because(err)
		busy.RetryAfter = 2 * time.Second
		return nil, busy
	case errors.Is(err, fs.ErrNotExist):
		return nil, noUpload()
	}
	return p, err
}
