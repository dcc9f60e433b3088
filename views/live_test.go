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

func liveOn(id int64) string { return "/live?on=" + tasks.PhotoTopic(id) }

const (
	readyMark = `data-state="ready"`
	refresh   = `<noscript><meta http-equiv="refresh" content="2"></noscript>`
)

// fragment is what the partial says of the photo as it is now, as a stream
// carries it.
func fragment(t *testing.T, s *sitetest.Site, id int64) string {
	t.Helper()
	html, err := s.Pages.Fragment("photo_status", s.Photo(id))
	if err != nil {
		t.Fatal(err)
	}
	return html
}

func TestPageFollowsThePhoto(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	srv := s.Server()
	b := s.As(t, s.Hero("nightheron"))
	id := b.Submit(sitetest.JPEG(t, sitetest.Picture(1600, 1200, 1)), nil).Is(303).PhotoID()

	page := b.Get("photo", id).Is(200)
	body := page.HTML().Find("body")
	address, last := body.AttrOr("data-live", ""), body.AttrOr("data-live-last", "")
	if address == "" || last == "" || !strings.Contains(page.Body, refresh) {
		t.Fatalf("the page follows %q from %q; refresh: %v", address, last, strings.Contains(page.Body, refresh))
	}
	if list := b.Get("me.photos").Is(200); strings.Contains(list.Body, refresh) {
		t.Error("the list of photos refreshes itself")
	}
	stream := b.Follow(srv, address, last)
	s.Work()
	events := stream.Until(readyMark)

	percents := map[string]bool{}
	for _, e := range events[:len(events)-1] {
		if e.Name != "" || !strings.Contains(e.Data, `data-state="processing"`) {
			t.Errorf("before the end came %+v", e)
		}
		percents[e.Data] = true
	}
	if len(percents) < 3 {
		t.Errorf("only %d steps were told", len(percents))
	}
	s.Settle()
	final := events[len(events)-1]
	if want := fragment(t, s, id); final.Data != want {
		t.Errorf("came\n%s\nbut the partial is\n%s", final.Data, want)
	}
	page = b.Get("photo", id).Is(200)
	if !strings.Contains(page.Body, final.Data) {
		t.Errorf("the page does not have the markup that came:\n%s", page.Body)
	}
	if strings.Contains(page.Body, "http-equiv") || strings.Contains(page.HTML().Find("body").AttrOr("data-live", ""), "photo") {
		t.Error("the page of a ready photo still follows or refreshes")
	}
}

func TestStreamResumes(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	srv := s.Server()
	reached, release := s.HoldPhotos()
	b := s.As(t, s.Hero("nightheron"))
	id := b.Submit(sitetest.JPEG(t, sitetest.Picture(1600, 1200, 1)), nil).Is(303).PhotoID()
	last := b.Get("photo", id).HTML().Find("body").AttrOr("data-live-last", "")
	stream := b.Follow(srv, liveOn(id), last)
	s.Work()
	seen := stream.Next() // the first step; then the connection breaks
	stream.Close()
	<-reached
	release()
	s.Settle()

	all := b.Follow(srv, liveOn(id), last).Until(readyMark)
	rest := b.Follow(srv, liveOn(id), seen.ID).Until(readyMark)
	if len(all) < 3 || all[0] != seen {
		t.Errorf("from the beginning came %d events, the first %+v; before it was %+v", len(all), all[0], seen)
	}
	if len(rest) != len(all)-1 || rest[0] != all[1] || rest[len(rest)-1] != all[len(all)-1] {
		t.Errorf("after the first came %d of %d events", len(rest), len(all))
	}
	byQuery := b.Follow(srv, liveOn(id)+"&last="+seen.ID, "").Until(readyMark)
	if len(byQuery) != len(rest) {
		t.Errorf("with last in the query came %d of %d events", len(byQuery), len(rest))
	}
	if e := b.Follow(srv, liveOn(id), "anotherlife-7").First; e.Name != "reset" {
		t.Errorf("who comes from another life is told %+v", e)
	}
}

func TestStreamTellsOfFailure(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	srv := s.Server()
	b := s.As(t, s.Hero("nightheron"))
	id := b.Submit(hostilePhoto(t, "garbage-data.png"), nil).Is(303).PhotoID()
	stream := b.Follow(srv, liveOn(id), "")
	s.Work()
	events := stream.Until(`data-state="failed"`)
	s.Settle()
	if got, want := events[len(events)-1].Data, fragment(t, s, id); got != want {
		t.Errorf("came\n%s\nwant\n%s", got, want)
	}
}

func TestStreamsOfNothing(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	b.Submit(sitetest.JPEG(t, sitetest.Picture(30, 20, 1)), nil).Is(303)
	many := "photo:1" + strings.Repeat(",photo:1", 128)
	for _, on := range []string{"", "photo", "photo:", "photo:x", "photo:01", "photo:+1", "photo:-1", "photo:1%20", "photo:1:2",
		"photo:999", "hero:1", "planet:1", ",", "photo:99999999999999999999", many} {
		for name, visitor := range map[string]*sitetest.Browser{"owner": b, "anonymous": s.As(t, models.User{})} {
			if answer := visitor.Visit("/live?on=" + on); answer.Status != 404 {
				t.Errorf("%s follows %q: %d", name, on, answer.Status)
			}
		}
	}
	b.Visit("/live").Is(404)
}

func TestStreamIsNoPage(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	srv := s.Server()
	b := s.As(t, s.Hero("nightheron"))
	id := b.Submit(sitetest.JPEG(t, sitetest.Picture(30, 20, 1)), nil).Is(303).PhotoID()
	many := strings.TrimSuffix(strings.Repeat(tasks.PhotoTopic(id)+",", 128), ",")
	b.Follow(srv, "/live?on="+many, "").Close() // as many as one stream may follow
	r := httptest.NewRequest(http.MethodPost, liveOn(id), nil)
	b.Do(r).Is(http.StatusMethodNotAllowed)
}

// A visitor with very many tabs has the newest of them live; others have theirs.
func TestAVisitorHasOnlySoManyStreams(t *testing.T) {
	t.Parallel()
	const most = 16
	s := sitetest.New(t)
	srv := s.Server()
	hero := s.Hero("nightheron")
	for name, b := range map[string]*sitetest.Browser{"a member": s.As(t, s.Fan("wren")), "a stranger": s.As(t, stranger)} {
		other := s.As(t, hero).Follow(srv, "/live?on=public", "")
		streams := make([]*sitetest.Stream, most+1)
		for i := range streams {
			streams[i] = b.Follow(srv, "/live?on=public", "")
		}
		streams[0].Ends()
		s.As(t, hero).Say(url.Values{"text": {"Heard by " + name}})
		for _, stream := range append(streams[1:], other) {
			stream.Until("Heard by " + name)
		}
	}
}
