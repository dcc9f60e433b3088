package views_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"gorm.io/gorm"

	"superbook/kit/throttle"
	"superbook/models"
	"superbook/site/sitetest"
)

// floor is a site with a public room (1) and a private one (2) of the hero, in
// each of which something was said.
type floor struct {
	*sitetest.Site
	hero, fan, stranger models.User // the fan is in the private room too; the stranger is not
}

const public, private = 1, 2

func openFloor(t *testing.T) *floor {
	t.Helper()
	s := sitetest.New(t)
	f := &floor{Site: s, hero: s.Hero("nightheron"), fan: s.Fan("wren"), stranger: s.Fan("magpie")}
	b := s.As(t, f.hero)
	b.Post("room.new", url.Values{"name": {"Rooftop"}, "topic": {"Up there anyway"}}).Is(http.StatusSeeOther).GoesTo("/rooms/1")
	b.Post("room.new", url.Values{"name": {"Boathouse"}, "private": {"true"}}).Is(http.StatusSeeOther).GoesTo("/rooms/2")
	b.Post("room.invite", url.Values{"username": {"WREN"}}, private).Is(http.StatusSeeOther).GoesTo("/rooms/2")
	b.Post("room", saying("Pier is heavy."), public).Is(http.StatusSeeOther).GoesTo("/rooms/1")
	b.Post("room", saying("The cake is level."), private).Is(http.StatusSeeOther)
	return f
}

func saying(text string) url.Values { return url.Values{"text": {text}} }

// all are the messages of a room in the database, oldest first.
func (f *floor) all(t *testing.T, room int64) (texts []string) {
	t.Helper()
	rows, err := models.MessagesIn(f.DB.Read).In(room).Oldest(1000).Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range rows {
		texts = append(texts, m.Text)
	}
	return texts
}

func TestRoomsAreListed(t *testing.T) {
	t.Parallel()
	f := openFloor(t)
	f.As(t, f.hero).Get("rooms").Is(200).Shows("Rooftop", "Boathouse", "Private", "nightheron: Pier is heavy.").AtMost(4)
	wren := f.As(t, f.fan).Get("rooms").Is(200).Shows("Boathouse", "1 unread", "Rooftop", "Join Rooftop").AtMost(4)
	if n := wren.HTML().Find(".fresh").Length(); n != 1 {
		t.Errorf("%d rooms are marked as unread", n)
	}
	f.As(t, f.stranger).Get("rooms").Is(200).Shows("You are in no room yet", "Rooftop", "Up there anyway").Hides("Boathouse", "cake")
}

func TestRoomIsOpened(t *testing.T) {
	t.Parallel()
	f := openFloor(t)
	b := f.As(t, f.fan)
	b.Get("room.new").Is(200).Shows("A new room")
	for row, tt := range map[string]struct {
		field, value, words string
	}{
		"no name":         {"name", " \t", "A room needs a name"},
		"a name of signs": {"name", "!!", "at least one letter"},
		"a name of 41":    {"name", strings.Repeat("é", 41), "40 characters"},
		"a topic of 121":  {"topic", strings.Repeat("é", 121), "120 characters"},
	} {
		t.Run(row, func(t *testing.T) {
			form := url.Values{"name": {"Lost capes"}, "topic": {"Red ones"}, "private": {"true"}}
			form.Set(tt.field, tt.value)
			a := b.In(t).Post("room.new", form).Is(422).Shows(tt.words)
			if a.Value(tt.field) != strings.TrimSpace(tt.value) || a.HTML().Find("[name=private][checked]").Length() != 1 {
				t.Errorf("the form came back with %q", a.Value(tt.field))
			}
		})
	}
	a := b.Post("room.new", url.Values{"name": {"<script>alert(1)</script>"}}).Is(303)
	b.Visit(a.Header.Get("Location")).Is(200).Shows("<script>alert(1)</script>", "The room is open.", "It is quiet here").AtMost(8)
}

