package views_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm"

	"superbook/site/sitetest"
)

// The answer to a form was lost on the way: sent again it is answered the same,
// as long as what it made is there.
func TestPhotoFormIsSentAgain(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Unlimited()
	b, other := s.As(t, s.Hero("nightheron")), s.As(t, s.Fan("wren"))
	f := form("upload", b.Resumable("a.jpg", "image/jpeg", sitetest.JPEG(t, sitetest.Picture(300, 200, 1))), "alt", "A heron")
	first := b.JSON().Post("me.photos", f).Is(202)
	for range 2 {
		if again := b.JSON().Post("me.photos", f).Is(202); again.Body != first.Body || again.Header.Get("Location") != first.Header.Get("Location") {
			t.Errorf("first %s, then %s", first.Body, again.Body)
		}
	}
	id := b.Fresh().Post("me.photos", f).Is(303).PhotoID()
	if again := b.Fresh().Upload("me.photos", "photo", "", "", nil, f).Is(303).PhotoID(); again != id || len(s.Photos()) != 1 {
		t.Errorf("photo %d, then %d; there are %d", id, again, len(s.Photos()))
	}
	wantUsed(t, s, b, f.Get("upload"))
	b.Tus("DELETE", "/uploads/"+f.Get("upload"), nil).Is(404)
	wantProblem(t, other.JSON().Post("me.photos", f), 422, "photo", "That upload is over")
	wantProblem(t, b.JSON().Post("attachment.new", f), 422, "file", "That upload is over")
	b.Fresh().Post("photo.delete", nil, id).Is(303)
	wantProblem(t, b.JSON().Post("me.photos", f), 422, "photo", "That upload is over")
}

func TestAttachmentFormIsSentAgain(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Unlimited()
	b, other := s.As(t, s.Hero("nightheron")), s.As(t, s.Fan("wren"))
	send := func(f map[string][]string) (u sitetest.Uploaded) {
		t.Helper()
		b.JSON().Post("attachment.new", f).Is(201).Decode(&u)
		return u
	}
	posted := form("upload", b.Resumable("a.jpg", "", picture(t, 1)))
	removed := form("upload", b.Resumable("words.txt", "", []byte("All boats home.")))
	for _, f := range []map[string][]string{posted, removed} {
		if first, again := send(f), send(f); first != again {
			t.Errorf("first %+v, then %+v", first, again)
		}
	}
	b.Fresh().Post("attachment.new", removed).Is(201).Shows("words.txt")
	wantProblem(t, other.JSON().Post("attachment.new", posted), 422, "file", "That upload is over")
	wantProblem(t, b.JSON().Post("me.photos", posted), 422, "photo", "That upload is over")
	if n := len(s.Attachments()); n != 2 {
		t.Errorf("%d attachments", n)
	}
	b.Fresh().Post("post.new", form("text", "Look", "attachment", send(posted).Token)).Is(303)
	b.JSON().Post("attachment.remove", form("token", send(removed).Token)).Is(204)
	for _, f := range []map[string][]string{posted, removed} {
		wantProblem(t, b.JSON().Post("attachment.new", f), 422, "file", "That upload is over")
	}
}

// log collects what is logged.
type log struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(b)
}

// What was committed is answered with success, though the partial file stays.
func TestUsedUploadThatCannotBeTidied(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	said := &log{}
	s.Views.Log = slog.New(slog.NewTextHandler(said, nil))
	photo := b.Resumable("a.jpg", "image/jpeg", picture(t, 1))
	file := b.Resumable("words.txt", "", []byte("All boats home."))
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.DB.Write.Callback().Update().After("*").Register("obstruct", func(g *gorm.DB) {
		if g.Statement.Table != "uploads" {
			return
		}
		for _, id := range []string{photo, file} { // a folder with something in it cannot be removed like a file
			name := filepath.Join(s.Settings.DataDir, "media", "partial", id)
			if os.Remove(name) == nil {
				_ = os.MkdirAll(filepath.Join(name, "x"), 0o700)
			}
		}
	}))
	b.JSON().Post("me.photos", form("upload", photo)).Is(202)
	if n := strings.Count(said.all.String(), "\n"); n != 1 || !strings.Contains(said.all.String(), "stays until the sweep") {
		t.Errorf("the log has %q", said.all.String())
	}
	must(s.DB.Write.Callback().Update().Remove("obstruct"))
	b.JSON().Post("me.photos", form("upload", photo)).Is(202)
	if len(s.Photos()) != 1 {
		t.Errorf("%d photos", len(s.Photos()))
	}
}
