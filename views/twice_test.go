package views_test

import (
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

// A form that is sent twice, even at once, makes one post, one comment, one share.
func TestFormsThatAreSentTwice(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	hero, fan := s.Hero("nightheron"), s.Fan("wren")
	id := s.Say(hero, "Good night")
	b := s.As(t, fan)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() { b.Fresh().Post("post.new", url.Values{"text": {"Sleep well"}}).Is(303) })
		all.Go(func() { b.Fresh().Post("comment.new", url.Values{"text": {"You too"}}, id).Is(303) })
		all.Go(func() { b.Fresh().Post("post.share", nil, id).Is(303) })
	}
	all.Wait()
	if p := s.Post(id); p.Comments != 1 {
		t.Errorf("there are %d comments", p.Comments)
	}
	for table, want := range map[string]int64{"posts WHERE text = 'Sleep well'": 1, "comments": 1, "notifications WHERE kind = 'comment'": 1} {
		var n int64
		if err := s.DB.Read.Raw("SELECT count(*) FROM " + table).Scan(&n).Error; err != nil || n != want {
			t.Errorf("%s: %d rows, want %d, %v", table, n, want, err)
		}
	}
	b.Post("post.new", url.Values{"text": {"Sleep well"}, "to": {"nightheron"}}).Is(303) // for somebody else, it is another one
	b.Post("post.new", url.Values{"text": {"Sleep better"}}).Is(303)
	if n := strings.Count(b.Get("feed").Body, "Sleep well</p>"); n != 2 {
		t.Errorf("the feed has it %d times", n)
	}
}

// What is open was opened under the old password.
func TestStreamsEndWithThePassword(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	srv := s.Server()
	u := s.Fan("wren")
	thief, owner := s.As(t, u), s.As(t, u)
	ended := func(what string) {
		t.Helper()
		for limit := time.Now().Add(20 * time.Second); s.Live.Len() > 0; time.Sleep(time.Millisecond) {
			if time.Now().After(limit) {
				t.Fatalf("after %s a stream is open", what)
			}
		}
	}
	thief.Follow(srv, "/live?on="+tasks.MemberTopic(u.ID), "")
	owner.Post("password.change", url.Values{"old_password": {sitetest.Password}, "password": {"another set of words"}, "password2": {"another set of words"}}).Is(303)
	ended("a new password")
	thief.Visit("/live?on=" + tasks.MemberTopic(u.ID)).Is(404)
	owner.Follow(srv, "/live?on="+tasks.MemberTopic(u.ID), "")
	owner.Post("logout", nil).Is(303)
	ended("a logout")
}

func TestTheAuthorAnswersUnderAPersonalPost(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	hero, fan, other := s.Hero("nightheron"), s.Fan("wren"), s.Fan("lantern")
	id := s.Tell(hero, fan, "The key is under the gull")
	s.As(t, hero).Post("comment.new", url.Values{"text": {"The other gull, @lantern"}}, id).Is(303)
	s.As(t, fan).Get("notifications").Is(200).Shows("The other gull")
	s.As(t, other).Get("notifications").Is(200).Hides("gull")
	if n, err := models.Unseen(t.Context(), s.DB.Read, hero.ID); err != nil || n != 0 {
		t.Errorf("the author is told of %d things, %v", n, err)
	}
}

func TestSearchesFarBeyondTheEnd(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Say(s.Hero("nightheron"), "Fog again")
	for _, query := range []string{"before=5&skip=9223372036854775807", "before=9223372036854775807&skip=1000", "before=-1&skip=-1"} {
		s.As(t, stranger).Visit("/search?q=fog&" + query).Is(200)
	}
}