// Who is not a member cannot read, join or learn that a private room exists:
// every answer is that of a room which does not.
func TestPrivateRoomDoesNotExistForOthers(t *testing.T) {
	t.Parallel()
	f := openFloor(t)
	for name, who := range map[string]models.User{"stranger": f.stranger, "staff": f.Staff()} {
		b := f.As(t, who)
		for path, answer := range map[string]func(id any) *sitetest.Answer{
			"page":        func(id any) *sitetest.Answer { return b.Get("room", id) },
			"JSON":        func(id any) *sitetest.Answer { return b.JSON().Get("room", id) },
			"messages":    func(id any) *sitetest.Answer { return b.Get("room.messages", id) },
			"as JSON":     func(id any) *sitetest.Answer { return b.JSON().Get("room.messages", id) },
			"socket":      func(id any) *sitetest.Answer { return b.Get("room.socket", id) },
			"say":         func(id any) *sitetest.Answer { return b.Post("room", saying("Hello?"), id) },
			"say nothing": func(id any) *sitetest.Answer { return b.Post("room", nil, id) },
			"join":        func(id any) *sitetest.Answer { return b.Post("room.join", nil, id) },
			"leave":       func(id any) *sitetest.Answer { return b.Post("room.leave", nil, id) },
			"invite": func(id any) *sitetest.Answer {
				return b.Post("room.invite", url.Values{"username": {who.Username}}, id)
			},
		} {
			there := answer(private).Is(404).Hides("Boathouse", "cake", "nightheron")
			if missing := answer(99).Is(404); nameless(missing) != nameless(there) && path != "JSON" && path != "as JSON" {
				t.Errorf("%s, %s: a private room answers\n%s\na missing one\n%s", name, path, nameless(there), nameless(missing))
			}
			answer("0").Is(404)
			answer("x").Is(404)
		}
		b.Get("rooms").Is(200).Hides("Boathouse")
	}
	if got := f.all(t, private); len(got) != 1 {
		t.Errorf("there is said: %q", got)
	}
}

// nameless is a page without the id of its request.
func nameless(a *sitetest.Answer) string {
	return strings.ReplaceAll(a.Text(), a.Header.Get("X-Request-ID"), "")
}

func TestPublicRoomIsReadAndJoined(t *testing.T) {
	t.Parallel()
	f := openFloor(t)
	b := f.As(t, f.stranger)
	b.Get("room", public).Is(200).Shows("Rooftop", "Up there anyway", "Pier is heavy.", "Join").Hides("Leave").AtMost(8)
	b.Post("room.join", nil, public).Is(303).GoesTo("/rooms/1")
	b.Post("room.join", nil, public).Is(303) // twice is once
	b.Get("room", public).Is(200).Shows("Leave", "magpie").AtMost(8)
	b.Post("room.leave", nil, public).Is(303).GoesTo("/rooms")
	b.Get("rooms").Is(200).Shows("You have left Rooftop.", "Join Rooftop")
	b.Post("room.leave", nil, public).Is(303)
	b.Post("room", saying("Who is at the north end?"), public).Is(303) // who speaks, joins
	b.Get("room", public).Is(200).Shows("Leave", "Who is at the north end?")
}

func TestMessageIsRefused(t *testing.T) {
	t.Parallel()
	f := openFloor(t)
	b := f.As(t, f.hero)
	for row, tt := range map[string]struct{ text, words string }{
		"nothing":         {"", "Write something first."},
		"only space":      {" \r\n\t ", "Write something first."},
		"only controls":   {"\x00\x07", "Write something first."},
		"1,001 letters":   {strings.Repeat("ж", 1001), "1,000 characters"},
		"a megabyte less": {strings.Repeat("x", 1<<20-100), "1,000 characters"},
	} {
		t.Run(row, func(t *testing.T) {
			b := b.In(t)
			b.Post("room", saying(tt.text), public).Is(422).Shows(tt.words, "Pier is heavy.")
			p := problemOf(t, b.JSON().Post("room", saying(tt.text), public).Is(422))
			if !strings.Contains(p.Errors["text"], tt.words) {
				t.Errorf("as JSON: %+v", p)
			}
		})
	}
	b.Post("room", saying(strings.Repeat("x", 1<<20+1)), public).Is(413)
	long := strings.Repeat("👩‍👩‍👧", 1001)
	if got := b.Post("room", saying(long), public).Is(422).Value("text"); got != long {
		t.Errorf("of %d bytes came back %d", len(long), len(got))
	}
	if got := f.all(t, public); len(got) != 1 {
		t.Errorf("there is said: %.200q", got)
	}
}

