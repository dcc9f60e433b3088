package sitetest

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
)

// Tus sends a request of the protocol for resumable uploads. Headers are pairs
// of a name and a value; an empty value takes the header away.
func (b *Browser) Tus(method, path string, body io.Reader, headers ...string) *Answer {
	b.t.Helper()
	r := httptest.NewRequest(method, path, body)
	r.Header.Set("Tus-Resumable", "1.0.0")
	if method == http.MethodPatch {
		r.Header.Set("Content-Type", "application/offset+octet-stream")
	}
	for i := 0; i < len(headers); i += 2 {
		if r.Header.Set(headers[i], headers[i+1]); headers[i+1] == "" {
			r.Header.Del(headers[i])
		}
	}
	return b.Do(r)
}

// Announce begins a resumable upload and gives its address.
func (b *Browser) Announce(name, kind string, size int) (path string) {
	b.t.Helper()
	encode := base64.StdEncoding.EncodeToString
	return b.Tus(http.MethodPost, "/uploads", nil, "Upload-Length", fmt.Sprint(size),
		"Upload-Metadata", "filename "+encode([]byte(name))+",filetype "+encode([]byte(kind))).Is(http.StatusCreated).Header.Get("Location")
}

// Piece sends bytes of a resumable upload.
func (b *Browser) Piece(path string, offset int, content []byte) *Answer {
	b.t.Helper()
	return b.Tus(http.MethodPatch, path, strings.NewReader(string(content)), "Upload-Offset", fmt.Sprint(offset))
}

// Resumable uploads a whole file and gives the id of the upload.
func (b *Browser) Resumable(name, kind string, content []byte) (id string) {
	b.t.Helper()
	path := b.Announce(name, kind, len(content))
	b.Piece(path, 0, content).Is(http.StatusNoContent)
	return strings.TrimPrefix(path, "/uploads/")
}
