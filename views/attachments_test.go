package views_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"superbook/models"
	"superbook/site/sitetest"
)

// safe checks the headers that every answer with a member's file has.
func safe(t *testing.T, a *sitetest.Answer) {
	t.Helper()
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'",
		"Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "private, no-cache", "Vary": "Cookie", "Content-Encoding": "",
	} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// moving are two frames.
func moving(t *testing.T) []byte {
	return sitetest.GIF(t, sitetest.Picture(60, 40, 1), sitetest.Picture(60, 40, 2))
}

func picture(t *testing.T, n int) []byte { return sitetest.JPEG(t, sitetest.Picture(300, 200, n)) }

// Whatever a file is called, and whatever its sender says: its bytes decide what
// it is, and only what cannot run is shown in the page.
func TestFilesAreWhatTheirBytesSay(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Unlimited()
	s.Work()
	b := s.As(t, s.Hero("nightheron"))
	const bytes = "application/octet-stream"
	still := sitetest.GIF(t, sitetest.Picture(60, 40, 1))
	for name, c := range map[string]struct {
		file    []byte
		kind    models.FileKind
		served  string // the type of the file itself; "" when it is not served
		element string // of the post that shows it
	}{
		"harbour.jpg":        {picture(t, 1), models.PictureFile, "", "a.shot img:last-child[width='300'][height='200']"},
		"harbour.png":        {sitetest.PNG(t, sitetest.Picture(60, 40, 1)), models.PictureFile, "", "a.shot img:last-child"},
		"still.gif":          {still, models.PictureFile, "", "a.shot img:last-child"},
		"wave.gif":           {moving(t), models.MovingFile, "image/gif", "div.shot a[data-moving]"},
		"clip.webm":          {sitetest.WebM(), models.VideoFile, "video/webm", "video[controls]"},
		"clip.mp4":           {sitetest.MP4(), models.VideoFile, "video/mp4", "video[controls]"},
		"horn.mp3":           {sitetest.MP3(), models.AudioFile, "audio/mpeg", "audio[controls]"},
		"horn.wav":           {sitetest.WAV(), models.AudioFile, "audio/wav", "audio[controls]"},
		"plan.pdf":           {sitetest.PDF(), models.OtherFile, bytes, "a.doc[download]"},
		"page.html":          {[]byte("<!doctype html><script>alert(1)</script>"), models.OtherFile, bytes, "a.doc"},
		"page.jpg":           {[]byte("<!doctype html><script>alert(1)</script>"), models.OtherFile, bytes, "a.doc"},
		"drawing.svg":        {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), models.OtherFile, bytes, "a.doc"},
		"code.js":            {[]byte("alert(1)"), models.OtherFile, bytes, "a.doc"},
		"words.txt":          {[]byte("All boats home."), models.OtherFile, bytes, "a.doc"},
		"phone.heic":         {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), models.OtherFile, bytes, "a.doc"},
		"half.jpg":           {picture(t, 1)[:200], models.OtherFile, bytes, "a.doc"},
		"gif that is js.gif": {[]byte("GIF89a/*\x00\x00\x00*/=1;alert(1)//"), models.OtherFile, bytes, "a.doc"},
		"clip.avi":           {[]byte("RIFF\x00\x00\x00\x00AVI LIST"), models.OtherFile, bytes, "a.doc"},
		"512.jpg":            {[]byte("no picture, but the name of a size"), models.OtherFile, bytes, "a.doc"},
		"archive":            {[]byte("PK\x03\x04" + strings.Repeat("\x00", 40)), models.OtherFile, bytes, "a.doc"},
	} {
		t.Run(name, func(t *testing.T) {
			b := b.In(t).Fresh()
			u := b.Attach(name, c.file)
			if u.Kind != c.kind || u.Name != name || u.Size != int64(len(c.file)) {
				t.Fatalf("it became %+v", u)
			}
			post := b.Say(url.Values{"attachment": {u.Token}})
			s.Settle()
			raw := b.Get("attachment", u.ID, name)
			if c.served == "" {
				raw.Is(404)
				safe(t, b.Get("attachment", u.ID, "512.jpg").Is(200))
			} else {
				safe(t, raw.Is(200))
				how := map[bool]string{true: "attachment", false: "inline"}[c.served == bytes]
				if got := raw.Header.Get("Content-Disposition"); !strings.HasPrefix(got, how+`; filename="`) {
					t.Errorf("it is sent as %s", got)
				}
				if raw.Header.Get("Content-Type") != c.served || raw.Body != string(c.file) {
					t.Errorf("%d bytes of %s came", len(raw.Body), raw.Header.Get("Content-Type"))
				}
			}
			page := b.Get("post", post).Is(200)
			if page.HTML().Find(".file "+c.element).Length() != 1 {
				html, _ := page.HTML().Find(".post-body").Html()
				t.Errorf("there is no %s in %s", c.element, html)
			}
			p := postOf(t, b, post)
			if len(p.Files) != 1 || p.Files[0].Name != name || p.Files[0].URL == "" {
				t.Errorf("as JSON: %+v", p)
			}
			b.Visit(p.Files[0].URL).Is(200)
		})
	}
	for _, f := range s.Kept() {
		if strings.HasPrefix(f, "files/variants/") {
			t.Errorf("%s is where everybody can fetch it", f)
		}
	}
}