func TestMessageIsKeptAsItIs(t *testing.T) {
	t.Parallel()
	f := openFloor(t)
	b := f.As(t, f.hero)
	for sent, want := range map[string]string{
		"<script>alert(1)</script>":   "<script>alert(1)</script>",
		"two\r\nlines":                "two\nlines",
		" \x00bro\xffken\x1b ":        "bro\ufffdken",
		strings.Repeat("👩‍👩‍👧", 1000): strings.Repeat("👩‍👩‍👧", 1000),
		"夜行バス at 02:40":               "夜行バス at 02:40",
	} {
		b.Post("room", saying(sent), public).Is(303)
		got := b.Get("room", public).Is(200).HTML().Find("#talk li").Last()
		if text := got.Find(".words").Text(); text != want || got.Find("script").Length() != 0 {
			t.Errorf("%.60q is shown as %.60q", sent, text)
		}
	}
}

// A form that is sent twice says it once; other words under an old nonce, from
// a page out of the browser's memory, are not lost.
func TestNonce(t *testing.T) {
	t.Parallel()
	f := openFloor(t)
	b := f.As(t, f.hero)
	form := saying("Once.")
	form.Set("nonce", b.Get("room", public).Is(200).Value("nonce"))
	var at struct{ ID int64 }
	b.JSON().Post("room", form, public).Is(201).Decode(&at)
	first := at.ID
	b.JSON().Post("room", form, public).Is(201).Decode(&at)
	if at.ID != first {
		t.Errorf("the second one has number %d, the first %d", at.ID, first)
	}
	form.Set("text", "Twice.")
	b.Post("room", form, public).Is(303)
	wren := f.As(t, f.fan)
	wren.Post("room", form, public).Is(303) // somebody else's nonce is another
	for _, bad := range []string{"", "short", strings.Repeat("x", 65), "with space", "'; DROP"} {
		form.Set("nonce", bad)
		form.Set("text", "bad "+bad)
		b.Post("room", form, public).Is(303)
	}
	if got := f.all(t, public); len(got) != 9 || got[1] != "Once." || got[2] != "Twice." || got[3] != "Twice." {
		t.Errorf("there is said: %q", got)
	}
}

func TestFiftySpeakAtOnce(t *testing.T) {
	t.Parallel()
	f := openFloor(t)
	f.Views.Limits.MessagesByAccount = throttle.New(throttle.Rate{Burst: 1_000_000, Every: time.Second}, 100, nil)
	var people []*sitetest.Browser
	for i := range 5 {
		people = append(people, f.As(t, f.Fan(fmt.Sprintf("crowd%d", i))))
	}
	var all sync.WaitGroup
	for i := range 100 { // 50, each twice
		r := formTo("/rooms/1", url.Values{"text": {fmt.Sprint("at once ", i/2)}, "nonce": {fmt.Sprintf("nonce-%03d", i/2)}})
		for _, c := range people[i/2%5].Cookies() {
			r.AddCookie(c)
		}
		all.Go(func() {
			if status := statusOf(f.Site, r); status != 303 {
				t.Errorf("message %d: status %d", i, status)
			}
		})
	}
	all.Wait()
	seen := map[string]int{}
	for _, text := range f.all(t, public) {
		seen[text]++
	}
	if len(seen) != 51 {
		t.Errorf("%d different messages, want 51", len(seen))
	}
	for text, n := range seen {
		if n != 1 {
			t.Errorf("%q is there %d times", text, n)
		}
	}
	room, err := models.RoomsIn(f.DB.Read).Get(t.Context(), public)
	newest, err2 := models.MessagesIn(f.DB.Read).In(public).Newest(1).Find(t.Context())
	if err != nil || err2 != nil || room.LastMessageID != newest[0].ID {
		t.Errorf("the room's last message is %d, %v, %v", room.LastMessageID, err, err2)
	}
}

