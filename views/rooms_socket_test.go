package views_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/kit/throttle"
	"superbook/models"
	"superbook/site/sitetest"
)

func TestTwoTalkOverSockets(t *testing.T) {
	t.Parallel()
	f := openFloor(t)
	srv := f.Server()
	b, wren := f.As(t, f.hero), f.As(t, f.fan)
	here, missed := b.Enter(srv, private, 0)
	if len(missed) < 1 || !strings.Contains(missed[len(missed)-1].HTML, "The cake is level.") {
		t.Errorf("who has nothing was sent %+v", missed)
	}
	there, missed := wren.Enter(srv, private, missed[len(missed)-1].ID)
	for _, m := range missed {
		if m.Type == "message" {
			t.Errorf("who has everything was sent %+v", m)
		}
	}
	here.Say("nonce-0001", "<b>Really</b> level?")
	frame := there.Heard("&lt;b&gt;Really&lt;/b&gt; level?")
	kept := here.Until("kept")
	if last := kept[len(kept)-1]; last.Nonce != "nonce-0001" || last.ID != frame.ID {
		t.Errorf("the answer is %+v, the message %d", last, frame.ID)
	}
	// The frame is the page's own markup.
	if page := b.Get("room", private).Is(200); !strings.Contains(page.Body, strings.TrimSpace(frame.HTML)) {
		t.Errorf("the page does not have\n%s", frame.HTML)
	}
	there.Send(`{"type":"typing"}`)
	here.Until("typing")
	wren.Post("room", saying("By the form."), private).Is(303)
	here.Heard("By the form.")
	there.Say("nonce-0002", " \n ")
	refused := there.Until("refused")
	if last := refused[len(refused)-1]; last.Nonce != "nonce-0002" || last.Words != "Write something first." {
		t.Errorf("nothing is answered with %+v", last)
	}
	there.Send(fmt.Sprintf(`{"type":"read","id":%d}`, frame.ID+1))
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if m, _, err := models.MembershipIn(t.Context(), f.DB.Read, private, f.fan.ID); err != nil || m.ReadID == frame.ID+1 {
			break
		} else if time.Now().After(end) {
			t.Fatalf("read up to %d", m.ReadID)
		}
	}
}

// A line that breaks in the middle of things, again and again: what was sent
// without an answer is sent again, what was missed is asked for, and in the end
// everybody has everything once and in order.
func TestLinesBreakAndNothingIsLostOrDoubled(t *testing.T) {
	t.Parallel()
	f := openFloor(t)
	f.Views.Limits.MessagesByAccount = throttle.New(throttle.Rate{Burst: 1_000_000, Every: time.Second}, 100, nil)
	srv := f.Server()
	const each = 30
	var all sync.WaitGroup
	got := make([][]int64, 3)
	for i := range 3 {
		b := f.As(t, f.Fan(fmt.Sprint("talker", i)))
		all.Go(func() { got[i] = talker(b, srv, i, each) })
	}
	all.Wait()
	rows, err := models.MessagesIn(f.DB.Read).In(public).Oldest(1000).Find(t.Context())
	must(t, err)
	seen := map[string]int{}
	for _, m := range rows {
		seen[m.Text]++
	}
	if len(rows) != 1+3*each || len(seen) != len(rows) {
		t.Errorf("%d messages are kept, %d different ones, want %d", len(rows), len(seen), 1+3*each)
	}
	for i, ids := range got {
		// Whoever was done first has not seen what the others said after.
		if n := len(ids); n < 1+each || !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != n {
			t.Errorf("talker %d has %d messages: %v", i, n, ids)
		}
		for j, id := range ids {
			if rows[j].ID != id {
				t.Fatalf("talker %d has %d in place %d, where %d is", i, id, j, rows[j].ID)
			}
		}
	}
}

