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

	"gorm.io/gorm"

	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

// asPart is a form as the script sends it.
func asPart(path string, form url.Values) *http.Request {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Part", "1")
	return r
}

func followCounts(t *testing.T, s *sitetest.Site, u models.User) string {
	t.Helper()
	c, err := models.CountsOf(t.Context(), s.DB.Read, []int64{u.ID})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(c[0].Followers, " ", c[0].Following)
}

func unread(t *testing.T, s *sitetest.Site, u models.User) int {
	t.Helper()
	n, err := models.Unseen(t.Context(), s.DB.Read, u.ID)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestFollowing(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	hero, fan := s.Hero("nightheron"), s.Fan("wren")
	b := s.As(t, fan)
	page := b.Get("user", "nightheron").Is(200).HTML()
	form := page.Find(`form[action="/users/nightheron/follow"][data-part]`)
	if form.Length() != 1 || form.Find(`[name=next]`).AttrOr("value", "") != "/users/nightheron" {
		t.Fatalf("there are %d buttons to follow", form.Length())
	}
	b.Post("user.follow", url.Values{"next": {"/heroes?kind=all"}}, "nightheron").Is(303).GoesTo("/heroes?kind=all")
	b.Post("user.follow", url.Values{"next": {"https://evil.test/"}}, "NightHeron").Is(303).GoesTo("/users/nightheron")
	if got := followCounts(t, s, hero) + ", " + followCounts(t, s, fan); got != "1 0, 0 1" {
		t.Errorf("the counts are %s", got)
	}
	b.Get("user", "nightheron").Is(200).Shows("follower 1", "Following nightheron. Stop following")
	s.As(t, hero).Get("user", "wren").Is(200).Shows("Follows you")
	s.As(t, hero).Get("notifications").Is(200).Shows("wren follows you now.")

	part := b.Do(asPart("/users/nightheron/unfollow", url.Values{"next": {"/heroes"}})).Is(200)
	if el := part.HTML().Find("form.follow"); el.AttrOr("action", "") != "/users/nightheron/follow" || strings.Contains(part.Body, "<html") ||
		el.Find("[name=next]").AttrOr("value", "") != "/heroes" {
		t.Errorf("a script gets %s", part.Body)
	}
	var answer struct{ Following bool }
	b.JSON().Post("user.follow", nil, "nightheron").Is(200).Decode(&answer)
	if !answer.Following {
		t.Error("a program is told that it does not follow")
	}
	if n := unread(t, s, hero); n != 1 {
		t.Errorf("who is followed twice has %d to read, want 1", n)
	}
	b.Post("user.unfollow", nil, "nightheron").Is(303)
	b.Post("user.unfollow", nil, "nightheron").Is(303)
	if got := followCounts(t, s, hero) + ", " + followCounts(t, s, fan); got != "0 0, 0 0" {
		t.Errorf("in the end the counts are %s", got)
	}
	for _, name := range []string{"wren", "nobody", "..", "%00"} {
		b.Visit("/users/" + name + "/block").Is(404)
		for _, verb := range []string{"follow", "unfollow", "block", "unblock"} {
			b.Do(asPart("/users/"+name+"/"+verb, nil)).Is(404)
		}
	}
}

func TestFiftyClicksFollowOnce(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	hero, fan := s.Hero("nightheron"), s.Fan("wren")
	b := s.As(t, fan)
	var wg sync.WaitGroup
	for range 50 {
		same := s.As(t, stranger)
		for _, c := range b.Cookies() {
			same.SetCookie(c)
		}
		wg.Go(func() {
			if a := same.Post("user.follow", nil, "nightheron"); a.Status != 303 {
				t.Errorf("a click is answered %d", a.Status)
			}
		})
	}
	wg.Wait()
	if got := followCounts(t, s, hero) + ", " + followCounts(t, s, fan); got != "1 0, 0 1" || unread(t, s, hero) != 1 {
		t.Errorf("the counts are %s, and %d is to be read", got, unread(t, s, hero))
	}
}

// Neither sees the other, on any page, whoever of them it was that blocked.
func TestBlockedMembersDoNotMeet(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	a, b, other := s.Hero("nightheron"), s.Hero("shadowstork"), s.Hero("thirdwheel")
	s.Unlimited()
	posts, photos := map[int64]int64{}, map[int64]int64{}
	talk := s.Say(other, "Come one, come all")
	for _, u := range []models.User{a, b} {
		posts[u.ID] = s.Say(u, "Public words of "+u.Username)
		s.Follow(other, u)
		s.Follow(u, other)
		s.Comment(u, talk, "Comment of "+u.Username)
		photos[u.ID] = s.As(t, u).Submit(sitetest.JPEG(t, sitetest.Picture(60, 40, int(u.ID))), nil).Is(303).PhotoID()
	}
	s.Follow(a, b)
	s.Follow(b, a)
	s.Work()
	s.Settle()
	here(t, s, a, b, other)
	see := func(t *testing.T, viewer, of models.User, hidden bool) {
		t.Helper()
		br := s.As(t, viewer)
		for _, path := range []string{"/users/%s", "/users/%s/followers", "/users/%s/following"} {
			path = fmt.Sprintf(path, of.Username)
			if got := br.Visit(path).Status; got != map[bool]int{true: 404, false: 200}[hidden] {
				t.Errorf("%s sees %s: %d", viewer.Username, path, got)
			}
		}
		for _, path := range []string{s.Path("photo", photos[of.ID]), s.Path("post", posts[of.ID])} {
			if got := br.Visit(path).Status; got != map[bool]int{true: 404, false: 200}[hidden] {
				t.Errorf("%s sees %s: %d", viewer.Username, path, got)
			}
		}
		for _, path := range []string{"/", "/feed", "/heroes", "/heroes?q=" + of.Username, "/heroes?power=fog-craft&sort=name&kind=all", "/users/thirdwheel/followers",
			"/users/thirdwheel/following", "/notifications", s.Path("post", talk), "/users/suggest?q=" + of.Username[:4], "/public"} {
			a := br
			if strings.Contains(path, "suggest") || path == "/public" {
				a = br.JSON()
			}
			body := a.Visit(path).Is(200).Body
			body = strings.ReplaceAll(body, "q="+of.Username, "")
			body = strings.ReplaceAll(body, "“"+of.Username+"”", "")
			body = strings.ReplaceAll(body, `value="`+of.Username+`"`, "")
			if got := !strings.Contains(body, of.Username); got != hidden {
				t.Errorf("on %s %s is hidden from %s: %v, want %v", path, of.Username, viewer.Username, got, hidden)
			}
		}
	}
	see(t, a, b, false)
	see(t, b, a, false)
	// What somebody else tells of the other one goes too.
	s.Comment(other, posts[b.ID], "What does @nightheron say?")
	page := s.As(t, a).Get("user.block", "shadowstork").Is(200).Shows("Block shadowstork?", "Nobody is told")
	if page.HTML().Find("main form[method=post]").Length() != 1 {
		t.Error("there is no button to confirm")
	}
	for range 2 { // a double click does no harm
		s.As(t, a).Post("user.block", nil, "shadowstork").Is(303).GoesTo("/users/me/blocked")
	}
	s.As(t, a).Get("notifications").Is(200).Hides("What does")
	s.Exec("DELETE FROM comments WHERE text LIKE 'What does%'") // everybody may say a name
	see(t, a, b, true)
	see(t, b, a, true)
	see(t, other, a, false)
	s.Comment(other, posts[b.ID], "Again, @nightheron")
	s.As(t, a).Get("notifications").Is(200).Hides("Again")

	s.As(t, a).Get("me.blocked").Is(200).Shows("shadowstork", "Unblock").AtMost(3)
	s.As(t, b).Get("me.blocked").Is(200).Hides("nightheron").Shows("You block nobody")
	s.As(t, b).Post("user.unblock", nil, "nightheron").Is(404)
	s.As(t, b).Post("user.block", nil, "nightheron").Is(404)
	s.As(t, b).Post("user.follow", nil, "nightheron").Is(404)
	if got := followCounts(t, s, a) + ", " + followCounts(t, s, b); got != "1 1, 1 1" {
		t.Errorf("the counts are %s", got)
	}
	for range 2 {
		s.As(t, a).Post("user.unblock", nil, "shadowstork").Is(303).GoesTo("/users/me/blocked")
	}
	s.Follow(a, b)
	s.Follow(b, a)
	see(t, a, b, false)
	see(t, b, a, false)
}

// here makes members be on patrol.
func here(t *testing.T, s *sitetest.Site, members ...models.User) {
	t.Helper()
	s.Views.Patrol = tasks.NewPatrol(s.Views.News, 0)
	for _, u := range members {
		s.Exec("INSERT INTO presences (user_id, seen_at) VALUES (?, ?) ON CONFLICT (user_id) DO UPDATE SET seen_at = excluded.seen_at", u.ID, time.Now().UTC())
	}
}

// A block ends the streams of both, and a follow those of the follower.
func TestStreamsAreAskedAnew(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	srv := s.Server()
	a, b := s.Hero("nightheron"), s.Hero("shadowstork")
	ba := s.As(t, a)
	feed := ba.Follow(srv, "/live?on=feed", "")
	ba.Post("user.follow", nil, "shadowstork").Is(303)
	waitGone(t, s, 0)
	feed.Close()
	feed = ba.Follow(srv, "/live?on=feed", "")
	s.As(t, b).Say(url.Values{"text": {"Now you hear me"}})
	feed.Until("Now you hear me")
	other := s.As(t, b).Follow(srv, fmt.Sprintf("/live?on=user:%d,patrol", a.ID), "")
	ba.Post("user.block", nil, "shadowstork").Is(303)
	waitGone(t, s, 0)
	other.Close()
	feed = ba.Follow(srv, fmt.Sprintf("/live?on=public,patrol,author:%d,user:%d,feed", b.ID, b.ID), "")
	s.As(t, b).Say(url.Values{"text": {"You hear me not"}})
	s.Views.News.Known(t.Context(), b.ID)
	s.As(t, a).Say(url.Values{"text": {"But this"}})
	for _, e := range feed.Until("But this") {
		if strings.Contains(e.Data, "shadowstork") {
			t.Errorf("of a blocked member came %s", e.Data)
		}
	}
}

// waitGone waits until so many streams are open.
func waitGone(t *testing.T, s *sitetest.Site, n int) {
	t.Helper()
	for limit := time.Now().Add(10 * time.Second); s.Live.Len() != n; time.Sleep(time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("%d streams are open, want %d", s.Live.Len(), n)
		}
	}
}

