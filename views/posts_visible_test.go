package views_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

// company is everybody who could want to see a post.
type company struct {
	*sitetest.Site
	author, recipient, fan, staff, blocked models.User
	public, personal                       int64
}

const (
	saidToAll = "The lamps on the pier are lit"
	saidToOne = "The key is under the third gull"
)

func companyOf(t *testing.T) company {
	t.Helper()
	s := sitetest.New(t)
	c := company{Site: s, author: s.Hero("nightheron"), recipient: s.Hero("tidewright"), fan: s.Fan("wren"), staff: s.Staff(), blocked: s.Hero("marrow")}
	for _, follower := range []models.User{c.recipient, c.fan, c.staff, c.blocked} {
		s.Follow(follower, c.author)
	}
	c.public = s.Say(c.author, saidToAll+" @tidewright @marrow")
	c.personal = s.Tell(c.author, c.recipient, saidToOne+" @wren @staff")
	s.Block(c.author, c.blocked)
	return c
}

// viewers are by name, each with what they may see.
func (c company) viewers() map[string]struct {
	who              models.User
	public, personal bool
} {
	return map[string]struct {
		who              models.User
		public, personal bool
	}{
		"the author":             {c.author, true, true},
		"the recipient":          {c.recipient, true, true},
		"somebody else":          {c.fan, true, false},
		"staff":                  {c.staff, true, false},
		"anonymous":              {models.User{}, true, false},
		"whom the author blocks": {c.blocked, false, false},
	}
}

// TestPostsAreSeenByWhomTheyAreFor asks for both posts on every route that can
// show one, as everybody. What is not for somebody is nowhere in the answer.
func TestPostsAreSeenByWhomTheyAreFor(t *testing.T) {
	t.Parallel()
	c := companyOf(t)
	for name, v := range c.viewers() {
		b := c.As(t, v.who)
		for _, asJSON := range []bool{false, true} {
			if asJSON {
				b = b.JSON()
			}
			for _, post := range []struct {
				id   int64
				may  bool
				text string
			}{{c.public, v.public, saidToAll}, {c.personal, v.personal, saidToOne}} {
				answer := b.Get("post", post.id)
				if want := map[bool]int{true: 200, false: 404}[post.may]; answer.Status != want {
					t.Errorf("%s gets %d for post %d, want %d", name, answer.Status, post.id, want)
				}
				if strings.Contains(answer.Body, post.text) != post.may {
					t.Errorf("%s, JSON %v: post %d is shown: %v", name, asJSON, post.id, !post.may)
				}
			}
		}
		b = c.As(t, v.who)
		for _, path := range []string{"/", "/public", "/feed", "/users/nightheron", "/users/tidewright", "/notifications", "/heroes", "/users/wren",
			"/search?q=third+gull", "/search?q=lamps", "/users/nightheron/followers"} {
			answer := b.Visit(path)
			if !v.personal && strings.Contains(answer.Body+answer.Text(), saidToOne) {
				t.Errorf("%s sees the personal post on %s", name, path)
			}
			if !v.public && strings.Contains(answer.Body, saidToAll) {
				t.Errorf("%s sees the post on %s", name, path)
			}
			if v.personal && path == "/feed" && !strings.Contains(answer.Body, saidToOne) {
				t.Errorf("%s misses the personal post in the feed", name)
			}
			if v.personal && path == "/search?q=third+gull" && !strings.Contains(answer.Text(), saidToOne) {
				t.Errorf("%s does not find the personal post", name)
			}
			if v.public && path == "/search?q=lamps" && !strings.Contains(answer.Text(), saidToAll) {
				t.Errorf("%s does not find the public post", name)
			}
			if v.public && (path == "/" || path == "/public") && !strings.Contains(answer.Body, saidToAll) {
				t.Errorf("%s misses the public post on %s", name, path)
			}
			if strings.Contains(answer.Body, saidToOne) && (path == "/" || path == "/public" || strings.HasPrefix(path, "/users/")) {
				t.Errorf("%s sees the personal post on the public page %s", name, path)
			}
		}
	}
}

