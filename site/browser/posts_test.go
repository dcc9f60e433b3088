package browser_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"superbook/kit/browsertest"
	"superbook/models"
)

// talk fills the site with posts: long and short, shared, personal, commented.
func (c *cast) talk() {
	c.Follow(c.fan, c.hero)
	for i := range 22 {
		c.Say(c.staff, fmt.Sprintf("Report %d of the night.\nAll quiet.", i))
	}
	c.post = c.Say(c.hero, strings.Repeat("Unpronounceablearchipelago", 8)+" @wren https://portsable.example/"+strings.Repeat("long", 30))
	c.personal = c.Tell(c.hero, c.fan, "Only you know.")
	c.comment = c.Comment(c.fan, c.post, "Noted, and noted again. "+strings.Repeat("Verylongindeed", 10))
	c.Say(c.fan, "Good night, @grey-heron")
}

// postsLive has two people at their screens: what one does shows on the other's
// page, which is never loaded again.
func postsLive(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	hero, fan := w.Hero("grey-heron"), w.Fan("wren")
	w.Follow(fan, hero)
	reader, writer := w.tab(t, b, fan), w.tab(t, b, hero)
	reader.Open(w.url + "/feed")
	reader.WaitVisible(`body[data-live-state=on]`)
	mark(reader)

	writer.Open(w.url + "/feed")
	writer.Type("#text", "All boats home.")
	writer.Click(".composer .btn.ink")
	writer.WaitText(".flash", "Said.")
	reader.WaitText("#posts article .words", "All boats home.")
	var post models.Post
	if err := w.DB.Read.First(&post).Error; err != nil {
		t.Fatal(err)
	}

	reader.Click(fmt.Sprintf("#like-%d-button", post.ID))
	reader.WaitVisible(fmt.Sprintf("#like-%d-button[aria-pressed=true]", post.ID))
	writer.WaitText(fmt.Sprintf("#likes-%d", post.ID), "1")
	writer.WaitText("#badge", "2") // the other one was that the fan follows

	writer.Open(w.url + w.Path("post", post.ID))
	writer.WaitVisible(`body[data-live-state=on]`)
	writer.Type("#comment", "The last one just came in.")
	writer.Click("#talk .btn.ink")
	reader.WaitText(fmt.Sprintf("#talk-%d", post.ID), "The last one just came in.")
	reader.WaitText(fmt.Sprintf("#comments-%d", post.ID), "1")

	w.As(t, hero).Post("post.edit", url.Values{"text": {"All boats are home."}}, post.ID).Is(303)
	reader.WaitText("#posts .post-body", "All boats are home.")
	reader.WaitVisible(fmt.Sprintf("#like-%d-button[aria-pressed=true]", post.ID)) // one's own like stays as it is
	w.As(t, hero).Post("post.delete", nil, post.ID).Is(303)
	reader.WaitGone(fmt.Sprintf("#post-%d", post.ID))
	if !marked(reader) {
		t.Error("the page was loaded again")
	}
	quiet(t, reader)
	quiet(t, writer)
}

// postsOffline lets posts come while the line is cut, and more than the server
// remembers: the first kind is replayed, the second fetched anew.
func postsOffline(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	hero, fan := w.Hero("grey-heron"), w.Fan("wren")
	w.Follow(fan, hero)
	tab := w.tab(t, b, fan)
	tab.Open(w.url + "/feed")
	tab.WaitVisible(`body[data-live-state=on]`)
	mark(tab)
	say := w.As(t, hero)
	tab.Offline(true)
	w.Live.DropAll()
	tab.WaitVisible(`body[data-live-state=off]`)
	for i := range 3 {
		say.Say(url.Values{"text": {fmt.Sprintf("Through the hole %d", i)}})
	}
	tab.Offline(false)
	tab.WaitFor("document.querySelectorAll('#posts article').length === 3")
	tab.Offline(true)
	w.Live.DropAll()
	for range 1100 {
		w.Live.Publish("nobody", "x")
	}
	say.Say(url.Values{"text": {"After the flood"}})
	for range 1100 {
		w.Live.Publish("nobody", "x")
	}
	tab.Offline(false)
	tab.WaitText("#posts article .words", "After the flood")
	if !marked(tab) {
		t.Error("the page was loaded again")
	}
}

// postsGoOn scrolls to the end of a long list, and works without scripts too.
func postsGoOn(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	hero := w.Hero("grey-heron")
	for i := range 70 {
		w.Say(hero, fmt.Sprintf("Report %d", i))
	}
	tab := w.tab(t, b, stranger)
	tab.Open(w.url + "/")
	tab.WaitVisible(`a[data-more]`)
	w.Say(hero, "Breaking") // between the pages: it moves nothing
	for n := 20; n < 70; n = browsertest.Eval[int](tab, "document.querySelectorAll('#posts article').length") {
		browsertest.Eval[bool](tab, "scrollTo(0, document.body.scrollHeight) === undefined")
		tab.WaitFor(fmt.Sprintf("document.querySelectorAll('#posts article').length > %d", min(n, 69)))
	}
	tab.WaitGone("a[data-more]")
	if n := browsertest.Eval[int](tab, "new Set([...document.querySelectorAll('#posts article')].map(a => a.id)).size"); n != 70 {
		t.Errorf("%d different posts are shown", n)
	}
	bare := w.tab(t, b, stranger)
	bare.NoScript()
	bare.Open(w.url + "/")
	bare.Click(`a[data-more]`)
	bare.WaitVisible(`a[href="/"].btn`)
	quiet(t, tab)
}