func TestListsOfFollowersHavePages(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	hero := s.Hero("nightheron")
	var fans []models.User
	for i := range 35 {
		fans = append(fans, s.Fan(fmt.Sprintf("fan%02d", i)))
		s.Follow(fans[i], hero)
		s.Follow(hero, fans[i])
	}
	s.Follow(fans[0], fans[34])
	b := s.As(t, fans[0])
	for _, name := range []string{"user.followers", "user.following"} {
		first := b.Get(name, "nightheron").Is(200).Shows("fan34", "fan05", "35").Hides("fan04").AtMost(5)
		if n := first.HTML().Find("#people li").Length(); n != 30 {
			t.Errorf("%s shows %d", name, n)
		}
		if first.HTML().Find(`#people form[action="/users/fan34/unfollow"]`).Length() != 1 || first.HTML().Find(`#people form[action="/users/fan33/follow"]`).Length() != 1 {
			t.Errorf("%s: the buttons do not say whom the viewer follows", name)
		}
		s.Fan("newcomer-" + strings.TrimPrefix(name, "user."))
		next := first.HTML().Find("a[data-more]").AttrOr("href", "")
		second := b.Visit(s.Path(name, "nightheron")+next).Is(200).Shows("fan04", "fan00").Hides("fan05").AtMost(5)
		if second.HTML().Find(`#people form[action*="fan00"]`).Length() != 0 {
			t.Error("one can follow oneself")
		}
	}
	s.As(t, stranger).Get("user.followers", "nightheron").Is(200).Shows("fan34").AtMost(3)
	b.Visit("/users/nightheron/followers?before=x").Is(404)
	b.Get("user.followers", "fan01").Is(200).Shows("fan01")
	s.As(t, stranger).Get("user.following", "newcomer-followers").Is(200).Shows("follows nobody so far")
}

