package site_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// tus sends a request of the protocol for resumable uploads.
func (v *visitor) tus(ctx context.Context, method, path string, body io.Reader, headers ...string) (status int, header http.Header, err error) {
	r, err := http.NewRequestWithContext(ctx, method, v.url+path, body)
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Tus-Resumable", "1.0.0")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := v.Do(r)
	if err != nil {
		return 0, nil, err
	}
	return resp.StatusCode, resp.Header, resp.Body.Close()
}

// come is how much of an upload is here.
func (v *visitor) come(t *testing.T, path string) int {
	t.Helper()
	status, h, err := v.tus(t.Context(), http.MethodHead, path, nil)
	n, number := strconv.Atoi(h.Get("Upload-Offset"))
	if err != nil || number != nil || status != http.StatusOK {
		t.Fatalf("HEAD %s: %d, %v, %v", path, status, err, number)
	}
	return n
}

// killedInAnUpload kills the program in the middle of each piece of an upload.
// What has come is there after the next start, and in the end the file is whole.
func killedInAnUpload(t *testing.T, binary string) {
	const steps = 4
	p := newProgram(t, binary, production...)
	p.env[0] = "ADDR=" + freeAddress(t)
	p.run(t, "migrate")
	r := p.start(t)
	v := newVisitor(t, r.url)
	v.signUp(t, "wren")
	file := bytes.Repeat([]byte("All boats home.\n"), 400_000) // 6.4 MB
	_, h, err := v.tus(t.Context(), http.MethodPost, "/uploads", nil, "Upload-Length", strconv.Itoa(len(file)), "Upload-Metadata", "filename d29yZHMudHh0")
	must(t, err)
	path := h.Get("Location")
	at := 0
	for step := 1; step <= steps; step++ {
		next := len(file) * step / (steps + 1)
		at = sendUntilKilled(t, r, v, path, file, at, next)
		r = p.start(t)
		if got := v.come(t, path); got != at {
			t.Fatalf("after start %d there are %d bytes, there were %d", step, got, at)
		}
	}
	status, _, err := v.tus(t.Context(), http.MethodPatch, path, bytes.NewReader(file[at:]),
		"Upload-Offset", strconv.Itoa(at), "Content-Type", "application/offset+octet-stream")
	if err != nil || status != http.StatusNoContent {
		t.Fatalf("the last piece: %d, %v", status, err)
	}
	resp, err := v.PostForm(v.url+"/attachments", url.Values{"upload": {strings.TrimPrefix(path, "/uploads/")}})
	must(t, err)
	must(t, resp.Body.Close())
	if resp.StatusCode != http.StatusCreated {
		t.Fatalf("the form: %s", resp.Status)
	}
	wantAttachment(t, p, file)
	r.stop()
}

// sendUntilKilled sends as far as to, holds the line, and kills the program
// when all of it has come. It answers how much is here.
func sendUntilKilled(t *testing.T, r *process, v *visitor, path string, file []byte, at, to int) int {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	hold, send := io.Pipe()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		body := io.MultiReader(bytes.NewReader(file[at:to]), hold)
		_, _, _ = v.tus(ctx, http.MethodPatch, path, body, "Upload-Offset", strconv.Itoa(at), "Content-Type", "application/offset+octet-stream") // it is killed
	}()
	for limit := time.Now().Add(patience); v.come(t, path) < to; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("of %d bytes came %d", to, v.come(t, path))
		}
	}
	r.kill()
	cancel()
	_ = send.Close() // never fails
	<-ended
	return to
}

// wantAttachment checks that one attachment is kept, with this content.
func wantAttachment(t *testing.T, p program, file []byte) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(p.dir, "data", "media", "files", "attached", "*", "file"))
	if err != nil || len(names) != 1 {
		t.Fatalf("the attachments are %q, %v", names, err)
	}
	kept, err := os.ReadFile(names[0])
	if err != nil || !bytes.Equal(kept, file) {
		t.Errorf("%d bytes are kept, %v, and they differ", len(kept), err)
	}
}
