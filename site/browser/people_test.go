package browser_test

import (
	"fmt"
	"testing"

	"superbook/kit/browsertest"
	"superbook/models"
)

// company has a few people who follow each other, and one who is blocked.
func (c *cast) company() {
	for i := range 32 {
		u := c.Member(fmt.Sprintf("follower-%02d", i), models.Profile{Kind: models.Fan, Name: fmt.Sprintf("Follower of the Long Name %d", i), Origin: "Port Sable"})
		c.Follow(u, c.hero)
	}
	c.Follow(c.hero, c.fan)
	c.Block(c.fan, c.Hero("foghorn"))
}

// peopleExamples are the pages of who follows and blocks whom.
func (c *cast) peopleExamples() map[string][]visit {
	return map[string][]visit{
		"user": {{shows: "stranger", path: "/users/grey-heron"}, {shows: "own", who: c.fan, path: "/users/wren"}, {shows: "bare", path: "/users/wren"},
			{shows: "followed", who: c.fan, path: "/users/grey-heron"}, {shows: "older", who: c.fan, path: "/users/staff?before=9"}},
		"user.followers": {{shows: "many", who: c.fan, path: "/users/grey-heron/followers"}, {shows: "none", path: "/users/staff/followers"}},
		"user.following": {{shows: "some", path: "/users/grey-heron/following"}, {shows: "none", who: c.hero, path: "/users/staff/following"}},
		"user.block":     {{who: c.fan, path: "/users/grey-heron/block"}},
		"me.blocked":     {{shows: "some", who: c.fan}, {shows: "none", who: c.hero}},
	}
}

// peopleLive has two people at their screens: one follows, and the other hears
// of it; one comes, and is seen.
func peopleLive(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	hero, fan := w.Hero("grey-heron"), w.Fan("wren")
	watcher, comer := w.tab(t, b, hero), w.tab(t, b, fan)
	watcher.Open(w.url + "/")
	watcher.WaitVisible(`body[data-live-state=on]`)
	mark(watcher)
	comer.Open(w.url + "/users/grey-heron")
	watcher.WaitText(fmt.Sprintf("#patrol #patrol-%d", fan.ID), "wren")
	comer.WaitText(fmt.Sprintf("#here-%d", hero.ID), "On patrol")
	mark(comer)

	button := fmt.Sprintf("#follow-%d-button", hero.ID)
	comer.Click(button)
	comer.WaitText(button, "Following")
	wantFocus(comer, button)
	comer.WaitText(fmt.Sprintf("#counts-%d dd + *, #counts-%d div:nth-child(2) dd", hero.ID, hero.ID), "1")
	watcher.WaitText("#badge", "1")
	if !marked(watcher) || !marked(comer) {
		t.Error("a page was loaded again")
	}

	list := w.tab(t, b, hero)
	list.Open(w.url + "/notifications")
	list.WaitText("#notes", "follows you now")
	list.WaitVisible(`body[data-live-state=on]`)
	post := w.Say(hero, "All boats home.")
	w.As(t, fan).Post("post.like", nil, post).Is(303)
	list.WaitText("#notes > :first-child", "likes what you said")
	list.Click("#notes-seen-button")
	list.WaitGone("#notes .unseen")
	watcher.WaitGone("#badge")
	quiet(t, comer)
	quiet(t, watcher)
}

// namesSuggested chooses members by the keyboard alone, for one person and in
// the middle of a text.
func namesSuggested(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	fan := w.Fan("wren")
	w.Member("nightheron", models.Profile{Kind: models.Hero, Name: "Night <Heron>"})
	w.Hero("nightingale")
	tab := w.tab(t, b, fan)
	tab.Open(w.url + "/posts/new")
	tabTo(t, tab, "#to")
	tab.Press("nigh")
	tab.WaitVisible(".suggest [role=option]")
	tab.WaitText(".field.to [role=status]", "2 members found")
	tab.Press(browsertest.KeyDown)
	tab.WaitVisible(".suggest [aria-selected=true]")
	spotless(t, tab, "with names suggested")
	tab.Press(browsertest.KeyEscape)
	tab.WaitGone(".suggest")
	tab.Press("th")
	tab.WaitText(".suggest [role=option]", "Night <Heron> @nightheron")
	tab.Press(browsertest.KeyDown + browsertest.KeyEnter)
	tab.WaitFor("document.querySelector('#to').value === '@nightheron' && document.querySelector('#to').ariaExpanded === 'false'")

	tab.Open(w.url + "/posts/new")
	tabTo(t, tab, "#text")
	tab.Press("Well done, @nightin")
	tab.WaitVisible(".suggest [role=option]")
	tab.Press(browsertest.KeyDown)
	spotless(t, tab, "with names suggested in a text")
	tab.Press(browsertest.KeyEnter + "of all")
	tab.WaitFor("document.querySelector('#text').value === 'Well done, @nightingale of all'")
	quiet(t, tab)
}
