package browser_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gorm.io/gorm"

	"superbook/kit/browsertest"
	"superbook/models"
)

// openRooms makes a room of each kind, with talk in it: a public one with a
// past, a private one and a conversation of the hero, and one to join.
func (c *cast) openRooms(t *testing.T) map[string]int64 {
	t.Helper()
	rooms := map[string]models.Room{
		"public":  {UserID: c.hero.ID, Name: "Rooftop", Topic: "For whoever is up there anyway"},
		"private": {UserID: c.hero.ID, Name: "Unpronounceabledisproportionatelylongone", Topic: strings.Repeat("Pssst. ", 17), Private: true},
		"other":   {UserID: c.staff.ID, Name: "Lost capes", Topic: "Found one in a tree?"},
	}
	ids := map[string]int64{}
	err := c.DB.Tx(t.Context(), func(tx *gorm.DB) error {
		for kind, r := range rooms {
			if err := models.CreateRoom(t.Context(), tx, &r); err != nil {
				return err
			}
			rooms[kind], ids[kind] = r, r.ID
		}
		direct, err := models.DirectRoom(t.Context(), tx, c.hero.ID, c.fan.ID)
		rooms["direct"], ids["direct"] = direct, direct.ID
		return err
	})
	must(t, err)
	for kind, n := range map[string]int{"public": 60, "private": 1, "direct": 3} {
		for i := range n {
			by := []models.User{c.hero, c.fan}[i%2]
			saysIn(t, c.world, rooms[kind].ID, by, fmt.Sprintf("Message %d of %d.\nIn two lines, with a%sword.", i+1, n, strings.Repeat("aa", 9*(i%3))))
		}
	}
	return ids
}

// saysIn is a message that comes without any browser.
func saysIn(t *testing.T, w *world, room int64, by models.User, text string) int64 {
	t.Helper()
	var m models.Message
	must(t, w.DB.Tx(t.Context(), func(tx *gorm.DB) error {
		r, err := models.RoomsIn(tx).Get(t.Context(), room)
		if err != nil {
			return err
		}
		m, _, err = models.Say(t.Context(), tx, r, models.Message{UserID: by.ID, Text: text, Nonce: fmt.Sprint("test-", r.LastMessageID)})
		return err
	}))
	w.Views.Chat.Wake(room)
	return m.ID
}

func (c *cast) roomExamples() map[string][]visit {
	room := func(kind string) string { return c.Path("room", c.rooms[kind]) }
	return map[string][]visit{
		"rooms":    {{shows: "some", who: c.hero}, {shows: "none", who: c.staff}},
		"room.new": {{who: c.hero}},
		"room": {{shows: "public", who: c.hero, path: room("public")}, {shows: "past", who: c.hero, path: room("public") + "?before=30"},
			{shows: "guest", who: c.fan, path: room("other")}, {shows: "private", who: c.hero, path: room("private")},
			{shows: "direct", who: c.fan, path: room("direct")}},
	}
}

func (c *cast) roomRefusals() map[string][]visit {
	room := c.Path("room", c.rooms["private"])
	return map[string][]visit{
		"room.new":    {{form: "main form[method=post]", who: c.hero, path: "/rooms/new", fields: map[string]string{"topic": strings.Repeat("long ", 30)}}},
		"room":        {{form: ".say", who: c.hero, path: room, fields: map[string]string{"text": strings.Repeat("long ", 250)}}},
		"room.invite": {{form: ".invite", who: c.hero, path: room, fields: map[string]string{"username": "nobody-at-all"}}},
	}
}

// said counts the messages on the page with these words.
func said(words string) string {
	return fmt.Sprintf("[...document.querySelectorAll('.talk .words')].filter(el => el.textContent === %q).length", words)
}

func once(tab *browsertest.Tab, words string) { tab.WaitFor(said(words) + " === 1") }