type postBody struct {
	Files []struct{ URL, Name, Alt string }
}

func postOf(t *testing.T, b *sitetest.Browser, id int64) (p postBody) {
	t.Helper()
	b.JSON().Get("post", id).Is(200).Decode(&p)
	return p
}

func TestNamesOfFilesAreTidied(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Unlimited()
	b := s.As(t, s.Hero("nightheron"))
	for sent, c := range map[string]struct{ name, disposition string }{
		`../../etc/passwd`:                {"passwd", `attachment; filename="passwd"; filename*=UTF-8''passwd`},
		`C:\\Users\\heron\\plan.txt`:      {"plan.txt", `attachment; filename="plan.txt"; filename*=UTF-8''plan.txt`},
		`a%22b%0D%0ASet-Cookie: x=1.txt`:  {`a"b Set-Cookie: x=1.txt`, `attachment; filename="a_b Set-Cookie: x=1.txt"; filename*=UTF-8''a%22b%20Set-Cookie%3A%20x%3D1.txt`},
		`<script>alert(1)<.html`:          {`<script>alert(1)<.html`, `attachment; filename="<script>alert(1)<.html"; filename*=UTF-8''%3Cscript%3Ealert%281%29%3C.html`},
		"invoice\u202egpj.exe":            {"invoicegpj.exe", `attachment; filename="invoicegpj.exe"; filename*=UTF-8''invoicegpj.exe`},
		"Möwe & Fähre + 1.txt":            {"Möwe & Fähre + 1.txt", `attachment; filename="M_we & F_hre + 1.txt"; filename*=UTF-8''M%C3%B6we%20%26%20F%C3%A4hre%20%2B%201.txt`},
		strings.Repeat("a", 300) + ".txt": {strings.Repeat("a", 116) + ".txt", ""},
		"...":                             {"file", ""},
		"100% of it; and more?.txt":       {"100% of it; and more?.txt", `attachment; filename="100_ of it; and more?.txt"; filename*=UTF-8''100%25%20of%20it%3B%20and%20more%3F.txt`},
		"family 👨‍👩‍👧.txt":                {"family 👨‍👩‍👧.txt", ""},
	} {
		u := b.Attach(sent, []byte("words"))
		if u.Name != c.name {
			t.Errorf("%q became %q, want %q", sent, u.Name, c.name)
			continue
		}
		a := b.Get("attachment", u.ID, u.Name).Is(200)
		if got := a.Header.Get("Content-Disposition"); c.disposition != "" && got != c.disposition {
			t.Errorf("%q is sent as\n%s\nwant\n%s", sent, got, c.disposition)
		}
		if slices.Contains(slices.Collect(maps.Keys(a.Header)), "Set-Cookie") && a.Header.Get("Set-Cookie") == "x=1.txt" {
			t.Errorf("%q set a header", sent)
		}
		page := b.Send("post.new", url.Values{"attachment": {u.Token}, "add": {"true"}}).Is(200)
		if got := page.HTML().Find(".chosen-file strong").Text(); got != c.name {
			t.Errorf("%q is shown as %q", sent, got)
		}
	}
	page := b.Send("post.new", url.Values{"add": {"true"}}, sitetest.File{Name: "<script>alert(1)<.html", Content: []byte("x")})
	if strings.Contains(page.Body, "<script>alert") {
		t.Error("a name becomes HTML")
	}
}

