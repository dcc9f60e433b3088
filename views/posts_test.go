package views_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"superbook/models"
	"superbook/site/sitetest"
)

func TestPostsAreWritten(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	hero, fan := s.Hero("nightheron"), s.Fan("wren")
	b := s.As(t, hero)
	b.Post("post.new", url.Values{"text": {"  All boats home.\r\n@Wren, sleep well <b>now</b>: https://pier.example/log?a=1&b=2.  "}}).Is(303).GoesTo("/feed")
	feed := b.Get("feed").Is(200).Shows("Said.", "All boats home.", "<b>now</b>")
	for _, want := range []string{`All boats home.<br>`, `<a class="link" href="/users/wren">@Wren</a>, sleep`, `&lt;b&gt;now`,
		`<a class="link" href="https://pier.example/log?a=1&amp;b=2" rel="nofollow ugc noopener noreferrer">`} {
		if !strings.Contains(feed.Body, want) {
			t.Errorf("the feed lacks %s:\n%s", want, feed.Body)
		}
	}
	s.As(t, fan).Get("notifications").Is(200).Shows("nightheron mentioned you in a post", "New").AtMost(3)
	s.As(t, models.User{}).Get("home").Is(200).Shows("All boats home.")

	b.Post("post.new", url.Values{"text": {"Only you know"}, "to": {"@WREN"}}).Is(303)
	s.As(t, fan).Get("feed").Is(200).Shows("Only you know", "Only for wren")
	s.As(t, fan).Get("notifications").Is(200).Shows("nightheron wrote something only for you")
	s.As(t, models.User{}).Get("home").Hides("Only you know")
	if m, err := models.MembersIn(s.DB.Read).Numbered(hero.ID).Take(t.Context()); err != nil || m.Posts != 1 {
		t.Errorf("%d public posts are counted, %v", m.Posts, err)
	}
}

func TestPostsAreRefusedKindly(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	family := "👨‍👩‍👧‍👦"
	for name, c := range map[string]struct {
		form  url.Values
		field string
		words string // "" when it is fine
	}{
		"empty":                    {url.Values{"text": {" \n\t "}}, "text", "Write a few words"},
		"500 people count as 500":  {url.Values{"text": {strings.Repeat(family, 500)}}, "", ""},
		"501 letters":              {url.Values{"text": {strings.Repeat("a", 501)}}, "text", "500 characters"},
		"accents without end":      {url.Values{"text": {"a" + strings.Repeat("\u0301", 20000)}}, "text", "500 characters"},
		"to nobody":                {url.Values{"text": {"Psst"}, "to": {"nobody.here"}}, "to", "Nobody here"},
		"to oneself":               {url.Values{"text": {"Psst"}, "to": {"nightheron"}}, "to", "Nobody here"},
		"broken text":              {url.Values{"text": {"a\xff\x00b"}}, "", ""},
		"nothing but an odd field": {url.Values{"recipient_id": {"1"}, "user_id": {"7"}}, "text", "Write a few words"},
	} {
		answer := b.Post("post.new", c.form)
		if c.words == "" {
			answer.Is(303)
			continue
		}
		answer.Is(http.StatusUnprocessableEntity).Shows(c.words)
		if got := answer.Value("to"); got != c.form.Get("to") {
			t.Errorf("%s: the recipient became %q", name, got)
		}
		if got := answer.Value("text"); got != strings.TrimSpace(c.form.Get("text")) {
			t.Errorf("%s: the text became %.40q", name, got)
		}
		var p struct{ Errors map[string]string }
		if b.JSON().Post("post.new", c.form).Is(422).Decode(&p); p.Errors[c.field] == "" {
			t.Errorf("%s: as JSON the faults are %v", name, p.Errors)
		}
	}
}

func TestPostsAreEditedAndDeleted(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	hero, fan := s.Hero("nightheron"), s.Fan("wren")
	id := s.Say(hero, "The lihgt is on")
	b := s.As(t, hero)
	b.Get("post", id).Is(200).Shows("The lihgt is on").Hides("Edited")
	if got := b.Get("post.edit", id).Is(200).Value("text"); got != "The lihgt is on" {
		t.Errorf("the form has %q", got)
	}
	b.Post("post.edit", url.Values{"text": {""}}, id).Is(422).Shows("Write a few words")
	b.Post("post.edit", url.Values{"text": {"The light is on, @wren"}}, id).Is(303).GoesTo(s.Path("post", id))
	b.Get("post", id).Is(200).Shows("The light is on", "Edited")
	b.Post("post.edit", url.Values{"text": {"The light is off, @wren"}}, id).Is(303)
	if n := strings.Count(s.As(t, fan).Get("notifications").Body, "mentioned you"); n != 1 {
		t.Errorf("the fan was told %d times", n)
	}
	s.As(t, fan).Get("post.edit", id).Is(404)
	s.As(t, fan).Post("post.delete", nil, id).Is(404)
	comment := s.Comment(fan, id, "At last")
	b.Get("post.delete", id).Is(200).Shows("The light is off")
	b.Post("post.delete", nil, id).Is(303).GoesTo("/feed")
	b.Post("post.delete", nil, id).Is(404)
	b.Get("post", id).Is(404)
	b.Get("comment.delete", comment).Is(404)
	s.As(t, fan).Get("notifications").Is(200).Hides("mentioned you")
	if m, err := models.MembersIn(s.DB.Read).Numbered(hero.ID).Take(t.Context()); err != nil || m.Posts != 0 {
		t.Errorf("%d posts are counted, %v", m.Posts, err)
	}
}

