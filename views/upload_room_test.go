package views_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"superbook/kit/media"
	"superbook/site/sitetest"
)

// hold opens the partial files of uploads, as a PATCH has them.
func hold(t *testing.T, s *sitetest.Site, paths ...string) (letGo func()) {
	t.Helper()
	var open []*media.Partial
	for _, path := range paths {
		p, err := s.Views.Files.OpenPartial(strings.TrimPrefix(path, "/uploads/"))
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, p)
	}
	return func() {
		for _, p := range open {
			if err := p.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

// The oldest upload that nobody sends to makes room for one too many.
func TestUploadsHaveTheirNumber(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b, other := s.As(t, s.Hero("nightheron")), s.As(t, s.Fan("wren"))
	hers := other.Announce("a.txt", "text/plain", 10)
	paths := []string{}
	for range 8 {
		paths = append(paths, b.Announce("a.txt", "text/plain", 10))
	}
	announce := func() *sitetest.Answer { return b.Tus("POST", "/uploads", nil, "Upload-Length", "1") }
	letGo := hold(t, s, paths...)
	if p := problemOf(t, announce().Is(422)); !strings.Contains(p.Detail, "Wait until one is here") {
		t.Errorf("%+v", p)
	}
	letGo()
	letGo = hold(t, s, paths[0], paths[2])
	announce().Is(201)
	announce().Is(201)
	letGo()
	other.Tus("HEAD", hers, nil).Is(200)
	for i, path := range paths {
		want := 200
		if i == 1 || i == 3 {
			want = 404
		}
		b.Tus("HEAD", path, nil).Is(want)
	}
	s.Exec("UPDATE uploads SET expires_at = ? WHERE id = ?", time.Now().UTC().Add(-time.Second), strings.TrimPrefix(paths[0], "/uploads/"))
	announce().Is(201) // what has expired does not count
	b.Tus("HEAD", paths[2], nil).Is(200)
	if err := s.Views.Files.RemovePartial(strings.TrimPrefix(paths[2], "/uploads/")); err != nil {
		t.Fatal(err)
	}
	announce().Is(201) // a row whose file is gone makes room as well
	if n := len(s.Kept()); n != 10 {
		t.Errorf("%d files are there, want 8, one of another member, and one that has expired", n)
	}
}

func TestUploadsAreNotBegunTooOften(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	s.Views.Limits.UploadsByAccount = new(clock).allow(1)
	b.Announce("a.txt", "text/plain", 10)
	if b.Tus("POST", "/uploads", nil, "Upload-Length", "1").Is(429).Header.Get("Retry-After") == "" {
		t.Error("it does not say when to come back")
	}
}

// Files that their form refuses do not stand in the way of the next ones, nor
// do those that it has taken.
func TestUploadsThatAreOfNoUseMakeRoom(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Unlimited()
	b := s.As(t, s.Hero("nightheron"))
	waiting := b.Announce("mine.bin", "", 10)
	for range 10 {
		id := b.Resumable("words.txt", "", []byte("All boats home."))
		b.JSON().Post("attachment.new", form("upload", id)).Is(201)
	}
	b.Tus("HEAD", waiting, nil).Is(200) // nothing had to make room for the used ones
	for range 10 {
		id := b.Resumable("a.jpg", "image/jpeg", []byte("Dear diary"))
		b.JSON().Post("me.photos", form("upload", id)).Is(422)
	}
	if n := len(s.Kept()); n != 10+8 {
		t.Errorf("%d files are there, want 10 that wait for a post and 8 uploads", n)
	}
}

// An upload that is refused leaves no file, and takes none from those that come.
func TestRefusedUploadsLeaveNothing(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	paths := []string{}
	for range 8 {
		paths = append(paths, b.Announce("a.txt", "text/plain", 10))
	}
	letGo := hold(t, s, paths...)
	defer letGo()
	for range 3 {
		b.Tus("POST", "/uploads", nil, "Upload-Length", "1").Is(422)
	}
	if _, err := s.Views.Files.OpenPartial(strings.TrimPrefix(paths[7], "/uploads/")); !errors.Is(err, media.ErrBusy) {
		t.Errorf("an upload that comes is open to others: %v", err)
	}
	if n := len(s.Kept()); n != 8 {
		t.Errorf("%d files are there", n)
	}
}