// TestPostsAreTouchedByWhomTheyAreFor does everything that can be done to a
// post, as everybody: what cannot be seen is not found.
func TestPostsAreTouchedByWhomTheyAreFor(t *testing.T) {
	t.Parallel()
	c := companyOf(t)
	say := url.Values{"text": {"I heard that"}}
	for name, v := range c.viewers() {
		if v.who.ID == 0 {
			continue // the guard sends strangers to log in; see TestGuards
		}
		b := c.As(t, v.who)
		owner := v.who.ID == c.author.ID
		for _, id := range []int64{c.public, c.personal} {
			sees := v.public && id == c.public || v.personal && id == c.personal
			status := func(ok int, may bool) int {
				if may {
					return ok
				}
				return http.StatusNotFound
			}
			share := 200
			if id == c.personal {
				share = http.StatusConflict
			}
			for what, got := range map[string][2]int{
				"like":    {b.Post("post.like", nil, id).Status, status(303, sees)},
				"unlike":  {b.Post("post.unlike", nil, id).Status, status(303, sees)},
				"comment": {b.Post("comment.new", say, id).Status, status(303, sees)},
				"share":   {b.Get("post.share", id).Status, status(share, sees)},
				"edit":    {b.Get("post.edit", id).Status, status(200, owner)},
				"delete":  {b.Get("post.delete", id).Status, status(200, owner)},
				"save":    {b.Post("post.edit", url.Values{"text": {c.Post(id).Text}}, id).Status, status(303, owner)},
			} {
				if got[0] != got[1] {
					t.Errorf("%s, %s post %d: %d, want %d", name, what, id, got[0], got[1])
				}
			}
			if !owner {
				b.Post("post.delete", nil, id).Is(http.StatusNotFound)
			}
		}
	}
	if n := c.Post(c.public).Comments; n != 4 {
		t.Errorf("the public post has %d comments, want those of author, recipient, fan and staff", n)
	}
	if n := c.Post(c.personal).Comments; n != 2 {
		t.Errorf("the personal post has %d comments, want two", n)
	}
}

// TestPostsAreStreamedToWhomTheyAreFor opens every viewer's streams, then lets
// everything happen to a public and a personal post. What is not for somebody
// never comes; a last public post shows that the stream was alive.
func TestPostsAreStreamedToWhomTheyAreFor(t *testing.T) {
	t.Parallel()
	c := companyOf(t)
	srv := c.Server()
	streams := map[string]*sitetest.Stream{}
	on := "/live?on=feed,public,patrol," + tasks.PostTopic(c.public) + "," + tasks.PostTopic(c.personal)
	for name, v := range c.viewers() {
		topics := on
		for _, u := range []models.User{c.author, c.recipient, c.fan, c.staff, c.blocked} {
			topics += "," + tasks.MemberTopic(u.ID) // one's own is given, others' are not
		}
		streams[name] = c.As(t, v.who).Follow(srv, topics, "")
	}
	author := c.As(t, c.author)
	author.Say(url.Values{"text": {"Public words for all"}})
	author.Say(url.Values{"text": {"Personal words for one"}, "to": {"tidewright"}})
	author.Post("post.edit", url.Values{"text": {"Public words, mended"}}, c.public).Is(303)
	author.Post("post.edit", url.Values{"text": {"Personal words, mended"}}, c.personal).Is(303)
	author.Post("comment.new", url.Values{"text": {"A public remark"}}, c.public).Is(303)
	author.Post("comment.new", url.Values{"text": {"A personal remark"}}, c.personal).Is(303)
	author.Post("post.like", nil, c.personal).Is(303)
	c.As(t, c.staff).Say(url.Values{"text": {"The curtain falls"}})
	for name, v := range c.viewers() {
		var all strings.Builder
		for _, e := range streams[name].Until("The curtain falls") {
			all.WriteString(e.Data)
		}
		came := all.String()
		for words, may := range map[string]bool{
			"Public words for all": v.public, "Public words, mended": v.public, "A public remark": v.public,
			"Personal words for one": v.personal, "Personal words, mended": v.personal, "A personal remark": v.personal,
		} {
			if strings.Contains(came, words) != may {
				t.Errorf("%s: %q came: %v, want %v", name, words, !may, may)
			}
		}
	}
}

// A block takes effect on streams that are open, in both directions.
func TestABlockEndsWhatIsStreamed(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	srv := s.Server()
	hero, fan, other := s.Hero("nightheron"), s.Fan("wren"), s.Hero("tidewright")
	id := s.Say(other, "Between us")
	b := s.As(t, fan)
	address := "/live?on=public," + tasks.PostTopic(id)
	stream := b.Follow(srv, address, "")
	s.As(t, hero).Post("comment.new", url.Values{"text": {"Before"}}, id).Is(303)
	last := stream.Until("Before")
	b.Post("user.block", nil, "nightheron").Is(303)
	stream.Ends()
	stream = b.Follow(srv, address, last[len(last)-1].ID)
	s.As(t, hero).Post("comment.new", url.Values{"text": {"Behind the curtain"}}, id).Is(303)
	s.As(t, hero).Say(url.Values{"text": {"Behind the curtain too"}})
	s.As(t, other).Say(url.Values{"text": {"The end"}})
	for _, e := range stream.Until("The end") {
		if strings.Contains(e.Data, "Behind the curtain") {
			t.Errorf("what a blocked member says came: %s", e.Data)
		}
	}
}
