package views_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"superbook/kit/async"
	"superbook/kit/throttle"
	"superbook/models"
	"superbook/site/sitetest"
)

var dossierSlots = []string{"registry", "places", "witnesses", "posts", "photos", "followers"}

const missingChapter = "This page is missing from the file just now."

func TestDossierHoldsEverything(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	u := famous(t, s)
	s.Say(u, "Twice.")
	for row, b := range map[string]*sitetest.Browser{"a stranger": s.As(t, stranger), "the hero": s.As(t, u)} {
		a := b.Get("user.dossier", "nightheron").Is(http.StatusOK).
			Shows("nightheron", "Port Sable", "Verified hero", "Fog craft", "Low Quay Norway", "wren 1 report", "Twice.", "The album is empty.", "1 member follows nightheron.").
			Hides(missingChapter, "parts-->")
		page := a.HTML()
		if got := page.Find("article.dossier > template[shadowrootmode=open] slot").Length(); got != len(dossierSlots) {
			t.Errorf("%s: the outline has %d places", row, got)
		}
		for _, slot := range dossierSlots {
			if page.Find("article.dossier > section[slot="+slot+"] h2").Length() != 1 {
				t.Errorf("%s: nothing stands in %s", row, slot)
			}
		}
		if !strings.HasSuffix(strings.TrimSpace(a.Body), "</html>") {
			t.Errorf("%s: the page has no end", row)
		}
	}
	a := s.As(t, stranger).Get("user.dossier", "nightheron").AtMost(7)
	for name, want := range map[string]string{"Cache-Control": "private, no-store", "Content-Type": "text/html; charset=UTF-8", "X-Accel-Buffering": "no", "Content-Length": ""} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if s.As(t, stranger).Get("user", "nightheron").HTML().Find(`a[href="/users/nightheron/dossier"]`).Length() != 1 {
		t.Error("the profile has no link to the dossier")
	}
	s.As(t, stranger).Do(httptest.NewRequest(http.MethodHead, "/users/nightheron/dossier", nil)).Is(http.StatusOK).AtMost(2)
}

// Before the first byte there is an error page as everywhere.
func TestDossierThatIsNoneIsNotFound(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	u := famous(t, s)
	fan := s.As(t, lamplighter(s))
	s.As(t, u).Post("user.block", url.Values{}, "lamplighter").Is(http.StatusSeeOther)
	fan.Get("user.dossier", "nightheron").Is(http.StatusNotFound).Hides("Verified hero")
	fan.Get("user.dossier", "nobody").Is(http.StatusNotFound)
	fan.Get("user.dossier", "wren").Is(http.StatusNotFound).Shows("Dossiers are kept of heroes only.")
	if s.As(t, stranger).Get("user", "wren").HTML().Find(`a[href$="/dossier"]`).Length() != 0 {
		t.Error("a fan's profile leads to a dossier")
	}
	fan.Get("user.dossier", "wren").AtMost(4)
}

// gates holds each chapter of the dossiers.
func gates(s *sitetest.Site) map[string]gate {
	all := map[string]gate{}
	for _, slot := range dossierSlots {
		all[slot] = make(gate)
	}
	all["registry"].hold(s, "verdict")
	all["photos"].hold(s, "photos")
	all["followers"].hold(s, "followers")
	sitetest.OnRead[models.PlaceYear](s, all["places"].pass)
	sitetest.OnRead[models.Witness](s, all["witnesses"].pass)
	sitetest.OnRead[models.PostCard](s, all["posts"].pass)
	return all
}

// opened is a dossier on its way.
type opened struct {
	t    *testing.T
	body io.ReadCloser
	in   *bufio.Reader
	text strings.Builder // so far
}

func openDossier(t *testing.T, srv *httptest.Server, zipped bool) *opened {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableCompression: !zipped}}
	t.Cleanup(client.CloseIdleConnections)
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(stop)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, srv.URL+"/users/nightheron/dossier", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	if resp.StatusCode != http.StatusOK || resp.ContentLength != -1 || resp.Uncompressed != zipped {
		t.Fatalf("%s, %d bytes, compressed: %v", resp.Status, resp.ContentLength, resp.Uncompressed)
	}
	return &opened{t: t, body: resp.Body, in: bufio.NewReader(resp.Body)}
}

// until reads up to these words.
func (o *opened) until(words string) {
	o.t.Helper()
	for !strings.HasSuffix(o.text.String(), words) {
		b, err := o.in.ReadByte()
		if err != nil {
			o.t.Fatalf("waiting for %q: %v; so far:\n%s", words, err, o.text.String())
		}
		o.text.WriteByte(b)
	}
}