// The number of queries does not grow with what there is to see.
func TestProfileAsksLittle(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Unlimited()
	hero, fan := s.Hero("nightheron"), s.Fan("wren")
	few := s.As(t, fan).Get("user", "nightheron").Is(200).AtMost(10).Queries
	for i := range 25 {
		id := s.Say(hero, fmt.Sprintf("Report %d", i))
		s.Comment(fan, id, "Noted")
		s.As(t, fan).Post("post.like", nil, id)
	}
	shared := s.Say(fan, "Look at this")
	s.Exec("UPDATE posts SET shared_id = ? WHERE text = 'Report 24'", shared)
	page := s.As(t, fan).Get("user", "nightheron").Is(200).Shows("Report 24", "Look at this", "Report 5", "posts 25").Hides("Report 4<").AtMost(10)
	if n := page.HTML().Find("#posts article").Length(); n != 20 {
		t.Errorf("the page has %d posts", n)
	}
	more := page.HTML().Find("a[data-more]").AttrOr("href", "")
	older := s.As(t, fan).Visit("/users/nightheron"+more).Is(200).Shows("Report 4", "Report 0").AtMost(10)
	if older.HTML().Find("#posts article").Length() != 5 || strings.Contains(older.HTML().Find("body").AttrOr("data-live", ""), "author") {
		t.Error("the older page is not what it should be")
	}
	t.Logf("%d queries when there is nothing, %d when there is much", few, page.Queries)
}

