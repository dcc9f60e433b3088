package views_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"superbook/kit/async"
	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

// famous is a hero with something in every part of the profile.
func famous(t *testing.T, s *sitetest.Site) models.User {
	t.Helper()
	s.Views.Limits = unlimited()
	u, fan := s.Hero("nightheron"), s.As(t, s.Fan("wren"))
	fan.Post("user.follow", url.Values{}, "nightheron").Is(http.StatusSeeOther)
	report(t, fan, "Low Quay")
	s.As(t, u).Say(url.Values{"text": {"All boats home."}})
	return u
}

// report reports a sighting of nightheron, an hour ago.
func report(t *testing.T, b *sitetest.Browser, place string) {
	t.Helper()
	b.Post("sighting.new", url.Values{"hero": {"nightheron"}, "when": {time.Now().UTC().Add(-time.Hour).Format("2006-01-02T15:04")},
		"place": {place}, "country": {"NO"}, "coordinates": {"60.4, 5.3"}}).Is(http.StatusSeeOther)
}

// gate holds a part until it is opened, unless the part's context ends.
type gate chan struct{}

func (g gate) pass(ctx context.Context) {
	select {
	case <-g:
	case <-ctx.Done():
	}
}

// hold holds one of the parts of a profile.
func (g gate) hold(s *sitetest.Site, part string) {
	switch part {
	case "verdict":
		s.Views.Registry = registry(func(ctx context.Context, _ models.Claim) (models.Verdict, error) {
			g.pass(ctx)
			return models.Verified, ctx.Err()
		})
	case "seen":
		sitetest.OnRead[models.SightingCard](s, g.pass)
	case "followers":
		sitetest.OnRead[models.FollowCard](s, g.pass)
	case "photos":
		sitetest.OnRead[models.Photo](s, g.pass)
	}
}

// lateProfile looks at the profile, which is late with one part, and gives the
// address of its stream and where that begins.
func lateProfile(t *testing.T, b *sitetest.Browser, part, words string) (address, last string) {
	t.Helper()
	page := b.Get("user", "nightheron").Is(http.StatusOK).Shows("All boats home.").HTML()
	el := page.Find("[id^=" + part + "-][data-topic^='page:']") // on a busy machine others may be late too
	if el.Length() != 1 {
		t.Fatalf("%s is not late", part)
	}
	if text := el.Text(); !strings.Contains(text, words) || el.Find(`a[href="/users/nightheron"]`).Length() != 1 {
		t.Errorf("meanwhile it says %q", text)
	}
	body := page.Find("body")
	return body.AttrOr("data-live", "") + "," + el.AttrOr("data-topic", ""), body.AttrOr("data-live-last", "")
}

var lateRows = map[string]struct{ meanwhile, then string }{
	"verdict":   {"Asking the hero registry…", "Verified hero"},
	"seen":      {"takes a moment longer", "Low Quay"},
	"followers": {"takes a moment longer", ">wren<"},
	"photos":    {"takes a moment longer", "has no photos yet"},
}

func TestLatePartComesToThePage(t *testing.T) {
	t.Parallel()
	for part, tt := range lateRows {
		for when, connectFirst := range map[string]bool{"after the page has connected": true, "before the page connects": false} {
			t.Run(part+" "+when, func(t *testing.T) {
				t.Parallel()
				s := sitetest.New(t)
				srv := s.Server()
				famous(t, s)
				s.Views.Patience = 100 * time.Millisecond
				g := make(gate)
				g.hold(s, part)
				b := s.As(t, stranger)
				address, last := lateProfile(t, b, part, tt.meanwhile)
				var stream *sitetest.Stream
				if connectFirst {
					stream = b.Follow(srv, address, last)
				}
				close(g)
				if !connectFirst {
					_, topic, _ := strings.Cut(address, ",page:")
					b.Follow(srv, "/live?on=page:"+topic, last).Next() // by now it is published
					stream = b.Follow(srv, address, last)
				}
				all := stream.Until(`id="` + part + "-")
				if came := all[len(all)-1]; !strings.Contains(came.Data, tt.then) || strings.Contains(came.Data, "data-topic") {
					t.Errorf("came %+v", came)
				}
				s.Views.Patience = time.Minute
				if again := b.Get("user", "nightheron"); !strings.Contains(again.Body, tt.then) || strings.Contains(again.Body, "page:") {
					t.Errorf("a second look does not have it at once")
				}
			})
		}
	}
}

