package assets

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/bits"
	"net/http"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/labstack/echo/v4"
)

func (f *file) serve(c echo.Context, cache string) error {
	h := c.Response().Header()
	h.Set(echo.HeaderCacheControl, cache)
	h.Set(echo.HeaderVary, echo.HeaderAcceptEncoding)
	h.Set("ETag", `"`+f.hashed+`"`)
	if strings.Contains(c.Request().Header.Get("If-None-Match"), f.hashed) {
		return c.NoContent(http.StatusNotModified)
	}
	body := f.body
	for _, name := range []string{"br", "gzip"} {
		if !f.compressible() || !accepts(c.Request(), name) {
			continue
		}
		small, err := f.encoded[name]()
		if err != nil {
			return fmt.Errorf("compress %s: %w", f.name, err)
		}
		if len(small) < len(body) {
			h.Set(echo.HeaderContentEncoding, name)
			body = small
			break
		}
	}
	return c.Blob(http.StatusOK, f.kind, body)
}

func (f *file) compressible() bool {
	return f.encoded != nil && (strings.HasPrefix(f.kind, "text/") || f.kind == "image/svg+xml")
}

func accepts(r *http.Request, encoding string) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, quality, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(name, encoding) {
			return strings.ReplaceAll(quality, " ", "") != "q=0"
		}
	}
	return false
}

// brotliWriter has a window that just holds a file of this size. At this level each byte of the
// window costs eight of memory, so the usual window of 4 MB would be 32 MB for a sheet of 5 KB.
func brotliWriter(size int) func(io.Writer) io.WriteCloser {
	const gap = 16 // bytes of a window that the format keeps to itself
	window := min(max(bits.Len(uint(size+gap)), 10), 22)
	return func(w io.Writer) io.WriteCloser {
		return brotli.NewWriterOptions(w, brotli.WriterOptions{Quality: brotli.BestCompression, LGWin: window})
	}
}

func gzipWriter(w io.Writer) io.WriteCloser {
	z, _ := gzip.NewWriterLevel(w, gzip.BestCompression) // fails only for an unknown level
	return z
}

func encode(body []byte, writer func(io.Writer) io.WriteCloser) ([]byte, error) {
	var buf bytes.Buffer
	w := writer(&buf)
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	err := w.Close()
	return buf.Bytes(), err
}