func TestSuggestions(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	heron := s.Member("nightheron", models.Profile{Kind: models.Hero, Name: "Night Heron", Powers: []string{"Zeal"}})
	s.Member("bolt", models.Profile{Kind: models.Hero, Name: "Nimble <Bolt>"})
	wren := s.Fan("nwren")
	s.Follow(wren, heron)
	b := s.As(t, wren)
	type names struct {
		Members []struct{ Username, Name, Picture string }
	}
	for q, want := range map[string]string{
		"n": "nightheron bolt", "NIGHT+H": "nightheron", "zeal": "", "": "", "nw": "", "%25": "", "%00": "", "%ff": "", "%3Cscript%3E": "",
		strings.Repeat("n", 5000): "", "nimble+%3C": "bolt",
	} {
		var got names
		b.JSON().Visit("/users/suggest?q=" + q).Is(200).AtMost(4).Decode(&got)
		var list []string
		for _, m := range got.Members {
			list = append(list, m.Username)
		}
		if strings.Join(list, " ") != want {
			t.Errorf("%.20q suggests %v, want %q", q, list, want)
		}
	}
	for i := range 12 {
		s.Fan(fmt.Sprintf("same%02d", i))
	}
	var got names
	b.JSON().Visit("/users/suggest?q=same").Is(200).AtMost(4).Decode(&got)
	if len(got.Members) != 8 {
		t.Errorf("%d are suggested", len(got.Members))
	}
	s.As(t, stranger).JSON().Visit("/users/suggest?q=n").Is(401)
}

// Looking at what one was told of is reading it.
func TestNotificationsAreReadWhereTheyLead(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	srv := s.Server()
	hero, fan := s.Hero("nightheron"), s.Fan("wren")
	one, two := s.Say(hero, "One"), s.Say(hero, "Two")
	fans, heros := s.As(t, fan), s.As(t, hero)
	stream := heros.Follow(srv, "/live?on="+tasks.MemberTopic(hero.ID), "")
	fans.Post("post.like", nil, one).Is(303)
	fans.Post("post.like", nil, two).Is(303)
	pushed := stream.Until(`data-to="#notes.newest"`)
	if last := pushed[len(pushed)-1].Data; !strings.Contains(last, `id="note-`) || !strings.Contains(last, `id="notes-seen"`) {
		t.Errorf("came %s", last)
	}
	if unread(t, s, hero) != 2 {
		t.Fatalf("%d to read", unread(t, s, hero))
	}
	page := heros.Get("post", one).Is(200)
	if badge := page.HTML().Find("#badge").Text(); badge != "1 new" || unread(t, s, hero) != 1 {
		t.Errorf("the badge says %q, and %d is to be read", badge, unread(t, s, hero))
	}
	stream.Until(`>1<span class="vh"> new`)
	again := heros.Get("post", one).Is(200)
	heros.Get("post", two).Is(200)
	idle := heros.Get("post", two).Is(200)
	if again.Queries != idle.Queries+1 {
		t.Errorf("%d queries with something to read elsewhere, %d without", again.Queries, idle.Queries)
	}
	list := heros.Get("notifications").Is(200)
	if list.HTML().Find("#notes .unseen").Length() != 0 || list.HTML().Find("#notes-seen[hidden]").Length() != 1 {
		t.Error("something is still marked as new")
	}
	fans.Get("post", one).Is(200) // somebody else's looking changes nothing
	fans.Post("user.follow", nil, "nightheron").Is(303)
	heros.Post("notifications.seen", url.Values{"upto": {"999"}}).Is(303)
	if unread(t, s, hero) != 0 {
		t.Error("what was marked as read is not")
	}
}

