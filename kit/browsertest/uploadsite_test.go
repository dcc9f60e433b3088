package browsertest_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
)

const uploadForm = `<body><main><h1>Upload</h1><form data-upload method="post" action="/photos" enctype="multipart/form-data"
data-max-bytes="20000000" data-words-large="Too large, friend." data-words-heic="Save it as JPEG." data-words-waiting="Line is gone, again in {seconds}."
data-words-cancelled="Stopped." data-words-sending="Sending">
<label>Photo <input type="file" name="photo"></label><img data-upload-preview hidden alt="The chosen photo">
<progress data-upload-progress hidden aria-label="Sent"></progress><p data-upload-status role="status"></p>
<p data-upload-error role="alert"></p><button id="send">Send</button>
<button type="button" id="cancel" data-upload-cancel hidden>Cancel</button></form></main></body>`

// uploadSite takes photos in the way that answer says.
type uploadSite struct {
	url    string
	tries  atomic.Int64
	answer atomic.Pointer[http.HandlerFunc]
}

func startUpload(t *testing.T) *uploadSite {
	s := &uploadSite{}
	s.url = serve(t, map[string]http.HandlerFunc{
		"GET /new":      page(scripts("drop", "shrink", "transfer", "upload"), uploadForm),
		"GET /photos/7": page("", `<body><h1>Photo 7</h1></body>`),
		"GET /login":    page("", `<body><h1>Log in</h1></body>`),
		"POST /photos": func(w http.ResponseWriter, r *http.Request) {
			s.tries.Add(1)
			(*s.answer.Load())(w, r)
		},
	})
	return s
}

func scripts(names ...string) (tags string) {
	for _, name := range names {
		tags += `<script defer src="/js/` + name + `.js"></script>`
	}
	return tags
}

func (s *uploadSite) then(h http.HandlerFunc) { s.answer.Store(&h) }

func accept(w http.ResponseWriter, r *http.Request) {
	file, _, err := r.FormFile("photo")
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if _, err := io.Copy(io.Discard, file); err != nil || r.Header.Get("Accept") != "application/json" {
		http.Redirect(w, r, "/photos/7", http.StatusSeeOther)
		return
	}
	reply(w, http.StatusAccepted, map[string]any{"id": 7, "url": "/photos/7"})
}

func reply(w http.ResponseWriter, status int, v map[string]any) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		panic(http.ErrAbortHandler)
	}
}

// fileOf writes a file of so many bytes that begins like a PNG of one pixel.
func fileOf(t *testing.T, name string, size int) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	return fileWith(t, name, append(b.Bytes(), make([]byte, size)...))
}

func fileWith(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