func TestLatePartThatFailsSaysSo(t *testing.T) {
	t.Parallel()
	for row, tt := range map[string]struct {
		ask     func(g gate, ctx context.Context) error
		logged  string
		limited bool // the question runs out of time
	}{
		"an error":             {ask: func(g gate, ctx context.Context) error { g.pass(ctx); return errors.New("no route") }, logged: "level=WARN"},
		"a panic":              {ask: func(g gate, ctx context.Context) error { g.pass(ctx); panic("the cabinet is on fire") }, logged: "level=ERROR"},
		"too late":             {ask: func(_ gate, ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, logged: "level=WARN", limited: true},
		"deaf, and never back": {ask: func(g gate, _ context.Context) error { <-g; return nil }, logged: "level=WARN", limited: true},
	} {
		t.Run(row, func(t *testing.T) {
			t.Parallel()
			s := sitetest.New(t)
			srv := s.Server()
			famous(t, s)
			log, g := s.CatchLog(), make(gate)
			s.Views.Patience = 100 * time.Millisecond
			if tt.limited {
				s.Views.Late.Registry = async.NewLate(4, 600*time.Millisecond, slog.New(slog.DiscardHandler))
			}
			s.Views.Registry = registry(func(ctx context.Context, _ models.Claim) (models.Verdict, error) { return "", tt.ask(g, ctx) })
			b := s.As(t, stranger)
			stream := b.Follow(srv, "/live?on=public", "")
			address, last := lateProfile(t, b, "verdict", "Asking the hero registry…")
			if !tt.limited {
				close(g)
			} else {
				defer close(g)
			}
			all := b.Follow(srv, address, last).Until(`id="verdict-`)
			came := all[len(all)-1]
			if !strings.Contains(came.Data, "The hero registry does not answer.") || !strings.Contains(came.Data, `href="/users/nightheron"`) {
				t.Errorf("came %+v", came)
			}
			wantLogged(t, log, tt.logged)
			s.As(t, s.Fan("magpie")).Say(url.Values{"text": {"Next."}})
			if other := stream.Next(); !strings.Contains(other.Data, "Next.") {
				t.Errorf("another page is told %+v", other)
			}
		})
	}
}

// wantLogged checks that a missing part was logged once, with its stack when it panicked.
func wantLogged(t *testing.T, log *sitetest.Log, level string) {
	t.Helper()
	text := log.String()
	if n := strings.Count(text, "msg="); n != 1 || !strings.Contains(text, level) || (level == "level=ERROR") != strings.Contains(text, "_test.go:") {
		t.Errorf("logged %d lines:\n%s", n, text)
	}
}

func TestPartThatFailsInTimeIsLeftOut(t *testing.T) {
	t.Parallel()
	for row, part := range map[string]func(*sitetest.Site, func(context.Context)){
		"seen":      sitetest.OnRead[models.SightingCard],
		"followers": sitetest.OnRead[models.FollowCard],
		"photos":    sitetest.OnRead[models.Photo],
	} {
		t.Run(row, func(t *testing.T) {
			t.Parallel()
			s := sitetest.New(t)
			famous(t, s)
			log := s.CatchLog()
			part(s, func(context.Context) { panic("the cabinet is on fire") })
			a := s.As(t, stranger).Get("user", "nightheron").Is(http.StatusOK).Shows("All boats home.", "Verified hero", "not to be had just now. Look again")
			if a.HTML().Find("[id^="+row+"-] a[href='/users/nightheron']").Length() != 1 {
				t.Error("the wrong part is left out")
			}
			wantLogged(t, log, "level=ERROR")
		})
	}
}

// Without its posts the page is none: that is the one error page, logged once.
func TestWhatIsEssentialFailsThePage(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	famous(t, s)
	log := s.CatchLog()
	sitetest.OnRead[models.PostCard](s, func(context.Context) { panic("the cabinet is on fire") })
	s.As(t, stranger).Get("user", "nightheron").Is(http.StatusInternalServerError)
	wantLogged(t, log, "level=ERROR")
}

// Every part waits until all five are asked: one after the other, none would end.
func TestPartsAreAskedSideBySide(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	famous(t, s)
	s.Views.Patience = time.Minute
	var all sync.WaitGroup
	all.Add(5)
	meet := func(context.Context) { all.Done(); all.Wait() }
	sitetest.OnRead[models.SightingCard](s, meet)
	sitetest.OnRead[models.FollowCard](s, meet)
	sitetest.OnRead[models.Photo](s, meet)
	sitetest.OnRead[models.PostCard](s, meet)
	s.Views.Registry = registry(func(ctx context.Context, _ models.Claim) (models.Verdict, error) {
		meet(ctx)
		return models.Verified, nil
	})
	s.As(t, stranger).Get("user", "nightheron").Is(http.StatusOK).Shows("All boats home.", "Low Quay", "wren", "Verified hero").Hides("page:").AtMost(7)
}

// A registry that hangs has only its own places; beyond them the page says at
// once that there is no answer, and everything else is as always.
func TestAHangingRegistryHasItsBound(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	famous(t, s)
	const most = 2
	s.Views.Patience = 100 * time.Millisecond
	s.Views.Late.Registry = async.NewLate(most, time.Minute, slog.New(slog.DiscardHandler))
	asked, deaf := make(chan struct{}, 100), make(chan struct{})
	defer close(deaf)
	s.Views.Registry = registry(func(context.Context, models.Claim) (models.Verdict, error) {
		asked <- struct{}{}
		<-deaf
		return "", nil
	})
	b := s.As(t, stranger)
	for range most {
		b.Get("user", "nightheron").Is(http.StatusOK).Shows("Asking the hero registry…")
	}
	for range 5 {
		b.Get("user", "nightheron").Is(http.StatusOK).Shows("The hero registry does not answer. Ask again", "All boats home.")
	}
	if len(asked) != most {
		t.Errorf("the registry was asked %d times", len(asked))
	}
}

func TestPageTopicsCannotBeGuessed(t *testing.T) {
	t.Parallel()
	one, two := tasks.NewPageTopic(), tasks.NewPageTopic()
	if one == two || !tasks.IsPageTopic(one) || !tasks.IsPageTopic(two) {
		t.Errorf("made %q and %q", one, two)
	}
	s := sitetest.New(t)
	srv := s.Server()
	b := s.As(t, stranger)
	guess := b.Follow(srv, "/live?on=public,"+two, "")
	right := b.Follow(srv, "/live?on="+one, "")
	s.Live.Publish(one, "<p>for one page</p>")
	if came := right.Next(); came.Data != "<p>for one page</p>" {
		t.Errorf("the page hears %+v", came)
	}
	s.As(t, s.Fan("wren")).Say(url.Values{"text": {"For everybody."}})
	if came := guess.Next(); !strings.Contains(came.Data, "For everybody.") {
		t.Errorf("who guesses hears %+v", came)
	}
	for _, wrong := range []string{"page:", "page:*", one[:len(one)-1], one + "A", strings.ToLower(one), "PAGE" + one[4:], one[:30] + "1", one[:30] + "é", " " + one, one + "%00"} {
		if tasks.IsPageTopic(wrong) {
			t.Errorf("%q passes", wrong)
		}
		b.Visit("/live?on=" + url.QueryEscape(wrong)).Is(http.StatusNotFound)
	}
}

func FuzzIsPageTopic(f *testing.F) {
	for _, seed := range []string{tasks.NewPageTopic(), "page:", "post:12", "page:AAAAAAAAAAAAAAAAAAAAAAAAA\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, topic string) {
		if tasks.IsPageTopic(topic) && (len(topic) != 31 || strings.ContainsAny(topic[5:], " ,:*\x00\n\r")) {
			t.Errorf("%q passes", topic)
		}
	})
}