func TestAPhotoThatIsReadyIsTold(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	hero := s.Hero("nightheron")
	b := s.As(t, hero)
	id := b.Submit(sitetest.JPEG(t, sitetest.Picture(60, 40, 1)), nil).Is(303).PhotoID()
	quiet := b.Submit(sitetest.JPEG(t, sitetest.Picture(60, 40, 2)), nil).Is(303).PhotoID()
	attached := b.Submit(sitetest.JPEG(t, sitetest.Picture(60, 40, 3)), nil).Is(303).PhotoID()
	s.Exec("UPDATE photos SET attached = TRUE WHERE id = ?", attached)
	s.Exec("DELETE FROM river_job")
	for _, job := range []tasks.ProcessPhoto{{PhotoID: id}, {PhotoID: quiet, Quiet: true}, {PhotoID: attached}} {
		if err := s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return s.Jobs.Add(t.Context(), tx, job) }); err != nil {
			t.Fatal(err)
		}
	}
	s.Work()
	s.Settle()
	if n := unread(t, s, hero); n != 1 {
		t.Errorf("%d photos are told of, want 1", n)
	}
	s.Exec("UPDATE photos SET state = 'failed' WHERE id = ?", quiet)
	if err := s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
		_, err := models.NotifyPhoto(t.Context(), tx, s.Photo(quiet), models.Failed)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	b.Get("notifications").Is(200).Shows("Your photo is ready.", "Your photo did not work out.")
	b.Get("photo", id).Is(200)
	b.Get("photo", quiet).Is(200)
	if n := unread(t, s, hero); n != 0 {
		t.Errorf("after they were looked at %d is to be read", n)
	}
}

func TestWhoComesIsOnPatrol(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Views.Patrol = tasks.NewPatrol(s.Views.News, time.Hour) // a list so old would show it if it were not forgotten
	srv := s.Server()
	hero, fan := s.Hero("nightheron"), s.Fan("wren")
	s.As(t, stranger).Get("home").Is(200).Shows("Nobody. The night is yours.")
	stream := s.As(t, stranger).Follow(srv, fmt.Sprintf("/live?on=patrol,user:%d", hero.ID), "")
	s.As(t, hero).Get("about").Is(200)
	stream.Until(fmt.Sprintf(`id="patrol-%d"`, hero.ID))
	stream.Until("On patrol")
	home := s.As(t, stranger).Get("home").Is(200).AtMost(4)
	if home.HTML().Find(fmt.Sprintf("#patrol #patrol-%d", hero.ID)).Length() != 1 {
		t.Error("who is here is not on the page")
	}
	s.As(t, fan).Get("user", "nightheron").Is(200).Shows("On patrol")
	stream.Until(fmt.Sprintf(`id="patrol-%d"`, fan.ID))

	ago := time.Now().UTC().Add(-models.PatrolFor - time.Minute)
	s.Exec("UPDATE presences SET seen_at = ?", ago)
	s.As(t, fan).Get("user", "nightheron").Is(200).Hides("On patrol</span>")
	if ok, _ := s.Views.Limits.Presence.Allow("nightheron"); ok {
		t.Error("more is written than once a minute")
	}
	s.Views.Patrol.Look(t.Context(), time.Now().UTC().Add(-2*time.Minute), time.Now().UTC())
	stream.Until(`id="patrol-` + fmt.Sprint(hero.ID) + `" data-at="gone"`)
	own := s.As(t, hero).Follow(srv, "/live?on="+tasks.MemberTopic(hero.ID), "")
	defer own.Close()
	s.Views.Patrol.Look(t.Context(), time.Now().UTC(), time.Now().UTC())
	stream.Until(fmt.Sprintf(`id="patrol-%d"`, hero.ID)) // who reads is here
}