// talker says so many things and breaks the line before the answer to every
// third one. It gives the ids that it was sent, each once.
func talker(b *sitetest.Browser, srv *httptest.Server, who, n int) (ids []int64) {
	last := int64(0)
	take := func(frames []sitetest.Frame) {
		for _, f := range frames {
			if f.Type == "message" && f.ID > last {
				ids, last = append(ids, f.ID), f.ID
			}
		}
	}
	s, missed := b.Enter(srv, public, last)
	take(missed)
	for i := 0; i < n; {
		s.Say(fmt.Sprintf("nonce-%d-%d", who, i), fmt.Sprintf("%d says %d", who, i))
		if i%3 == 2 && len(ids)%2 == 0 { // whether it arrived, nobody knows
			s.Break()
			s, missed = b.Enter(srv, public, last)
			take(missed)
			s.Say(fmt.Sprintf("nonce-%d-%d", who, i), fmt.Sprintf("%d says %d", who, i))
		}
		frames := s.Until("kept")
		take(frames)
		for kept := frames[len(frames)-1].ID; last < kept; { // the message itself may still be on its way
			take(s.Until("message"))
		}
		i++
	}
	return ids
}

func TestSocketIsForMembersOnly(t *testing.T) {
	t.Parallel()
	f := openFloor(t)
	srv := f.Server()
	nobody := f.As(t, models.User{})
	for row, tt := range map[string]struct {
		b       *sitetest.Browser
		address string
		header  http.Header
		want    int
	}{
		"a member":             {f.As(t, f.fan), "/rooms/2/socket", nil, 101},
		"from our own page":    {f.As(t, f.fan), "/rooms/2/socket", http.Header{"Origin": {srv.URL}}, 101},
		"from another site":    {f.As(t, f.fan), "/rooms/2/socket", http.Header{"Origin": {"https://evil.test"}}, 403},
		"from nowhere":         {f.As(t, f.fan), "/rooms/2/socket", http.Header{"Origin": {"null"}}, 403},
		"a guest, in public":   {f.As(t, f.stranger), "/rooms/1/socket", nil, 101},
		"a guest, in private":  {f.As(t, f.stranger), "/rooms/2/socket", nil, 404},
		"no room":              {f.As(t, f.stranger), "/rooms/9/socket", nil, 404},
		"nonsense":             {f.As(t, f.fan), "/rooms/2/socket?last=x", nil, 404},
		"a stranger, as JSON":  {nobody, "/rooms/1/socket", http.Header{"Accept": {"application/json"}}, 401},
		"a stranger, a person": {nobody, "/rooms/1/socket", http.Header{"Accept": {"text/html"}}, 200}, // the login page, where the redirect leads
	} {
		t.Run(row, func(t *testing.T) {
			if _, status := tt.b.In(t).Dial(srv, tt.address, tt.header); status != tt.want {
				t.Errorf("status %d, want %d", status, tt.want)
			}
		})
	}
	f.As(t, f.fan).Get("room.socket", private).Is(http.StatusUpgradeRequired).Shows("This address is for WebSockets.")
}

// Rights that end, end what is open.
func TestSocketEndsWithTheRight(t *testing.T) {
	t.Parallel()
	f := openFloor(t)
	srv := f.Server()
	b, wren := f.As(t, f.hero), f.As(t, f.fan)
	mine, _ := wren.Enter(srv, private, 0)
	other, _ := wren.Enter(srv, public, 0)
	wren.Post("room.leave", nil, private).Is(303)
	if end := mine.Ends(); end != 1008 {
		t.Errorf("after leaving the socket ends with %d", end)
	}
	if _, status := wren.Dial(srv, "/rooms/2/socket", nil); status != 404 {
		t.Errorf("after leaving the socket answers %d", status)
	}
	other.Say("nonce-0001", "Still here.")
	other.Until("kept")

	// Taken out behind the back of the socket, which then says something.
	b.Post("room.invite", url.Values{"username": {"wren"}}, private).Is(303)
	mine, _ = wren.Enter(srv, private, 0)
	f.Exec("DELETE FROM room_members WHERE room_id = ? AND user_id = ?", private, f.fan.ID)
	mine.Say("nonce-0002", "Am I here?")
	if end := mine.Ends(); end != 1008 {
		t.Errorf("without a right the socket ends with %d", end)
	}
	if got := f.all(t, private); len(got) != 1 {
		t.Errorf("there is said: %q", got)
	}

	// Blocked: the conversation rests, and elsewhere they do not hear each other.
	must(t, f.DB.Tx(t.Context(), func(tx *gorm.DB) error { return models.CreateBlock(t.Context(), tx, f.hero.ID, f.fan.ID) }))
	deaf, missed := b.Enter(srv, public, 0)
	for _, m := range missed {
		if strings.Contains(m.HTML, "Still here.") {
			t.Error("the hero hears of the past who is blocked")
		}
	}
	other.Say("nonce-0003", "Do you hear me?")
	other.Until("kept")
	f.As(t, f.stranger).Post("room", saying("I do."), public).Is(303)
	for _, m := range deaf.Until("message") {
		if strings.Contains(m.HTML, "Do you hear me?") {
			t.Error("the hero hears who is blocked")
		}
	}
}

