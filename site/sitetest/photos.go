package sitetest

import (
	"context"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/models"
)

// In is the same visitor in a subtest, which then fails in place of its parent.
func (b *Browser) In(t testing.TB) *Browser {
	same := *b
	same.t = t
	return &same
}

// Cookies are what the visitor's browser keeps.
func (b *Browser) Cookies() []*http.Cookie { return slices.Collect(maps.Values(b.cookies)) }

// Submit submits a photo; more are other fields of the form.
func (b *Browser) Submit(file []byte, more url.Values) *Answer {
	b.t.Helper()
	return b.Upload("me.photos", "photo", "picture", http.DetectContentType(file), file, more)
}

// PhotoID is the number of the photo that the answer leads to, or tells of.
func (a *Answer) PhotoID() int64 {
	a.t.Helper()
	if a.Status == http.StatusAccepted {
		var body struct{ ID int64 }
		a.Decode(&body)
		return body.ID
	}
	id, err := strconv.ParseInt(path.Base(a.Header.Get("Location")), 10, 64)
	if err != nil {
		a.t.Fatalf("%s leads to %q, not to a photo: status %d\n%.2000s", a.what, a.Header.Get("Location"), a.Status, a.Body)
	}
	return id
}

// Photo reads a photo as the database has it. A photo that is not there is a
// failure of the test.
func (s *Site) Photo(id int64) models.Photo {
	s.t.Helper()
	p, err := models.PhotosIn(s.DB.Read).Get(s.t.Context(), id)
	must(s.t, err)
	return p
}

// Task reads the newest task of a photo as the database has it.
func (s *Site) Task(photo int64) models.Task {
	s.t.Helper()
	list, err := models.TasksIn(s.DB.Read).About("photo.process", photo).Newest(s.t.Context(), 1)
	must(s.t, err)
	if len(list) == 0 {
		s.t.Fatalf("photo %d has no task", photo)
	}
	return list[0]
}

// Photos reads all photos, oldest first.
func (s *Site) Photos() []models.Photo {
	s.t.Helper()
	all, err := db.Rows[models.Photo](s.DB.Read).Order("id").Find(s.t.Context())
	must(s.t, err)
	return all
}

// Chosen is the number of a member's profile photo, or 0.
func (s *Site) Chosen(u models.User) int64 {
	s.t.Helper()
	id, err := models.ChosenPhoto(s.t.Context(), s.DB.Read, u.ID)
	must(s.t, err)
	return id
}

// Exec runs a statement, to make what time or a fault would make.
func (s *Site) Exec(statement string, args ...any) {
	s.t.Helper()
	must(s.t, s.DB.Write.WithContext(s.t.Context()).Exec(statement, args...).Error)
}

// Kept are all files in the media folder, with their keys; temporary ones begin
// with "tmp/".
func (s *Site) Kept() []string {
	s.t.Helper()
	names := []string{}
	root := filepath.Join(s.Settings.DataDir, "media")
	must(s.t, fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			names = append(names, name)
		}
		return err
	}))
	return names
}

// HoldPhotos makes the next photo that is cut, or cut anew, stop when it is half done.
// reached is closed when a photo stands there, and release lets it go on.
func (s *Site) HoldPhotos() (reached <-chan struct{}, release func()) {
	s.t.Helper()
	stop, at := make(chan struct{}), make(chan struct{})
	var once sync.Once
	s.updates.add(func(g *gorm.DB) {
		if p, ok := g.Statement.Dest.(models.Photo); ok && p.Progress >= 50 && p.Progress < 100 {
			once.Do(func() { close(at) })
			<-stop
		}
	})
	release = sync.OnceFunc(func() { close(stop) })
	context.AfterFunc(s.t.Context(), release)
	return at, release
}