func TestUploadsAreRefusedKindly(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	b.JSON().Send("attachment.new", nil).Is(422).Shows("Choose a file first")
	b.JSON().Send("attachment.new", nil, sitetest.File{Name: "empty.txt"}).Is(422).Shows("is empty")
	b.JSON().Post("attachment.new", url.Values{"file": {"x"}}).Is(400)
	b.Send("attachment.new", nil, sitetest.File{Name: "empty.txt"}).Is(422).Shows("is empty")
	b.JSON().Send("attachment.new", nil, sitetest.File{Name: "huge.bin", Content: make([]byte, 100<<20+1)}).Is(413).Shows("larger than 100 MB")
	wantNothingKept(t, s)
	if n := len(s.Attachments()); n != 0 {
		t.Errorf("%d files are kept", n)
	}
	page := b.Send("attachment.new", nil, sitetest.File{Name: "plan.pdf", Content: sitetest.PDF()}).Is(201).Shows("Write a post", "plan.pdf")
	b.Send("post.new", url.Values{"attachment": {page.Value("attachment")}}).Is(303)
}

// A member can have so much waiting, and no more; the words they wrote stay.
func TestThereIsRoomForSoManyWaitingFiles(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Unlimited()
	b := s.As(t, s.Hero("nightheron"))
	var first sitetest.Uploaded
	for i := range 40 {
		if u := b.Attach(fmt.Sprintf("%d.txt", i), []byte("words")); i == 0 {
			first = u
		}
	}
	one := sitetest.File{Name: "one more.txt", Content: []byte("words")}
	b.JSON().Send("attachment.new", nil, one).Is(422).Shows("wait for a post already")
	if got := b.Send("post.new", url.Values{"text": {"All home"}}, one).Is(422).Shows("wait for a post already").Value("text"); got != "All home" {
		t.Errorf("the text became %q", got)
	}
	b.Post("attachment.remove", url.Values{"token": {first.Token}}).Is(303)
	b.Attach("one more.txt", []byte("words"))
	s.Exec("UPDATE attachments SET size = 500000000 WHERE id = ?", first.ID+1)
	s.Exec("DELETE FROM attachments WHERE id > ?", first.ID+5)
	b.JSON().Send("attachment.new", nil, sitetest.File{Name: "large.bin", Content: make([]byte, 30<<20)}).Is(422).Shows("wait for a post already")
	s.As(t, s.Fan("wren")).Attach("another member.txt", []byte("words"))
	if n := len(s.Attachments()); n != 6 {
		t.Errorf("%d files are kept", n)
	}
	for _, name := range s.Kept() {
		if strings.HasPrefix(name, "tmp/") {
			t.Errorf("%s stays", name)
		}
	}
}

func TestDeletingAPostRemovesItsFiles(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Work()
	b := s.As(t, s.Hero("nightheron"))
	post := b.Say(url.Values{"attachment": {b.Attach("a.jpg", picture(t, 1)).Token, b.Attach("w.gif", moving(t)).Token, b.Attach("b.txt", []byte("b")).Token}})
	s.Settle()
	if n := len(s.Kept()); n != 2+2*5+1 {
		t.Errorf("kept are %v", s.Kept())
	}
	b.Post("post.delete", nil, post).Is(http.StatusSeeOther)
	if n := len(s.Attachments()) + len(s.Photos()) + len(s.Kept()); n != 0 {
		t.Errorf("%d rows and files are left", n)
	}
}