func TestSocketEndsWithTheSession(t *testing.T) {
	t.Parallel()
	f := openFloor(t)
	b := f.As(t, f.fan)
	s, _ := b.Enter(f.Server(), private, 0)
	b.Post("logout", nil).Is(303)
	if end := s.Ends(); end != 1008 {
		t.Errorf("after the logout the socket ends with %d", end)
	}
}

func TestFloodOverTheSocket(t *testing.T) {
	t.Parallel()
	f := openFloor(t)
	now := time.Now()
	var mu sync.Mutex
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	f.Views.Limits.MessagesByAccount = throttle.New(throttle.Rate{Burst: 3, Every: 2 * time.Second}, 10, clock)
	s, _ := f.As(t, f.fan).Enter(f.Server(), public, 0)
	for i := range 10 {
		s.Say(fmt.Sprintf("nonce-%03d", i), "Flood!")
	}
	counts := map[string]int{}
	for range 10 {
		frames := s.Until("kept", "slow")
		last := frames[len(frames)-1]
		counts[last.Type]++
		if last.Type == "slow" && (last.Wait != 3 || !strings.Contains(last.Words, "a lot at once") || last.Nonce == "") {
			t.Errorf("the word is %+v", last)
		}
	}
	if counts["kept"] != 3 || counts["slow"] != 7 || len(f.all(t, public)) != 4 {
		t.Errorf("%v, and there is said %q", counts, f.all(t, public))
	}
	mu.Lock()
	now = now.Add(2 * time.Second)
	mu.Unlock()
	s.Say("nonce-003", "Flood!")
	s.Until("kept")
}

func TestHostileFrames(t *testing.T) {
	t.Parallel()
	f := openFloor(t)
	srv := f.Server()
	b := f.As(t, f.fan)
	for row, frame := range map[string]string{"empty": "", "no JSON": "hello", "a list": "[]", "no type": "{}", "no nonce": `{"type":"say","text":"x"}`,
		"bytes": "\xff\xfe", "huge": strings.Repeat("x", 9<<10), "deep": strings.Repeat("[", 5000), "reads nothing": `{"type":"read"}`} {
		s, _ := b.Enter(srv, public, 0)
		s.Send(frame)
		if end := s.Ends(); end != 1003 && end != 1009 && end != 1007 {
			t.Errorf("%s: ends with %d", row, end)
		}
	}
	if got := f.all(t, public); len(got) != 1 {
		t.Errorf("there is said: %q", got)
	}
}

// The server's time limits are for requests: a socket that has passed them all
// goes on. (They are a minute; here a moment.)
func TestSocketOutlivesTheLimitsOfRequests(t *testing.T) {
	t.Parallel()
	f := openFloor(t)
	f.Views.Limits.MessagesByAccount = throttle.New(throttle.Rate{Burst: 1_000_000, Every: time.Second}, 100, nil)
	srv := httptest.NewUnstartedServer(f.Web)
	const limit = 200 * time.Millisecond
	srv.Config.WriteTimeout, srv.Config.ReadTimeout, srv.Config.IdleTimeout = limit, limit, limit
	srv.Start()
	t.Cleanup(srv.Close)
	s, _ := f.As(t, f.fan).Enter(srv, public, 0)
	began := time.Now()
	for i := 0; time.Since(began) < 3*limit; i++ {
		s.Say(fmt.Sprintf("nonce-%04d", i), "Still here.")
		s.Until("kept")
	}
}