func TestFloodIsSlowed(t *testing.T) {
	t.Parallel()
	f := openFloor(t)
	now := time.Now()
	f.Views.Limits.MessagesByAccount = throttle.New(throttle.Rate{Burst: 3, Every: 2 * time.Second}, 10, func() time.Time { return now })
	b := f.As(t, f.hero)
	for range 3 {
		b.Post("room", saying("Quick!"), public).Is(303)
	}
	a := b.Post("room", saying("Too quick."), public).Is(429).Shows("That was a lot at once. Wait a few seconds")
	if a.Value("text") != "Too quick." || a.Header.Get("Retry-After") != "3" {
		t.Errorf("what was typed is %q; Retry-After %q", a.Value("text"), a.Header.Get("Retry-After"))
	}
	problemOf(t, b.JSON().Post("room", saying("Too quick."), public).Is(429))
	b.Post("room.new", url.Values{"name": {"Another"}}).Is(429)
	b.Post("user.message", nil, "wren").Is(429)
	f.As(t, f.fan).Post("room", saying("I may."), public).Is(303)
	now = now.Add(2 * time.Second)
	b.Post("room", saying("Slower."), public).Is(303)
	if got := f.all(t, public); len(got) != 6 || got[5] != "Slower." {
		t.Errorf("there is said: %q", got)
	}
}

func TestInvitations(t *testing.T) {
	t.Parallel()
	f := openFloor(t)
	b := f.As(t, f.fan)
	for name, words := range map[string]string{"": "Whom would you like", "nobody": "Nobody here has that username", "nightheron": "in the room already",
		strings.Repeat("x", 61): "that long", "<script>": "Nobody here has"} {
		if got := b.Post("room.invite", url.Values{"username": {name}}, private).Is(422).Shows(words).Value("username"); got != name {
			t.Errorf("%q came back as %q", name, got)
		}
	}
	b.Post("room.invite", url.Values{"username": {"magpie"}}, public).Is(404)
	b.Post("room.invite", url.Values{"username": {"Magpie"}}, private).Is(303).GoesTo("/rooms/2")
	guest := f.As(t, f.stranger)
	guest.Get("room", private).Is(200).Shows("The cake is level.", "Boathouse").AtMost(8)
	guest.Post("room.leave", nil, private).Is(303)
	guest.Get("rooms").Is(200).Shows("You have left Boathouse.").Hides("The cake")
	guest.Get("room", private).Is(404)
}

func TestConversationOfTwo(t *testing.T) {
	t.Parallel()
	f := openFloor(t)
	b, wren := f.As(t, f.hero), f.As(t, f.fan)
	b.Post("user.message", nil, "nobody").Is(404)
	b.Post("user.message", nil, "nightheron").Is(409)
	var all sync.WaitGroup
	for range 4 { // both begin it at once
		for _, who := range []struct {
			b  *sitetest.Browser
			to string
		}{{b, "/users/WREN/message"}, {wren, "/users/nightheron/message"}} {
			r := formTo(who.to, nil)
			for _, c := range who.b.Cookies() {
				r.AddCookie(c)
			}
			all.Go(func() {
				if status := statusOf(f.Site, r); status != 303 {
					t.Errorf("status %d", status)
				}
			})
		}
	}
	all.Wait()
	room := b.Post("user.message", nil, "wren").Is(303).Header.Get("Location")
	wren.Post("user.message", nil, "nightheron").Is(303).GoesTo(room)
	id := strings.TrimPrefix(room, "/rooms/")
	b.Post("room", saying("A secret."), id).Is(303)
	wren.Visit(room).Is(200).Shows("nightheron", "A secret.").Hides("Leave", "Invite").AtMost(8)
	wren.Get("rooms").Is(200).Shows("nightheron", "A secret.")
	wren.Post("room.leave", nil, id).Is(409)
	wren.Post("room.invite", url.Values{"username": {"magpie"}}, id).Is(404)
	f.As(t, f.stranger).Visit(room).Is(404).Hides("secret")
	n, err := f.roomsWith(t, f.hero.ID)
	if err != nil || n != 3 {
		t.Errorf("the hero is in %d rooms, %v", n, err)
	}
}

