package views_test

import (
	"bytes"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"superbook/models"
	"superbook/site/sitetest"
)

func form(pairs ...string) url.Values {
	f := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		f.Set(pairs[i], pairs[i+1])
	}
	return f
}

// wantUsed checks that nothing is left of an upload.
func wantUsed(t *testing.T, s *sitetest.Site, b *sitetest.Browser, id string) {
	t.Helper()
	b.Tus("HEAD", "/uploads/"+id, nil).Is(404)
	if slices.Contains(s.Kept(), "partial/"+id) {
		t.Error("the partial file is left")
	}
}

func TestPhotoOutOfAnUpload(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Work()
	b := s.As(t, s.Hero("nightheron"))
	file := sitetest.JPEG(t, sitetest.Picture(300, 200, 1))
	id := b.Resumable("a.jpg", "image/jpeg", file)
	first := b.Post("me.photos", form("upload", id, "alt", "A heron")).Is(303).PhotoID()
	wantUsed(t, s, b, id)
	s.Settle()
	if p := s.Photo(first); p.State != models.Ready || p.Alt != "A heron" || p.Width != 300 {
		t.Errorf("%+v", p)
	}
	kept := len(s.Kept())
	id = b.Resumable("a.jpg", "image/jpeg", file)
	if again := b.Upload("me.photos", "photo", "", "", nil, form("upload", id)).Is(303).PhotoID(); again != first {
		t.Errorf("the same bytes are photo %d", again)
	}
	wantUsed(t, s, b, id)
	if n := len(s.Kept()); n != kept {
		t.Errorf("%d files, there were %d", n, kept)
	}
	b.JSON().Post("me.photos", form("upload", b.Resumable("b.png", "image/png", sitetest.PNG(t, sitetest.Picture(60, 40, 2))))).Is(202)
	b.Submit(sitetest.JPEG(t, sitetest.Picture(60, 40, 3)), form("upload", "")).Is(303)
	if n := len(s.Photos()); n != 3 {
		t.Errorf("%d photos", n)
	}
}

func TestAttachmentOutOfAnUpload(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Work()
	b := s.As(t, s.Hero("nightheron"))
	for i, c := range []struct {
		name, kind string
		file       []byte
		want       models.FileKind
	}{
		{"../harbour plan.pdf", "application/pdf", sitetest.PDF(), models.OtherFile},
		{"page.jpg", "image/jpeg", []byte("<!doctype html><script>alert(1)</script>"), models.OtherFile},
		{"harbour.jpg", "text/html", picture(t, 1), models.PictureFile},
	} {
		id := b.Resumable(c.name, c.kind, c.file)
		var u sitetest.Uploaded
		if i%2 == 0 {
			b.JSON().Post("attachment.new", form("upload", id)).Is(201).Decode(&u)
		} else {
			b.JSON().Send("attachment.new", form("upload", id)).Is(201).Decode(&u)
		}
		if want := strings.TrimPrefix(c.name, "../"); u.Name != want || u.Kind != c.want || u.Size != int64(len(c.file)) {
			t.Errorf("%s: %+v", c.name, u)
		}
		wantUsed(t, s, b, id)
	}
	b.Post("attachment.new", form("upload", b.Resumable("words.txt", "", []byte("All boats home.")))).Is(201).Shows("words.txt")
	s.Settle()
}

