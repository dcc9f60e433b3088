package views

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/kit/photo"
	"superbook/kit/problem"
	"superbook/kit/route"
	"superbook/models"
	"superbook/tasks"
)

// served is where an address of an attachment leads.
type served struct {
	key    string // in the media store
	etag   string
	kind   string // the type that the browser is told
	inline bool   // shown or played in the page; otherwise saved
	name   string
}

// Attachment handles GET /attachments/:id/:file. Whether the visitor may see the
// post is asked each time.
func (v *Views) Attachment(c echo.Context) error {
	id, err := route.ID(c)
	if err != nil {
		return err
	}
	file, err := route.Param(c, "file")
	if err != nil {
		return err
	}
	a, err := models.AttachmentVisibleTo(c.Request().Context(), v.DB.Read, me(c), id)
	if err != nil {
		return err
	}
	s, ok := serve(a, file, me(c).ID == a.UserID)
	if !ok {
		return noFile()
	}
	return v.sendFile(c, s)
}

func noFile() error { return problem.NotFound("This file is not here, or not any more.") }

// serve decides what a name stands for. The bytes of a picture as they came are
// for nobody but their owner, and only if nothing else came of them: they may
// say where it was taken.
func serve(a models.AttachmentCard, file string, owner bool) (served, bool) {
	if size, ok := sizeOf(file); ok && a.Shown() {
		return served{tasks.AttachedSize(a.Folder, a.Version, size), a.Version + "-" + size, "image/jpeg", true, file}, true
	}
	if file != a.Name {
		return served{}, false
	}
	raw := served{key: tasks.AttachedFile(a.Folder), etag: a.Folder, kind: echo.MIMEOctetStream, name: a.Name}
	switch a.Kind {
	case models.PictureFile:
		raw.key = tasks.Original(a.Folder)
		return raw, owner && a.State == models.Failed
	case models.MovingFile:
		raw.key, raw.kind, raw.inline = tasks.Original(a.Folder), "image/gif", true
	case models.VideoFile, models.AudioFile:
		raw.kind, raw.inline = a.Type, true
	}
	return raw, true
}

// sizeOf reads "1280.jpg".
func sizeOf(file string) (size string, ok bool) {
	size, ok = strings.CutSuffix(file, ".jpg")
	for _, name := range photo.VariantNames() {
		if ok && size == name {
			return size, true
		}
	}
	return "", false
}

// sendFile answers with a file of a stranger's, whole or in parts. Whatever it
// is, it runs nowhere: its type is one of ours, the browser must not guess
// another, and opened by itself it has no origin.
func (v *Views) sendFile(c echo.Context, s served) error {
	f, err := v.Files.Open(s.key)
	if errors.Is(err, fs.ErrNotExist) {
		return noFile()
	} else if err != nil {
		return err
	}
	defer f.Close()
	stat, err := f.Stat()
	if err != nil {
		return fmt.Errorf("send a file: %w", err)
	}
	if err := allowTime(c, time.Minute+time.Duration(stat.Size()/slowest)*time.Second); err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, s.kind)
	h.Set(echo.HeaderContentDisposition, disposition(s.inline, s.name))
	h.Set(echo.HeaderContentSecurityPolicy, "sandbox; default-src 'none'")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set(echo.HeaderCacheControl, "private, no-cache")
	h.Set("ETag", `"`+s.etag+`"`)
	http.ServeContent(c.Response(), c.Request(), "", stat.ModTime(), f)
	return nil
}

// slowest is how many bytes a second a download has to take at least.
const slowest = 32 << 10

// disposition says how a browser should treat a file, and what to call it: once
// for old clients (RFC 6266), once with all its letters (RFC 8187).
func disposition(inline bool, name string) string {
	how := "attachment"
	if inline {
		how = "inline"
	}
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' || r == '%' {
			return '_'
		}
		return r
	}, name)
	// RFC 8187 knows fewer plain characters than a path, and none of "+'()*".
	every := strings.NewReplacer("+", "%20", "'", "%27", "(", "%28", ")", "%29", "*", "%2A").Replace(url.QueryEscape(name))
	return how + `; filename="` + plain + `"; filename*=UTF-8''` + every
}
