package views_test

import (
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"superbook/models"
	"superbook/site/sitetest"
)

// tokens are what the form on the page holds in place of files.
func tokens(a *sitetest.Answer) []string {
	return a.HTML().Find(".chosen [name=attachment]").Map(func(_ int, s *goquery.Selection) string { return s.AttrOr("value", "") })
}

func chosen(a *sitetest.Answer) []string {
	return a.HTML().Find(".chosen strong").Map(func(_ int, s *goquery.Selection) string { return s.Text() })
}

func file(name string) sitetest.File {
	return sitetest.File{Name: name, Content: []byte("the words of " + name)}
}

// Without scripts files go with the form. A form that is refused loses none.
func TestARefusedFormKeepsItsFiles(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Unlimited()
	hero := s.Hero("nightheron")
	b := s.As(t, hero)
	long := strings.Repeat("long ", 110)
	jpeg := sitetest.File{Name: "harbour.jpg", Content: picture(t, 1)}
	page := b.Send("post.new", url.Values{"text": {long}, "to": {"nobody.here"}}, jpeg, file("plan.txt")).Is(422).Shows("500 characters", "Nobody here")
	if got := chosen(page); !slices.Equal(got, []string{"harbour.jpg", "plan.txt"}) || page.Value("text") != strings.TrimSpace(long) {
		t.Fatalf("kept are %v and %q", got, page.Value("text"))
	}
	if n := page.HTML().Find(".chosen .alt input[name^=alt-]").Length(); n != 1 {
		t.Errorf("%d files can be described", n)
	}
	kept := tokens(page)
	wrong := page.Value("alt-" + kept[0])
	again := url.Values{"text": {"All home"}, "attachment": kept, "alt-" + kept[0]: {strings.Repeat("word ", 70)}}
	page = b.Send("post.new", again, file("log.txt")).Is(422).Shows("Keep the description to 300 characters")
	if got := page.Value("alt-" + kept[0]); wrong != "" || got != strings.TrimSpace(strings.Repeat("word ", 70)) {
		t.Errorf("the description became %q", got)
	}
	again = url.Values{"text": {"All home"}, "attachment": tokens(page), "alt-" + kept[0]: {"Fog over <b>the</b> harbour"}}
	b.Send("post.new", again).Is(303).GoesTo("/feed")
	var names []string
	for i, a := range s.Attachments() {
		if a.PostID == nil || a.Place != i {
			t.Errorf("%s is at place %d of post %v", a.Name, a.Place, a.PostID)
		}
		names = append(names, a.Name)
	}
	if !slices.Equal(names, []string{"harbour.jpg", "plan.txt", "log.txt"}) || s.Photos()[0].Alt != "Fog over <b>the</b> harbour" {
		t.Errorf("the post has %v, shown as %q", names, s.Photos()[0].Alt)
	}
}

// As a script sends it: the words as one form, the files before.
func TestTokensSurviveARefusedForm(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	u := b.Attach("plan.txt", []byte("words"))
	page := b.Post("post.new", url.Values{"text": {strings.Repeat("x", 501)}, "attachment": {u.Token}}).Is(422)
	if got := tokens(page); !slices.Equal(got, []string{u.Token}) {
		t.Fatalf("the form has %v", got)
	}
	b.Post("post.new", url.Values{"attachment": tokens(page)}).Is(303) // a file needs no words
	b.Get("feed").Is(200).Shows("plan.txt")
}

func TestFilesThatDoNotFitAreLeftOut(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Unlimited()
	b := s.As(t, s.Hero("nightheron"))
	five := []sitetest.File{file("1.txt"), file("2.txt"), file("3.txt"), file("4.txt"), file("5.txt")}
	four := []string{"1.txt", "2.txt", "3.txt", "4.txt"}
	page := b.Send("post.new", url.Values{"text": {"Five of them"}}, five...).Is(422).Shows("Four files are the most", "5.txt")
	if got := chosen(page); !slices.Equal(got, four) {
		t.Errorf("kept are %v", got)
	}
	with := url.Values{"text": {"One more"}, "attachment": tokens(page)}
	page = b.Send("post.new", with, file("6.txt")).Is(422).Shows("“6.txt” was left out")
	if got := chosen(page); !slices.Equal(got, four) {
		t.Errorf("kept are %v", got)
	}
	with["attachment"] = append(tokens(page), b.Attach("7.txt", []byte("7")).Token)
	page = b.Post("post.new", with).Is(422).Shows("Four files are the most")
	if got := chosen(page); !slices.Equal(got, four) {
		t.Errorf("kept are %v", got)
	}
	b.Send("post.new", nil, sitetest.File{Name: "empty.txt"}, file("good.txt")).Is(422).Shows("“empty.txt” is empty")
	b.Send("post.new", url.Values{"text": {"No file chosen"}}, sitetest.File{}).Is(303)
	huge := sitetest.File{Name: "huge.bin", Content: make([]byte, 100<<20+1)}
	page = b.Send("post.new", url.Values{"text": {"Too much"}}, huge, file("good.txt")).Is(422).Shows("“huge.bin” is larger than 100 MB")
	if got := chosen(page); !slices.Equal(got, []string{"good.txt"}) || page.Value("text") != "Too much" {
		t.Errorf("kept are %v and %q", got, page.Value("text"))
	}
}

