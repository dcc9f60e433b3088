package views_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"superbook/models"
	"superbook/site/sitetest"
)

// TestNothingButVariantsIsServed tries the ways by which a file beside the
// variants could be reached, as the owner, with GET and with HEAD.
func TestNothingButVariantsIsServed(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Work()
	b := s.As(t, s.Hero("nightheron"))
	file := sitetest.JPEG(t, sitetest.Picture(80, 60, 1))
	p := readyPhoto(t, s, b, file)
	right := "/media/" + p.Folder + "/" + p.Version
	b.Visit(right + "/64.jpg").Is(200) // the control: only what is changed below makes the difference
	for _, address := range []string{
		"/media/originals/" + p.Folder,
		"/media/originals/" + p.Folder + "/original",
		"/media/files/originals/" + p.Folder,
		"/media/" + p.Folder,
		"/media/" + p.Folder + "/original",
		"/media/" + p.Folder + "/original/64.jpg",
		"/media/" + p.Folder + "/" + strings.Repeat("0", 16) + "/64.jpg",
		"/media/" + strings.Repeat("0", 32) + "/" + p.Version + "/64.jpg",
		"/media/" + strings.ToUpper(p.Folder) + "/" + p.Version + "/64.jpg",
		right, right + "/", right + "/65.jpg", right + "/64.png", right + "/64", right + "/64.jpg/", right + "/64.jpg%00", right + "/64.jpg%0a",
		right + "/../../../originals/" + p.Folder,
		right + "/..%2f..%2f..%2foriginals%2f" + p.Folder,
		right + "/%2e%2e/%2e%2e/%2e%2e/originals/" + p.Folder,
		right + "/..%5c..%5coriginals%5c" + p.Folder,
		right + "/%252e%252e%252foriginals%252f" + p.Folder,
		"/media/..%2foriginals/" + p.Folder + "/64.jpg",
		"/media/%2e%2e/%2e%2e/superbook.db",
		"/media/../../superbook.db",
		"/media//originals/" + p.Folder,
		"/static/../media/originals/" + p.Folder,
		"/static/..%2f..%2fmedia%2foriginals%2f" + p.Folder,
		"/static/" + filepath.Join(s.Settings.DataDir, "media", "files", "originals", p.Folder),
		"/originals/" + p.Folder,
		"/photos/" + p.Folder,
		"/photos/1/original",
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			answer := b.Do(raw(t, method, address))
			if answer.Status == 200 || strings.Contains(answer.Body, string(file[:20])) {
				t.Errorf("%s %s answers %d, %s", method, address, answer.Status, answer.Header.Get("Content-Type"))
			}
		}
	}
}

// raw is a request for an address as it stands: nothing is cleaned.
func raw(t *testing.T, method, address string) *http.Request {
	t.Helper()
	u, err := url.ParseRequestURI(address)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(method, "/", nil)
	r.URL, r.RequestURI = u, address
	return r
}

func TestMediaOfADeletedPhotoSaysSo(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Work()
	b := s.As(t, s.Hero("nightheron"))
	p := readyPhoto(t, s, b, sitetest.JPEG(t, sitetest.Picture(80, 60, 1)))
	b.Post("photo.delete", nil, p.ID).Is(303)
	gone := s.As(t, models.User{}).Get("media", p.Folder, p.Version, "64.jpg").Is(404).Shows("no longer here")
	if cache := gone.Header.Get("Cache-Control"); strings.Contains(cache, "immutable") || strings.Contains(cache, "public") {
		t.Errorf("what is gone may be cached: %q", cache)
	}
}