func (f *floor) roomsWith(t *testing.T, user int64) (int64, error) {
	return models.RoomsIn(f.DB.Read).With(user).Count(t.Context(), "*")
}

func TestBlockedPeopleDoNotHearEachOther(t *testing.T) {
	t.Parallel()
	f := openFloor(t)
	b, wren := f.As(t, f.hero), f.As(t, f.fan)
	room := b.Post("user.message", nil, "wren").Is(303).Header.Get("Location")
	id := strings.TrimPrefix(room, "/rooms/")
	b.Post("room", saying("Before."), id).Is(303)
	wren.Post("room", saying("Wren was here."), public).Is(303)
	must(t, f.DB.Tx(t.Context(), func(tx *gorm.DB) error { return models.CreateBlock(t.Context(), tx, f.hero.ID, f.fan.ID) }))

	b.Post("user.message", nil, "wren").Is(404)
	wren.Post("user.message", nil, "nightheron").Is(404)
	for _, who := range []*sitetest.Browser{b, wren} {
		who.Post("room", saying("Still there?"), id).Is(403).Shows("This conversation is at rest.")
	}
	wren.Visit(room).Is(200).Hides("Before.", "nightheron").Shows("A conversation")
	wren.Get("rooms").Is(200).Hides("nightheron", "Before.")
	b.Get("room", public).Is(200).Shows("Pier is heavy.").Hides("Wren was here.", "wren")
	b.Get("rooms").Is(200).Hides("Wren was here.")
	b.JSON().Get("room.messages", public).Is(200).Shows("Pier").Hides("Wren was here.")
	b.Post("room.invite", url.Values{"username": {"wren"}}, private).Is(422).Shows("Nobody here has that username")
	f.As(t, f.stranger).Get("room", public).Is(200).Shows("Pier is heavy.", "Wren was here.")
}

func TestHistory(t *testing.T) {
	t.Parallel()
	f := openFloor(t)
	f.Views.Limits.MessagesByAccount = throttle.New(throttle.Rate{Burst: 1_000_000, Every: time.Second}, 100, nil)
	b := f.As(t, f.hero)
	for i := range 100 {
		b.Post("room", saying(fmt.Sprintf("Number %03d.", i)), public).Is(303)
	}
	page, seen := b.Get("room", public).Is(200).AtMost(9), []string{}
	for {
		var here []string
		page.HTML().Find("#talk .words").Each(func(_ int, el *goquery.Selection) { here = append(here, el.Text()) })
		seen = append(here, seen...)
		link, ok := page.HTML().Find("#older").Attr("href")
		if !ok {
			break
		}
		page = b.Visit(link).Is(200).AtMost(8).Shows("To the newest messages")
	}
	if len(seen) != 101 || seen[0] != "Pier is heavy." || seen[1] != "Number 000." || seen[100] != "Number 099." {
		t.Errorf("%d messages: %q", len(seen), seen)
	}
	var talk struct {
		Messages []struct {
			ID       int64
			Text, By string
		}
		Older int64
	}
	b.JSON().Get("room", public).Is(200).Decode(&talk)
	if len(talk.Messages) != 40 || talk.Older != talk.Messages[0].ID || talk.Messages[39].Text != "Number 099." || talk.Messages[39].By != "nightheron" {
		t.Errorf("as JSON: %+v", talk)
	}
	newest := talk.Messages[39].ID
	b.JSON().Visit(fmt.Sprintf("/rooms/1/messages?after=%d", newest-3)).Is(200).AtMost(4).Decode(&talk)
	if len(talk.Messages) != 3 || talk.Messages[2].ID != newest {
		t.Errorf("after: %+v", talk)
	}
	part := b.Visit(fmt.Sprintf("/rooms/1/messages?before=%d", newest)).Is(200).AtMost(4)
	if items := part.HTML().Find("ol#talk > li"); items.Length() != 40 || strings.Contains(part.Body, "<html") {
		t.Errorf("the fragment has %d messages", items.Length())
	}
	for _, bad := range []string{"x", "99999999999999999999", "1x"} {
		b.Visit("/rooms/1?before=" + bad).Is(404)
		b.Visit("/rooms/1/messages?after=" + bad).Is(404)
	}
	b.Visit("/rooms/1/messages?before=-5").Is(200)
	b.Visit("/rooms/1?before=1").Is(200).Shows("Nothing is older than this.")
}

