package views

import (
	"errors"
	"io/fs"
	"net/http"
	"regexp"
	"strings"

	"github.com/labstack/echo/v4"

	"superbook/kit/problem"
	"superbook/tasks"
)

// variantPath is what the three parts of a variant's address may look like.
var variantPath = regexp.MustCompile(`^[0-9a-f]{32}/[0-9a-f]{16}/[0-9]{2,4}\.jpg$`)

// Media handles GET /media/:folder/:version/:file. An address names one
// content for ever, so that browsers need never ask again.
func (v *Views) Media(c echo.Context) error {
	folder, version, file := c.Param("folder"), c.Param("version"), c.Param("file")
	gone := problem.NotFound("This picture is no longer here.")
	if !variantPath.MatchString(folder + "/" + version + "/" + file) {
		return gone
	}
	f, err := v.Files.Open(tasks.Variant(folder, version, strings.TrimSuffix(file, ".jpg")))
	if errors.Is(err, fs.ErrNotExist) {
		return gone
	} else if err != nil {
		return err
	}
	defer f.Close()
	stat, err := f.Stat()
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "image/jpeg")
	h.Set(echo.HeaderCacheControl, "public, max-age=31536000, immutable")
	h.Set("Cross-Origin-Resource-Policy", "same-site")
	http.ServeContent(c.Response(), c.Request(), "", stat.ModTime(), f)
	return nil
}
