package views_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

// Whoever sees the post sees its files, at every one of their addresses, and
// nobody else; what waits is its owner's.
func TestWhoSeesFiles(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Unlimited()
	s.Work()
	hero, fan, other, blocked, staff := s.Hero("nightheron"), s.Fan("wren"), s.Hero("tidewright"), s.Fan("marrow"), s.Staff()
	s.Block(hero, blocked)
	b := s.As(t, hero)
	with := func(form url.Values) (pic, doc sitetest.Uploaded) {
		pic, doc = b.Attach("a.jpg", picture(t, 1)), b.Attach("b.txt", []byte("b"))
		if form != nil {
			form["attachment"] = []string{pic.Token, doc.Token}
			b.Say(form)
		}
		return pic, doc
	}
	publicPic, publicDoc := with(url.Values{"text": {"For all"}})
	personalPic, personalDoc := with(url.Values{"text": {"For one"}, "to": {"wren"}})
	waitingPic, waitingDoc := with(nil)
	s.Settle()
	visitors := map[string]*sitetest.Browser{"author": b, "fan": s.As(t, fan), "other": s.As(t, other), "blocked": s.As(t, blocked), "staff": s.As(t, staff), "stranger": s.As(t, stranger)}
	for what, c := range map[string]struct {
		pic, doc sitetest.Uploaded
		seen     string
	}{
		"public":   {publicPic, publicDoc, "author fan other staff stranger"},
		"personal": {personalPic, personalDoc, "author fan"},
		"waiting":  {waitingPic, waitingDoc, "author"},
	} {
		for who, visitor := range visitors {
			want := http.StatusNotFound
			if strings.Contains(c.seen, who) {
				want = http.StatusOK
			}
			for _, size := range []string{"64", "128", "256", "512", "1280"} {
				visitor.Get("attachment", c.pic.ID, size+".jpg").Is(want).AtMost(4)
			}
			visitor.Get("attachment", c.doc.ID, "b.txt").Is(want)
			visitor.Do(httptest.NewRequest(http.MethodHead, s.Path("attachment", c.doc.ID, "b.txt"), nil)).Is(want)
			visitor.Get("attachment", c.pic.ID, "a.jpg").Is(404)                    // as it came: it may say where it was taken
			elsewhere := visitor.Get("photo", *s.Attachments()[c.pic.ID-1].PhotoID) // no page of its own
			if want == http.StatusOK {
				want = http.StatusSeeOther
			}
			elsewhere.Is(want)
			if t.Failed() {
				t.Fatalf("the file is %s, and %s asks", what, who)
			}
		}
	}
	for _, path := range []string{"/attachments/999/b.txt", "/attachments/0/b.txt", "/attachments/x/b.txt", s.Path("attachment", publicDoc.ID, "c.txt"),
		s.Path("attachment", publicDoc.ID, "64.jpg"), s.Path("attachment", publicPic.ID, "65.jpg"), s.Path("attachment", publicPic.ID, "064.jpg"),
		"/attachments/1/..%2f1%2fb.txt", "/attachments/1/b.txt%00"} {
		b.Visit(path).Is(404)
	}
	media := s.Photos()[0]
	b.Get("media", media.Folder, media.Version, "64.jpg").Is(404) // the open address of portraits
}