func TestUnread(t *testing.T) {
	t.Parallel()
	f := openFloor(t)
	unread := func(want int) {
		t.Helper()
		if who, err := models.ViewerByID(t.Context(), f.DB.Read, f.fan.ID); err != nil || who.UnreadRooms != want {
			t.Errorf("%d rooms are unread, want %d: %v", who.UnreadRooms, want, err)
		}
	}
	b := f.As(t, f.fan)
	unread(1)
	b.Visit("/rooms/2?before=1").Is(200) // the past says nothing of the present
	unread(1)
	b.Get("room", private).Is(200)
	unread(0)
	f.As(t, f.hero).Post("room", saying("And round."), private).Is(303)
	unread(1)
	b.Post("room", saying("I heard."), private).Is(303)
	unread(0)
	must(t, f.DB.Tx(t.Context(), func(tx *gorm.DB) error { return models.MarkRead(t.Context(), tx, private, f.fan.ID, 1<<60) }))
	f.As(t, f.hero).Post("room", saying("Still?"), private).Is(303)
	unread(1) // nobody can read ahead
}

// The badge and the list say the same of what somebody says who is blocked: nothing.
func TestTheBlockedAreNotUnread(t *testing.T) {
	t.Parallel()
	f := openFloor(t)
	hero, fan, other := f.As(t, f.hero), f.As(t, f.fan), f.As(t, f.stranger)
	unread := func(rooms, messages int) {
		t.Helper()
		who, err := models.ViewerByID(t.Context(), f.DB.Read, f.fan.ID)
		must(t, err)
		list, err := models.RoomsOf(t.Context(), f.DB.Read, f.fan.ID, 10)
		must(t, err)
		n := 0
		for _, r := range list {
			n += r.Unread
		}
		if who.UnreadRooms != rooms || n != messages {
			t.Errorf("%d rooms and %d messages are unread, want %d and %d", who.UnreadRooms, n, rooms, messages)
		}
	}
	fan.Post("room.join", nil, public).Is(303)
	fan.Get("room", private).Is(200)
	unread(0, 0)
	f.Block(f.fan, f.hero)
	hero.Post("room", saying("Into the wind."), private).Is(303)
	hero.Post("room", saying("And again."), public).Is(303)
	unread(0, 0)
	other.Post("room", saying("Is somebody there?"), public).Is(303)
	hero.Post("room", saying("I am."), public).Is(303)
	unread(1, 1) // an older one counts, though the newest does not
	fan.Get("room", public).Is(200)
	unread(0, 0)
	fan.Post("user.unblock", nil, "nightheron").Is(303)
	unread(1, 1) // in the room that they have not looked at since
}

func statusOf(s *sitetest.Site, r *http.Request) int {
	w := httptest.NewRecorder()
	s.Web.ServeHTTP(w, r)
	return w.Code
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