// Each chapter arrives before the next one can even be asked for: so whatever
// the order, it goes out at once, compressed or not.
func TestChaptersArriveInTheirOwnOrder(t *testing.T) {
	t.Parallel()
	backwards := slices.Clone(dossierSlots)
	slices.Reverse(backwards)
	for row, order := range map[string][]string{"forwards": dossierSlots, "backwards": backwards} {
		for _, zipped := range []bool{false, true} {
			t.Run(row, func(t *testing.T) {
				t.Parallel()
				s := sitetest.New(t)
				famous(t, s)
				gates := gates(s)
				o := openDossier(t, s.Server(), zipped)
				o.until("</template>") // the whole outline, and not one chapter
				for i, slot := range order {
					if so := o.text.String(); strings.Count(so, ` slot="`) != i {
						t.Errorf("before %s there are %d chapters", slot, strings.Count(so, ` slot="`))
					}
					close(gates[slot])
					o.until(` slot="` + slot + `"`)
					o.until("</section>")
				}
				o.until("</html>")
			})
		}
	}
}

func TestChapterThatFailsSaysSo(t *testing.T) {
	t.Parallel()
	for row, tt := range map[string]struct {
		ask   func(ctx context.Context, deaf chan struct{}) error
		level string
	}{
		"an error":             {func(context.Context, chan struct{}) error { return errors.New("no route") }, "level=WARN"},
		"a panic":              {func(context.Context, chan struct{}) error { panic("the cabinet is on fire") }, "level=ERROR"},
		"too late":             {func(ctx context.Context, _ chan struct{}) error { <-ctx.Done(); return ctx.Err() }, "level=WARN"},
		"deaf, and never back": {func(_ context.Context, deaf chan struct{}) error { <-deaf; return nil }, "level=WARN"},
	} {
		t.Run(row, func(t *testing.T) {
			t.Parallel()
			s := sitetest.New(t)
			famous(t, s)
			log, deaf := s.CatchLog(), make(chan struct{})
			defer close(deaf)
			s.Views.Late.Registry = async.NewLate(4, 300*time.Millisecond, slog.New(slog.DiscardHandler))
			s.Views.Registry = registry(func(ctx context.Context, _ models.Claim) (models.Verdict, error) {
				return models.Verified, tt.ask(ctx, deaf)
			})
			a := s.As(t, stranger).Get("user.dossier", "nightheron").Is(http.StatusOK).Shows("Low Quay", "All boats home.").Hides("Verified hero")
			if text := a.HTML().Find("section[slot=registry]").Text(); !strings.Contains(text, missingChapter) || strings.Count(a.Body, missingChapter) != 1 {
				t.Errorf("in its place stands %q", text)
			}
			wantLogged(t, log, tt.level)
		})
	}
}

// Who leaves in the middle ends the questions, leaves nothing behind, and is no error.
func TestWhoLeavesADossierEndsIt(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	famous(t, s)
	log, ended := s.CatchLog(), make(chan error, 1)
	s.Views.Registry = registry(func(ctx context.Context, _ models.Claim) (models.Verdict, error) {
		<-ctx.Done()
		ended <- ctx.Err()
		return "", ctx.Err()
	})
	srv := httptest.NewServer(s.Web)
	o := openDossier(t, srv, true)
	o.until(`slot="followers"`)
	if err := o.body.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the registry is told %v", err)
	}
	srv.Close() // waits for the view
	if err := s.Views.Late.Stop(t.Context()); err != nil || log.String() != "" {
		t.Errorf("left behind: %v; logged: %s", err, log)
	}
}

// Who opens many dossiers is asked to wait, in words and with the time; others are not.
func TestDossiersAreReadInMeasure(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	famous(t, s)
	get := func(b *sitetest.Browser, address string) *sitetest.Answer {
		return b.Do(from(address, httptest.NewRequest(http.MethodGet, "/users/nightheron/dossier", nil)))
	}
	b, member := s.As(t, stranger), s.As(t, lamplighter(s))
	s.Views.Limits.DossiersByReader = new(clock).allow(2)
	for range 2 {
		get(b, "192.0.2.1:80").Is(http.StatusOK)
		get(member, "192.0.2.1:80").Is(http.StatusOK)
	}
	a := get(b, "192.0.2.1:80").Is(http.StatusTooManyRequests).Shows("Slow down a little").Hides("Verified hero").AtMost(2)
	if got := a.Header.Get("Retry-After"); got != "61" {
		t.Errorf("Retry-After is %q", got)
	}
	get(member, "192.0.2.2:80").Is(http.StatusTooManyRequests)
	get(b, "192.0.2.2:80").Is(http.StatusOK)
	b.Get("user.dossier", "nobody").Is(http.StatusNotFound)
}

// While as many are being written as there is room for, one more is refused; when
// one of them ends, in whatever way, there is room again.
func TestDossiersAreBoundedAtOnce(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	famous(t, s)
	s.Views.Dossiers = throttle.NewPlaces(1)
	gates := gates(s)
	srv := s.Server()
	o := openDossier(t, srv, false)
	o.until("</template>")
	s.As(t, stranger).Get("user.dossier", "nightheron").Is(http.StatusTooManyRequests).Shows("Many dossiers are being read just now.")
	for _, gate := range gates {
		close(gate)
	}
	if err := o.body.Close(); err != nil {
		t.Fatal(err)
	}
	for limit := time.Now().Add(20 * time.Second); s.As(t, stranger).Get("user.dossier", "nightheron").Status != http.StatusOK; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatal("the place is never free again")
		}
	}
}