func TestPostsArePassedOn(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	hero, fan, other := s.Hero("nightheron"), s.Fan("wren"), s.Hero("tidewright")
	id := s.Say(hero, "Bring soup to pier nine")
	s.Follow(other, fan)
	b := s.As(t, fan)
	b.Get("post.share", id).Is(200).Shows("Bring soup to pier nine")
	b.Post("post.share", url.Values{"text": {strings.Repeat("x", 501)}}, id).Is(422)
	b.Post("post.share", url.Values{"text": {"I am bringing two"}}, id).Is(303)
	share := s.Post(id).ID + 1
	again := s.As(t, other)
	again.Get("feed").Is(200).Shows("shared a post", "I am bringing two", "Bring soup to pier nine")
	again.Post("post.share", url.Values{}, share).Is(303) // of a share: what is behind it
	if p := s.Post(id); p.Shares != 2 {
		t.Errorf("%d shares are counted", p.Shares)
	}
	s.As(t, hero).Post("post.delete", nil, id).Is(303)
	again.Get("feed").Is(200).Shows("I am bringing two", "is gone, or not for you").Hides("Bring soup")
	again.Get("post.share", share).Is(404)
	s.Block(hero, other)
	secret := s.Tell(hero, fan, "Only you")
	b.Get("post.share", secret).Is(http.StatusConflict)
	b.Post("post.share", nil, secret).Is(http.StatusConflict)
}

// A share does not show what its reader may not see.
func TestASharedPostIsHiddenFromWhomItsAuthorBlocks(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	hero, fan, blocked := s.Hero("nightheron"), s.Fan("wren"), s.Hero("marrow")
	id := s.Say(hero, "Soup at nine")
	s.Follow(blocked, fan)
	s.Block(hero, blocked)
	srv := s.Server()
	stream := s.As(t, blocked).Follow(srv, "/live?on=feed", "")
	s.As(t, fan).Post("post.share", url.Values{"text": {"Mind the gulls"}}, id).Is(303)
	s.As(t, fan).Say(url.Values{"text": {"The end"}})
	for _, e := range stream.Until("The end") {
		if strings.Contains(e.Data, "Soup at nine") {
			t.Error("the shared post was streamed to whom its author blocks")
		}
	}
	s.As(t, blocked).Get("feed").Is(200).Shows("Mind the gulls", "is gone, or not for you").Hides("Soup at nine")
}

// Fifty people like at once, and some of them twice: each counts once.
func TestLikesAreCountedRight(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Unlimited()
	hero := s.Hero("nightheron")
	id := s.Say(hero, "Good night")
	var browsers []*sitetest.Browser
	for i := range 50 {
		browsers = append(browsers, s.As(t, s.Fan(fmt.Sprintf("fan%02d", i))))
	}
	var all sync.WaitGroup
	for i, b := range browsers {
		for range 1 + i%2 {
			all.Go(func() {
				if a := b.Fresh().Post("post.like", nil, id); a.Status != 303 {
					t.Errorf("a like is answered %d", a.Status)
				}
			})
		}
	}
	all.Wait()
	if n := s.Post(id).Likes; n != 50 {
		t.Errorf("%d likes are counted, want 50", n)
	}
	for i, b := range browsers[:20] {
		all.Go(func() { b.Fresh().Post([]string{"post.like", "post.unlike"}[i%2], nil, id) })
	}
	all.Wait()
	if n := s.Post(id).Likes; n != 40 {
		t.Errorf("%d likes are counted after ten were taken back, want 40", n)
	}
	var rows int64
	if err := s.DB.Read.Model(&models.Like{}).Count(&rows).Error; err != nil || rows != 40 {
		t.Errorf("%d rows, %v", rows, err)
	}
	notes := s.As(t, hero).Get("notifications").Is(200)
	if n := strings.Count(notes.Body, "likes <a"); n != 30 { // a page of fifty
		t.Errorf("the author is told of %d likes on the first page", n)
	}
	part := browsers[0]
	r := part.Request(http.MethodPost, "post.unlike", nil, id)
	r.Header.Set("X-Part", "1")
	if a := part.Do(r).Is(200); !strings.Contains(a.Body, `aria-pressed="false"`) || !strings.Contains(a.Body, "/like") || strings.Contains(a.Body, "<html") {
		t.Errorf("a script gets %s", a.Body)
	}
}