// roomTalk is two members in a room: they see each other come, type and talk,
// and what is said while the line of one is down is neither lost nor doubled.
func roomTalk(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	hero, fan := w.Hero("grey-heron"), w.Fan("wren")
	w.As(t, hero).Post("room.new", url.Values{"name": {"Rooftop"}}).Is(http.StatusSeeOther)
	here, there := w.tab(t, b, hero), w.tab(t, b, fan)
	for _, tab := range []*browsertest.Tab{here, there} {
		tab.Open(w.url + "/rooms/1")
		tab.WaitVisible(".room[data-state=on]")
		mark(tab)
	}
	here.WaitText("#room-here", "2 here now: grey-heron, wren")
	here.Type("#text", "Pier is ")
	there.WaitText("#room-typing", "grey-heron is typing…")
	here.Type("#text", "heavy."+browsertest.KeyEnter)
	once(there, "Pier is heavy.")
	once(here, "Pier is heavy.")
	there.WaitText("#room-news", "grey-heron: Pier is heavy.")
	there.WaitFor("document.getElementById('room-typing').textContent === ''")
	here.WaitVisible(".mine .words")
	there.WaitGone(".mine")

	there.Offline(true)
	there.WaitText("#room-state", "You are offline: messages wait here")
	there.Type("#text", "Hold on!"+browsertest.KeyEnter)
	there.WaitText("#waiting", "Waiting")
	here.Type("#text", "I am holding."+browsertest.KeyEnter)
	once(here, "I am holding.")
	spotless(t, there, "while messages wait")
	there.Offline(false)
	once(there, "I am holding.")
	once(there, "Hold on!")
	once(here, "Hold on!")
	there.WaitGone("#waiting li, #room-state")

	w.Views.Chat.DropAll() // as a restart of the server does
	saysIn(t, w, 1, hero, "Said in between.")
	for _, tab := range []*browsertest.Tab{here, there} {
		tab.WaitVisible(".room[data-state=on]")
		once(tab, "Said in between.")
		once(tab, "Hold on!")
		tab.WaitFor("[...document.querySelectorAll('#talk li')].every((li, i, all) => i === 0 || Number(all[i - 1].dataset.id) < Number(li.dataset.id))")
		if !marked(tab) {
			t.Error("the page was loaded again")
		}
	}
	quiet(t, here)
	quiet(t, there, "ERR_INTERNET_DISCONNECTED", "WebSocket connection to")
}

// roomPast reads back by scrolling up, without losing its place.
func roomPast(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	hero := w.Hero("grey-heron")
	w.As(t, hero).Post("room.new", url.Values{"name": {"Rooftop"}}).Is(http.StatusSeeOther)
	for i := range 100 {
		saysIn(t, w, 1, hero, fmt.Sprintf("Message %d", i+1))
	}
	tab := w.tab(t, b, hero)
	tab.Open(w.url + "/rooms/1")
	tab.WaitVisible(".room[data-state=on]")
	const inSight = `(words => { const box = document.getElementById('talk-box').getBoundingClientRect();
		return [...document.querySelectorAll('#talk .words')].some(el => { const r = el.getBoundingClientRect();
			return el.textContent === words && r.top >= box.top - 2 && r.bottom <= box.bottom + 2 }) })(%q)`
	tab.WaitFor(fmt.Sprintf(inSight, "Message 100"))
	browsertest.Eval[bool](tab, "document.querySelector('#message-61, #talk li').scrollIntoView({block: 'start'}), true")
	tab.WaitFor("document.querySelectorAll('#talk li').length === 80")
	tab.WaitFor(fmt.Sprintf(inSight, "Message 61"))
	saysIn(t, w, 1, hero, "Message 101")
	tab.WaitFor("document.querySelectorAll('#talk li').length === 81")
	tab.WaitFor(fmt.Sprintf(inSight, "Message 61"))
	browsertest.Eval[bool](tab, "document.querySelector('#talk li').scrollIntoView({block: 'start'}), true")
	tab.WaitFor("document.querySelectorAll('#talk li').length === 101")
	tab.WaitGone("#older")
	quiet(t, tab)
}