func TestFilesAreSentInParts(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	song := sitetest.MP3()
	u := b.Attach("horn.mp3", song)
	b.Say(url.Values{"attachment": {u.Token}})
	ask := func(method string, headers ...string) *sitetest.Answer {
		r := httptest.NewRequest(method, s.Path("attachment", u.ID, "horn.mp3"), nil)
		r.Header.Set("Accept-Encoding", "gzip")
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		return b.Do(r)
	}
	whole := ask("GET").Is(200)
	etag, modified := whole.Header.Get("ETag"), whole.Header.Get("Last-Modified")
	if whole.Header.Get("Accept-Ranges") != "bytes" || etag == "" || modified == "" || whole.Body != string(song) {
		t.Errorf("the whole has %v", whole.Header)
	}
	for name, c := range map[string]struct {
		headers []string
		status  int
		part    string // Content-Range
		body    string
	}{
		"the first bytes":    {[]string{"Range", "bytes=0-3"}, 206, "bytes 0-3/417", string(song[:4])},
		"to the end":         {[]string{"Range", "bytes=400-"}, 206, "bytes 400-416/417", string(song[400:])},
		"the last bytes":     {[]string{"Range", "bytes=-5"}, 206, "bytes 412-416/417", string(song[412:])},
		"behind the end":     {[]string{"Range", "bytes=417-"}, 416, "bytes */417", ""},
		"no range":           {[]string{"Range", "bytes=x"}, 416, "", ""},
		"of this content":    {[]string{"Range", "bytes=0-3", "If-Range", etag}, 206, "bytes 0-3/417", string(song[:4])},
		"of another content": {[]string{"Range", "bytes=0-3", "If-Range", `"x"`}, 200, "", string(song)},
		"known by name":      {[]string{"If-None-Match", etag}, 304, "", ""},
		"known by time":      {[]string{"If-Modified-Since", modified}, 304, "", ""},
	} {
		a := ask("GET", c.headers...).Is(c.status)
		if a.Header.Get("Content-Range") != c.part || c.status < 400 && a.Body != c.body {
			t.Errorf("%s: %q of %d bytes", name, a.Header.Get("Content-Range"), len(a.Body))
		}
		if a.Header.Get("X-Content-Type-Options") != "nosniff" || a.Header.Get("Content-Security-Policy") != "sandbox; default-src 'none'" {
			t.Errorf("%s: %v", name, a.Header)
		}
	}
	if head := ask("HEAD").Is(200); head.Body != "" || head.Header.Get("Content-Length") != "417" {
		t.Errorf("HEAD has %v", head.Header)
	}
}

// A picture that breaks in work says so to all, and its owner can have it back.
func TestAPictureThatFails(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Work()
	hero := s.Hero("nightheron")
	b, anyone := s.As(t, hero), s.As(t, stranger)
	broken := picture(t, 1)
	copy(broken[len(broken)-300:], strings.Repeat("\xff\xd0", 100)) // sound in structure only
	u, gif := b.Attach("broken.jpg", broken), b.Attach("wave.gif", moving(t))
	post := b.Say(url.Values{"attachment": {u.Token, gif.Token}})
	s.Settle()
	s.Exec("UPDATE photos SET state = 'failed', version = '', failure = 'It is damaged.'")
	anyone.Get("post", post).Is(200).Shows("could not be opened", "wave.gif").Hides("Get broken.jpg back", "It is damaged.")
	anyone.Get("attachment", u.ID, "broken.jpg").Is(404)
	anyone.Get("attachment", gif.ID, "wave.gif").Is(200)
	b.Get("post", post).Is(200).Shows("Get broken.jpg back")
	a := b.Get("attachment", u.ID, "broken.jpg").Is(200)
	safe(t, a)
	if a.Body != string(broken) || !strings.HasPrefix(a.Header.Get("Content-Disposition"), "attachment;") || a.Header.Get("Content-Type") != "application/octet-stream" {
		t.Errorf("it comes back as %v", a.Header)
	}
}

// The work on a picture shows on the pages of those who see its post.
func TestPicturesBecomeReadyLive(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Unlimited()
	hero, fan := s.Hero("nightheron"), s.Fan("wren")
	b, srv := s.As(t, hero), s.Server()
	u := b.Attach("harbour.jpg", picture(t, 1))
	photo := s.Photos()[0].ID
	topic := "/live?on=" + tasks.PhotoTopic(photo)
	s.As(t, stranger).Visit(topic).Is(404)
	b.Say(url.Values{"text": {"Only you"}, "to": {"wren"}, "attachment": {u.Token}})
	s.As(t, stranger).Visit(topic).Is(404)
	s.As(t, models.User{}).Visit("/live?on=photo:999").Is(404)
	feed := s.As(t, fan).Get("feed").Is(200)
	if got := feed.HTML().Find(".file").AttrOr("data-topic", ""); got != tasks.PhotoTopic(photo) {
		t.Errorf("the page follows %q", got)
	}
	stream := s.As(t, fan).Follow(srv, topic, "")
	s.Work()
	events := stream.Until(`<a class="shot"`)
	if len(events) < 2 || !strings.Contains(events[0].Data, "<progress") || strings.Contains(events[len(events)-1].Data, "data-topic") {
		t.Errorf("came %+v", events)
	}
}
