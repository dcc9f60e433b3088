package models_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/kit/fulltext"
	"superbook/models"
	"superbook/site/sitetest"
)

// say makes a post, to everybody or, with a recipient, to one member.
func say(s *sitetest.Site, t testing.TB, by models.User, text string, to ...models.User) models.Post {
	t.Helper()
	p := models.Post{UserID: by.ID, Text: text}
	if len(to) > 0 {
		p.RecipientID = &to[0].ID
	}
	inTx(s, t, func(tx *gorm.DB) error { _, err := models.CreatePost(t.Context(), tx, &p); return err })
	return p
}

func inTx(s *sitetest.Site, t testing.TB, fn func(tx *gorm.DB) error) {
	t.Helper()
	if err := s.DB.Tx(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// searched gives the texts that a viewer finds, best first, over all pages.
func searched(s *sitetest.Site, t testing.TB, who models.User, query string) (texts []string) {
	t.Helper()
	place, pages := &models.SearchPlace{}, 0
	for place != nil {
		found, err := models.PostsVisibleTo(s.DB.Read, models.Viewer{ID: who.ID, Staff: who.Staff}).Search(t.Context(), models.SearchTerms(query), *place, 20)
		if err != nil {
			t.Fatalf("%q: %v", query, err)
		}
		for _, p := range found.Posts {
			texts = append(texts, p.Text)
		}
		if place, pages = found.Next, pages+1; pages > 1000 {
			t.Fatalf("%q: the pages do not end", query)
		}
	}
	return texts
}

// said are posts that differ in how they are found.
var said = []string{
	"The Night Heron was seen at the quay.",
	"Greetings from ÖREBRO, says O\u0308rebro.",
	"私は東京タワーで待っています",
	"🔥🔥🔥",
	"Fog, fog and foghorns!",
	"100% of it; SELECT 'x' OR \"y\" -- done_now",
	"@nightheron would like #rooftops",
	"Ёж и Ночь",
	"<script>alert('cape')</script>",
	strings.Repeat("z", 200),
}

func TestPostsAreFound(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	heron := s.Hero("nightheron")
	for _, text := range said {
		say(s, t, heron, text)
	}
	for name, c := range map[string]struct {
		query string
		want  []int // places in said
	}{
		"a word":                      {"quay", []int{0}},
		"a prefix":                    {"qu", []int{0}},
		"one letter":                  {"q", []int{0}},
		"not the middle of a word":    {"uay", nil},
		"case":                        {"QUAY", []int{0}},
		"all words must fit":          {"quay heron", []int{0}},
		"a word too many":             {"quay heron fog", nil},
		"words of different posts":    {"quay fog", nil},
		"accents left out":            {"orebro", []int{1}},
		"accents taken apart":         {"o\u0308rebro", []int{1}},
		"wide letters":                {"Ｏrebro", []int{1}},
		"two letters in a sentence":   {"東京", []int{2}},
		"one letter in a sentence":    {"京", []int{2}},
		"the last letter":             {"す", []int{2}},
		"three letters in a sentence": {"東京タ", []int{2}},
		"letters that never meet":     {"京東", nil},
		"an emoji":                    {"🔥", []int{3}},
		"an emoji that is not there":  {"💧", nil},
		"another script":              {"ночь еж", []int{7}},
		"a name with its sign":        {"@nightheron", []int{6}},
		"a tag without its sign":      {"rooftops", []int{6}},
		"quotation marks":             {`"night heron"`, []int{0}},
		"a star":                      {"foghorn*", []int{4}},
		"OR is a word like others":    {"x OR y", []int{5}},
		"signs of LIKE":               {"100%_", []int{5}},
		"a statement":                 {"'; DROP TABLE posts; --", nil},
		"markup":                      {"<script>", []int{8}},
		"only signs":                  {"%*_\"'", nil},
		"NUL":                         {"quay\x00", []int{0}},
		"bytes that are no text":      {"\xffquay\xc3", []int{0}},
		"nothing":                     {"  ", nil},
		"10,000 letters":              {strings.Repeat("z", 10_000), []int{9}},
		"10,000 words":                {strings.Repeat("fog ", 10_000), []int{4}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var want []string
			for _, i := range c.want {
				want = append(want, said[i])
			}
			if got := searched(s, t, models.User{}, c.query); !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestBestPostsComeFirst(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	heron := s.Hero("nightheron")
	for name, c := range map[string]struct {
		query string
		posts []string // as they should come
		ages  []int    // in months
	}{
		"the whole word before a prefix": {"amber", []string{"amber light today", "ambers light today"}, nil},
		"often before once":              {"brisk", []string{"brisk and brisk is brisk", "brisk and slow is wind"}, nil},
		"a short text before a long":     {"cobalt", []string{"cobalt!", "cobalt " + strings.Repeat("is one of many colours ", 8)}, nil},
		"new before old":                 {"dapper", []string{"dapper one", "dapper two"}, []int{0, 3}},
		"good and old before poor":       {"early", []string{"early and early is early", "earlyish " + strings.Repeat("word ", 20)}, []int{6, 0}},
		"the newest of the same":         {"fable", []string{"fable b", "fable a"}, nil},
		"the rare word decides":          {"gentle light", []string{"gentle lights of day", "gentler light of day"}, nil},
	} {
		for i := range c.posts {
			p := say(s, t, heron, c.posts[len(c.posts)-1-i])
			if c.ages != nil {
				age := c.ages[len(c.posts)-1-i]
				s.Exec("UPDATE posts SET created_at = ? WHERE id = ?", time.Now().UTC().AddDate(0, -age, 0), p.ID)
			}
		}
		if name == "the rare word decides" {
			for range 20 {
				say(s, t, heron, "light")
			}
		}
		if got := searched(s, t, models.User{}, c.query); !slices.Equal(got, c.posts) {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func TestWhatIsFoundFollowsThePosts(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	heron, wren := s.Hero("nightheron"), s.Fan("wren")
	p := say(s, t, heron, "Fog on the quay")
	say(s, t, wren, "Fog here too")
	found := func(query string, want int) {
		t.Helper()
		if got := searched(s, t, models.User{}, query); len(got) != want {
			t.Errorf("%q finds %q, want %d", query, got, want)
		}
	}
	words := func() (n int64) {
		t.Helper()
		if err := s.DB.Read.Raw("SELECT count(*) FROM post_words").Scan(&n).Error; err != nil {
			t.Fatal(err)
		}
		return n
	}
	found("fog", 2)
	found("quay", 1)
	inTx(s, t, func(tx *gorm.DB) error {
		_, err := models.EditPost(t.Context(), tx, p, "Rain on the roof")
		return err
	})
	found("fog", 1)
	found("quay", 0)
	found("rain", 1)
	inTx(s, t, func(tx *gorm.DB) error { _, err := models.DeletePost(t.Context(), tx, p); return err })
	found("rain", 0)
	if n := words(); n != 3 {
		t.Errorf("%d words are left of three", n)
	}
	s.Exec("DELETE FROM post_words")
	found("fog", 0)
	for range 2 { // again, over what is there
		err := models.ReindexPosts(t.Context(), func(fn func(*gorm.DB) error) error { return s.DB.Tx(t.Context(), fn) })
		if err != nil {
			t.Fatal(err)
		}
		found("fog", 1)
	}
	s.Exec("DELETE FROM users WHERE id = ?", wren.ID)
	if n := words(); n != 0 {
		t.Errorf("%d words are left of a member who is gone", n)
	}
}

// A post that is refused leaves no words behind.
func TestIndexingIsPartOfTheTransaction(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	heron := s.Hero("nightheron")
	p := models.Post{UserID: heron.ID, Text: "never said"}
	err := s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
		if _, err := models.CreatePost(t.Context(), tx, &p); err != nil {
			return err
		}
		return fmt.Errorf("changed my mind")
	})
	if err == nil || len(searched(s, t, models.User{}, "never")) > 0 {
		t.Error("found what was never said")
	}
}

func TestSearchShowsOnlyWhatTheViewerMaySee(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	heron, wren, other, staff := s.Hero("nightheron"), s.Fan("wren"), s.Fan("other"), s.Staff()
	blocked, blocking := s.Fan("blocked"), s.Fan("blocking")
	say(s, t, heron, "password public")
	say(s, t, heron, "password for wren", wren)
	say(s, t, wren, "password for heron", heron)
	inTx(s, t, func(tx *gorm.DB) error {
		if err := models.CreateBlock(t.Context(), tx, heron.ID, blocked.ID); err != nil {
			return err
		}
		return models.CreateBlock(t.Context(), tx, blocking.ID, heron.ID)
	})
	for name, c := range map[string]struct {
		who  models.User
		want int
	}{
		"the author": {heron, 3}, "the recipient": {wren, 3}, "another member": {other, 1}, "a stranger": {models.User{}, 1},
		"staff": {staff, 1}, "who is blocked": {blocked, 0}, "who blocks": {blocking, 0},
	} {
		if got := searched(s, t, c.who, "pass"); len(got) != c.want {
			t.Errorf("%s finds %q", name, got)
		}
	}
}

// Hidden posts do not use up the places of those that may be seen.
func TestHiddenPostsTakeNoPlaces(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	heron, wren := s.Hero("nightheron"), s.Fan("wren")
	say(s, t, heron, "lantern for all")
	inTx(s, t, func(tx *gorm.DB) error {
		return bulk(t, tx, heron.ID, &wren.ID, 250, func(int) string { return "lantern" })
	})
	if got := searched(s, t, models.User{}, "lantern"); len(got) != 1 {
		t.Errorf("found %d posts", len(got))
	}
}

func bulk(t testing.TB, tx *gorm.DB, author int64, to *int64, n int, text func(i int) string) error {
	for done := 0; done < n; done += 500 {
		posts := make([]models.Post, min(500, n-done))
		for i := range posts {
			posts[i] = models.Post{UserID: author, RecipientID: to, Text: text(done + i), CreatedAt: time.Now().UTC()}
		}
		if err := db.Rows[models.Post](tx).CreateInBatches(t.Context(), &posts, 500); err != nil {
			return err
		}
		if err := models.IndexPosts(t.Context(), tx, posts); err != nil {
			return err
		}
	}
	return nil
}

// A later page is the same whatever is posted meanwhile, and all pages together
// have each post once.
func TestPagesOfASearchMeetEveryPostOnce(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	heron := s.Hero("nightheron")
	inTx(s, t, func(tx *gorm.DB) error {
		return bulk(t, tx, heron.ID, nil, 450, func(i int) string { return fmt.Sprint("lantern ", strings.Repeat("lantern ", i%7), i) })
	})
	seen := map[int64]bool{}
	for place := new(models.SearchPlace); place != nil; {
		found, err := models.PostsVisibleTo(s.DB.Read, models.Viewer{}).Search(t.Context(), []string{"lantern"}, *place, 20)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range found.Posts {
			if seen[p.ID] {
				t.Fatalf("met post %d twice", p.ID)
			}
			seen[p.ID] = true
		}
		place = found.Next
		say(s, t, heron, "lantern lantern, new")
	}
	if len(seen) != 450 {
		t.Errorf("met %d posts", len(seen))
	}
}

// With more posts than are looked at in one go, all are still found.
func TestCommonWords(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	heron := s.Hero("nightheron")
	for range 4 {
		inTx(s, t, func(tx *gorm.DB) error {
			return bulk(t, tx, heron.ID, nil, 5_500, func(i int) string { return []string{"patrol north", "patrol south"}[i%2] })
		})
	}
	s.Exec("UPDATE posts SET text = 'patrol north south' WHERE id = 3")
	s.Exec("INSERT INTO post_words (post_id, word, weight) VALUES (3, 'south', 1000)")
	posts := models.PostsVisibleTo(s.DB.Read, models.Viewer{})
	first, err := posts.Search(t.Context(), []string{"patrol"}, models.SearchPlace{}, 20)
	if err != nil || len(first.Posts) != 20 || first.Next == nil {
		t.Fatalf("a word of every post: %d found, then %v, %v", len(first.Posts), first.Next, err)
	}
	first, err = posts.Search(t.Context(), []string{"north", "south"}, models.SearchPlace{}, 20)
	if err != nil || len(first.Posts) != 0 || first.Next == nil || first.Next.Before != 2_001 {
		t.Fatalf("words that hardly meet: %d found, then %v, %v", len(first.Posts), first.Next, err)
	}
	if got := searched(s, t, models.User{}, "north south"); len(got) != 1 {
		t.Errorf("further back found %q", got)
	}
}

// FuzzSearch holds the database's answer against a look at every text.
func FuzzSearch(f *testing.F) {
	s := sitetest.New(f)
	heron := s.Hero("nightheron")
	for _, text := range said {
		say(s, f, heron, text)
	}
	for _, query := range []string{"fog", "\" OR 1=1 --", "東", "%", "\x00\xff", "q* u*", "ö", "'", "\U0010ffff", "ｶﾞ"} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		terms := models.SearchTerms(query)
		want := 0
		for _, text := range said {
			words := fulltext.Words(text)
			missing := slices.ContainsFunc(terms, func(term string) bool {
				return !slices.ContainsFunc(words, func(w fulltext.Word) bool { return strings.HasPrefix(w.Text, term) })
			})
			if len(terms) > 0 && !missing {
				want++
			}
		}
		if got := searched(s, t, models.User{}, query); len(got) != want {
			t.Errorf("%q finds %q, want %d", terms, got, want)
		}
	})
}