// What a form cannot have it says beside the field; what is refused stays.
func TestUploadsThatAFormCannotHave(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Unlimited()
	b, other := s.As(t, s.Hero("nightheron")), s.As(t, s.Fan("wren"))
	jpeg := sitetest.JPEG(t, sitetest.Picture(60, 40, 1))
	partly := b.Announce("a.jpg", "image/jpeg", len(jpeg))
	b.Piece(partly, 0, jpeg[:50]).Is(204)
	expired := b.Resumable("a.jpg", "image/jpeg", jpeg)
	s.Exec("UPDATE uploads SET expires_at = ? WHERE id = ?", time.Now().UTC().Add(-time.Second), expired)
	for name, c := range map[string]struct {
		id            string
		photo, file   int
		words         string
		inPhoto       string // words for a photo alone
		goesWithPhoto bool
	}{
		"partly":       {strings.TrimPrefix(partly, "/uploads/"), 422, 422, "has not arrived whole yet. Wait until it has, then submit.", "", true},
		"somebody's":   {other.Resumable("a.jpg", "image/jpeg", jpeg), 422, 422, "That upload is over", "", false},
		"expired":      {expired, 422, 422, "That upload is over", "", false},
		"missing":      {strings.Repeat("0", 32), 422, 422, "That upload is over", "", false},
		"no id":        {"../../etc/passwd", 422, 422, "That upload is over", "", false},
		"with a NUL":   {"a\x00", 422, 422, "That upload is over", "", false},
		"no text":      {"\xff\xfe", 422, 422, "That upload is over", "", false},
		"empty":        {b.Resumable("a.jpg", "image/jpeg", nil), 422, 422, "is empty", "", true},
		"no picture":   {b.Resumable("a.jpg", "image/jpeg", []byte("Dear diary")), 422, 0, "", "not a picture", true},
		"lies":         {b.Resumable("a.png", "image/png", jpeg), 422, 0, "", "JPEG is inside", true},
		"over 25 MB":   {b.Resumable("a.jpg", "image/jpeg", append(bytes.Clone(jpeg), make([]byte, 25<<20)...)), 413, 0, "", "larger than 25 MB", true},
		"half a photo": {b.Resumable("a.jpg", "image/jpeg", jpeg[:200]), 422, 0, "", "end of that picture is missing", true},
	} {
		t.Run(name, func(t *testing.T) {
			b := b.In(t)
			words := c.words + c.inPhoto
			page := b.Post("me.photos", form("upload", c.id, "alt", "A “heron”")).Is(c.photo)
			if wrong := page.HTML().Find("#photo-error").Text(); !strings.Contains(wrong, words) {
				t.Errorf("beside the field stands %q", wrong)
			}
			if got := page.Value("alt"); got != "A “heron”" {
				t.Errorf("the words typed are %q now", got)
			}
			wantProblem(t, b.JSON().Upload("me.photos", "photo", "", "", nil, form("upload", c.id)), c.photo, "photo", words)
			if c.file != 0 {
				wantProblem(t, b.JSON().Post("attachment.new", form("upload", c.id)), c.file, "file", words)
			}
			if c.goesWithPhoto {
				b.Tus("HEAD", "/uploads/"+c.id, nil).Is(200)
			}
		})
	}
	if len(s.Photos()) != 0 || len(s.Attachments()) != 0 {
		t.Error("something was accepted")
	}
	b.Piece(partly, 50, jpeg[50:]).Is(204)
	long := form("upload", strings.TrimPrefix(partly, "/uploads/"), "alt", strings.Repeat("a", 301))
	b.Post("me.photos", long).Is(422)
	long.Set("alt", "A heron")
	b.Post("me.photos", long).Is(303)
	wantUsed(t, s, b, long.Get("upload"))
}

// Forms that want one upload at once: one has it, and who comes later hears the
// same.
func TestUploadIsUsedOnce(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Unlimited()
	b := s.As(t, s.Hero("nightheron"))
	id := b.Resumable("words.txt", "", bytes.Repeat([]byte("All boats home. "), 200_000))
	var all sync.WaitGroup
	var won atomic.Int64
	var tokens sync.Map
	for range 8 {
		all.Go(func() {
			switch a := b.Fresh().JSON().Post("attachment.new", form("upload", id)); a.Status {
			case 201:
				var u sitetest.Uploaded
				a.Decode(&u)
				tokens.Store(u.Token, true)
				won.Add(1)
			case 423:
				if !strings.Contains(a.Body, "Another form is taking that file") {
					t.Errorf("refused with %s", a.Body)
				}
			default:
				t.Errorf("status %d: %s", a.Status, a.Body)
			}
		})
	}
	all.Wait()
	different := 0
	tokens.Range(func(_, _ any) bool { different++; return true })
	if n := len(s.Attachments()); won.Load() == 0 || different != 1 || n != 1 || len(s.Kept()) != 1 {
		t.Errorf("%d have it as %d tokens, there are %d attachments and the files %q", won.Load(), different, n, s.Kept())
	}
}

// While its upload is held elsewhere, a form is told what to do: the status of
// what only has to be tried again is another than that of what is wrong.
func TestUploadIsBusy(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	id := b.Resumable("words.txt", "", []byte("All boats home."))
	half := strings.TrimPrefix(b.Announce("words.txt", "", 15), "/uploads/")
	letGo := hold(t, s, id, half)
	for id, want := range map[string]struct {
		status int
		words  string
	}{id: {423, "Another form is taking that file"}, half: {422, "has not arrived whole"}} {
		wantProblem(t, b.JSON().Post("attachment.new", form("upload", id)), want.status, "file", want.words)
		wantProblem(t, b.JSON().Post("me.photos", form("upload", id)), want.status, "photo", want.words)
	}
	letGo()
	b.JSON().Post("attachment.new", form("upload", id)).Is(201)
}