func TestComments(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Unlimited()
	hero, fan, other := s.Hero("nightheron"), s.Fan("wren"), s.Fan("lantern")
	id := s.Say(hero, "Good night")
	b := s.As(t, fan)
	b.Post("comment.new", url.Values{"text": {" "}}, id).Is(422).Shows("Write a few words first.")
	long := strings.Repeat("x", 501)
	if got := b.Post("comment.new", url.Values{"text": {long}}, id).Is(422).Shows("500 characters").Value("text"); got != long {
		t.Error("a refused comment is lost")
	}
	b.Post("comment.new", url.Values{"text": {"Sleep well, @lantern says <i>hi</i>"}}, id).Is(303)
	if page := b.Get("post", id).Is(200).Shows("Sleep well", "<i>hi</i>"); strings.Contains(page.Body, "<i>hi") {
		t.Error("a comment brings its own markup")
	}
	s.As(t, hero).Get("notifications").Is(200).Shows("wren commented on your post", "Sleep well")
	s.As(t, other).Get("notifications").Is(200).Shows("wren mentioned you in a comment")
	var comment models.Comment
	if err := s.DB.Read.Last(&comment).Error; err != nil {
		t.Fatal(err)
	}
	s.As(t, other).Get("comment.delete", comment.ID).Is(404)
	s.As(t, other).Post("comment.delete", nil, comment.ID).Is(404)
	b.Get("comment.delete", comment.ID).Is(200).Shows("Sleep well")
	s.As(t, hero).Post("comment.delete", nil, comment.ID).Is(303) // it stands under the hero's post
	b.Post("comment.delete", nil, comment.ID).Is(404)
	if n := s.Post(id).Comments; n != 0 {
		t.Errorf("%d comments are counted", n)
	}
	for i := range 120 {
		s.Comment(fan, id, fmt.Sprintf("Remark %03d", i))
	}
	var seen []string
	for path := s.Path("post", id); path != ""; {
		doc := b.Visit(path).Is(200).AtMost(7).HTML()
		seen = append(seen, doc.Find("#talk .bubble p:first-child").Map(func(_ int, p *goquery.Selection) string { return strings.Fields(p.Text())[2] })...)
		next, more := doc.Find("a[data-more]").Attr("href")
		if path = ""; more {
			path = s.Path("post", id) + next
		}
	}
	if len(seen) != 120 || !slices.IsSorted(seen) {
		t.Errorf("paging shows %d comments: %v", len(seen), seen)
	}
}

// While somebody pages through a feed, new posts arrive and old ones go: no
// post that was there comes twice or is left out.
func TestFeedPagesWithoutDoublesOrGaps(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Unlimited()
	hero, fan := s.Hero("nightheron"), s.Fan("wren")
	s.Follow(fan, hero)
	var want []string
	for i := range 95 {
		id := s.Say(hero, fmt.Sprintf("Report %d", i))
		want = append([]string{fmt.Sprintf("post-%d", id)}, want...)
	}
	for _, start := range []string{"/feed", "/"} {
		var got []string
		b := s.As(t, fan)
		for path := start; path != ""; {
			doc := b.Visit(path).Is(200).HTML()
			got = append(got, doc.Find("#posts > article").Map(func(_ int, a *goquery.Selection) string { return a.AttrOr("id", "") })...)
			next, more := doc.Find("a[data-more]").Attr("href")
			if path = ""; more {
				path = start + next
			}
			s.Say(hero, "Breaking")
		}
		if i := slices.Index(got, want[0]); i < 0 || !slices.Equal(got[i:], want) {
			t.Errorf("%s shows %v\nwant %v", start, got, want)
		}
		s.Exec("DELETE FROM posts WHERE text = 'Breaking'")
	}
}

// A full feed takes six questions at most, however many posts there are.
func TestFeedAsksLittle(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Unlimited()
	hero, fan := s.Hero("nightheron"), s.Fan("wren")
	s.Follow(fan, hero)
	b := s.As(t, fan)
	fill := func(n int) {
		for i := range n {
			id := s.Say(hero, fmt.Sprintf("Report %d", i))
			for range 4 {
				s.Comment(fan, id, "Noted")
			}
			s.As(t, fan).Post("post.share", nil, id).Is(303)
		}
	}
	fill(12)
	few := b.Get("feed").Is(200).AtMost(6)
	fill(40)
	many := b.Get("feed").Is(200).AtMost(6)
	if few.Queries != many.Queries {
		t.Errorf("%d queries for a few posts, %d for many", few.Queries, many.Queries)
	}
	if n := many.HTML().Find("#posts > article").Length(); n != 20 {
		t.Errorf("the feed shows %d posts", n)
	}
	b.Get("home").Is(200).AtMost(6)
	s.As(t, models.User{}).Visit("/public").Is(200).AtMost(4)
}
