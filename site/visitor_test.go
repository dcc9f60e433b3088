package site_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// visitor is somebody who uses the program over HTTP.
type visitor struct {
	http.Client
	url string
}

func newVisitor(t testing.TB, url string) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	must(t, err)
	return &visitor{http.Client{Jar: jar, Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, url}
}

// post sends a form and wants to be sent on.
func (v *visitor) post(t *testing.T, path string, form url.Values) {
	t.Helper()
	resp, err := v.PostForm(v.url+path, form)
	must(t, err)
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusSeeOther {
		body, _ := io.ReadAll(resp.Body)
		t.Fatalf("POST %s: %s\n%.2000s", path, resp.Status, body)
	}
}

func (v *visitor) signUp(t *testing.T, username string) {
	t.Helper()
	v.post(t, "/accounts/signup", url.Values{"username": {username}, "email": {username + "@superbook.test"},
		"password": {"correct horse battery"}, "password2": {"correct horse battery"}, "kind": {"fan"}})
}

// get asks for a page or, when it is JSON, for that.
func (v *visitor) get(t *testing.T, path, accept string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, v.url+path, nil)
	must(t, err)
	r.Header.Set("Accept", accept)
	resp, err := v.Do(r)
	must(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	must(t, err)
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s\n%.2000s", path, resp.Status, body)
	}
	return string(body)
}

// submit submits a photo as a program would. The number is 0 when it was not
// accepted; the error is that of the connection.
func (v *visitor) submit(ctx context.Context, file []byte) (id int64, status int, err error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="photo"; filename="a"`}})
	if err == nil {
		_, err = part.Write(file)
	}
	if err != nil || form.Close() != nil {
		return 0, 0, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, v.url+"/users/me/photos", &body)
	if err != nil {
		return 0, 0, err
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Accept", "application/json")
	resp, err := v.Do(r)
	if err != nil {
		return 0, 0, err
	}
	defer resp.Body.Close()
	var accepted struct{ ID int64 }
	if resp.StatusCode == http.StatusAccepted {
		err = json.NewDecoder(resp.Body).Decode(&accepted)
	}
	return accepted.ID, resp.StatusCode, err
}

// crop asks for another square of a photo, with the side in percent, and says
// whether that was accepted.
func (v *visitor) crop(ctx context.Context, id int64, side int) bool {
	form := url.Values{"crop_x": {"0"}, "crop_y": {"0"}, "crop_side": {strconv.Itoa(side)}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, v.url+"/photos/"+strconv.FormatInt(id, 10)+"/crop", strings.NewReader(form.Encode()))
	if err != nil {
		return false
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := v.Do(r)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	return resp.StatusCode == http.StatusSeeOther
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