func TestFilesAreTakenOutOfTheForm(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Unlimited()
	b := s.As(t, s.Hero("nightheron"))
	page := b.Send("post.new", url.Values{"text": {"Two"}, "add": {"true"}}, file("1.txt"), file("2.txt")).Is(200).Hides("another look")
	two := tokens(page)
	page = b.Send("post.new", url.Values{"text": {"Two"}, "attachment": two, "remove": {two[0]}}).Is(200)
	if got := chosen(page); !slices.Equal(got, []string{"2.txt"}) || page.Value("text") != "Two" || len(s.Attachments()) != 1 || len(s.Kept()) != 1 {
		t.Errorf("after one is removed there are %v, %v", got, s.Kept())
	}
	b.JSON().Post("attachment.remove", url.Values{"token": {two[1]}}).Is(204)
	b.JSON().Post("attachment.remove", url.Values{"token": {two[1]}}).Is(204) // twice is once
	wantNothingKept(t, s)
	b.Post("attachment.remove", url.Values{"token": {"x"}}).Is(404)
	b.Post("attachment.remove", nil).Is(404)
	u := b.Attach("plan.txt", []byte("words"))
	post := b.Say(url.Values{"attachment": {u.Token}})
	b.JSON().Post("attachment.remove", url.Values{"token": {u.Token}}).Is(204)
	b.Get("attachment", u.ID, "plan.txt").Is(200) // it is in a post, and stays
	b.Get("post", post).Is(200).Shows("plan.txt")
}

// What is no token of a waiting file of one's own is dropped with words, and
// the rest of the form stays.
func TestTokensThatStandForNothing(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Unlimited()
	hero, fan := s.Hero("nightheron"), s.Fan("wren")
	b, other := s.As(t, hero), s.As(t, fan)
	good, foreign, used, gone := b.Attach("good.txt", []byte("good")), other.Attach("theirs.txt", []byte("theirs")), b.Attach("used.txt", []byte("used")), b.Attach("gone.txt", []byte("gone"))
	b.Say(url.Values{"attachment": {used.Token}})
	b.JSON().Post("attachment.remove", url.Values{"token": {gone.Token}}).Is(204)
	expired := s.Views.Signer.Sign("attachment", "1:1", time.Now().Add(-time.Second))
	for name, token := range map[string]string{
		"forged": "AAAA" + good.Token[4:], "foreign": foreign.Token, "used": used.Token, "gone": gone.Token, "expired": expired,
		"of another purpose": s.Views.Signer.Sign("password", "1:1", time.Now().Add(time.Hour)), "empty": "", "huge": strings.Repeat("A", 60000), "text": "<script>",
	} {
		page := b.Send("post.new", url.Values{"text": {"All home"}, "attachment": {token, good.Token}}).Is(422).Shows("no longer here").Hides("theirs.txt")
		if got := chosen(page); !slices.Equal(got, []string{"good.txt"}) || page.Value("text") != "All home" {
			t.Errorf("%s: kept are %v and %q", name, got, page.Value("text"))
		}
	}
	other.Post("attachment.remove", url.Values{"token": {good.Token}}).Is(404)
	b.Say(url.Values{"text": {"Named twice"}, "attachment": {good.Token, good.Token}})
	other.Say(url.Values{"attachment": {foreign.Token}})
}

// Two windows send the same form at once: one post gets the file.
func TestAFileGoesToOnePostOnly(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Unlimited()
	b := s.As(t, s.Hero("nightheron"))
	one, two := b.Attach("1.txt", []byte("1")), b.Attach("2.txt", []byte("2"))
	var wg sync.WaitGroup
	status := make([]int, 8)
	for i := range status {
		window := b.Fresh()
		order := []string{one.Token, two.Token}
		if i%2 == 1 {
			slices.Reverse(order)
		}
		wg.Go(func() {
			status[i] = window.Post("post.new", url.Values{"text": {"At once"}, "attachment": order}).Status
		})
	}
	wg.Wait()
	slices.Sort(status)
	if !slices.Equal(status, []int{303, 422, 422, 422, 422, 422, 422, 422}) {
		t.Errorf("the answers are %v", status)
	}
	var posts int64
	if err := s.DB.Read.Model(&models.Post{}).Count(&posts).Error; err != nil || posts != 1 {
		t.Errorf("%d posts, %v", posts, err)
	}
}
