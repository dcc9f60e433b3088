package demo

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func conversation(t *testing.T) (posts []Post, members []string) {
	t.Helper()
	posts, err := Posts()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range roster(t) {
		members = append(members, m.Username)
	}
	return posts, members
}

func TestPostsAreVaried(t *testing.T) {
	t.Parallel()
	posts, _ := conversation(t)
	count := map[string]int{}
	for _, p := range posts {
		for what, is := range map[string]bool{"posts": true, "personal": p.To != "", "shares": p.Shares != "", "wordless": p.Text == "",
			"edited": p.Draft != "", "files": len(p.Files) > 0, "links": strings.Contains(p.Text, "https://"), "lines": strings.Contains(p.Text, "\n"),
			"mentions": strings.Contains(p.Text, "@"), "quiet": len(p.Comments) == 0} {
			if is {
				count[what]++
			}
		}
		count["comments"] += len(p.Comments)
	}
	for what, least := range map[string]int{"posts": 60, "personal": 5, "shares": 8, "wordless": 4, "edited": 4, "files": 6,
		"links": 4, "lines": 15, "mentions": 8, "quiet": 1, "comments": 120} {
		if count[what] < least {
			t.Errorf("%d %s, want at least %d", count[what], what, least)
		}
	}
	if count["posts"] > 80 || count["wordless"]*2 != count["shares"] {
		t.Errorf("%v: want at most 80 posts, and words in half of the shares", count)
	}
}

func TestPostsAreInOrder(t *testing.T) {
	t.Parallel()
	posts, _ := conversation(t)
	for i, p := range posts {
		if p.Age() < 12*time.Minute || p.Age() > 60*24*time.Hour || i > 0 && p.Age() >= posts[i-1].Age() {
			t.Errorf("%s was said %v ago", p.Key, p.Age())
		}
		if edited := time.Duration(p.Edited * float64(time.Minute)); (p.Draft == "") != (p.Edited == 0) || edited < 0 || edited >= p.Age() || p.Draft == p.Text && p.Draft != "" {
			t.Errorf("%s was edited after %v from %q", p.Key, edited, p.Draft)
		}
		last := time.Duration(0)
		for _, c := range p.Comments {
			if c.After() <= 0 || c.After() < last || c.After() >= p.Age() {
				t.Errorf("%s: the comment %q comes after %v", p.Key, c.Text, c.After())
			}
			last = c.After()
		}
	}
}

func TestPostsAreByTheRoster(t *testing.T) {
	t.Parallel()
	posts, members := conversation(t)
	spoken := map[string]bool{}
	for _, p := range posts {
		spoken[p.Author] = true
		if p.To != "" && (p.To == p.Author || p.To != "nightheron" && p.Author != "nightheron") {
			t.Errorf("%s is from %s to %s; who logs in to the demo would not see it", p.Key, p.Author, p.To)
		}
		known := append([]string{p.Author, p.To}, mentions(p.Text)...)
		for _, c := range p.Comments {
			spoken[c.Author] = true
			if p.To != "" && c.Author != p.Author && c.Author != p.To {
				t.Errorf("%s: %s cannot see what they answer", p.Key, c.Author)
			}
			known = append(append(known, c.Author), mentions(c.Text)...)
		}
		for _, name := range known {
			if name != "" && !slices.Contains(members, name) {
				t.Errorf("%s knows %q, whom the roster does not", p.Key, name)
			}
		}
		if n := len(members) - 1; p.Likes > n || p.To != "" && p.Likes > 1 {
			t.Errorf("%s has more likes than readers: %d", p.Key, p.Likes)
		}
		if len(p.Comments) > 6 {
			t.Errorf("%s has %d comments", p.Key, len(p.Comments))
		}
	}
	for _, name := range members {
		if !spoken[name] {
			t.Errorf("%s says nothing at all", name)
		}
	}
}

var mention = regexp.MustCompile(`@([\pL\pN][\pL\pM\pN_.-]*[\pL\pM\pN])`)

func mentions(text string) (names []string) {
	for _, m := range mention.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	return names
}

func TestPostTexts(t *testing.T) {
	t.Parallel()
	posts, _ := conversation(t)
	for _, p := range posts {
		texts := []string{p.Text, p.Draft}
		for _, c := range p.Comments {
			texts = append(texts, c.Text)
			if c.Text == "" {
				t.Errorf("%s: %s comments without a word", p.Key, c.Author)
			}
		}
		for _, text := range texts {
			if utf8.RuneCountInString(text) > 500 || text != strings.TrimSpace(text) || !norm.NFC.IsNormalString(text) || strings.ContainsAny(text, "'\"\t\r") {
				t.Errorf("%s: too long, or not as we write: %q", p.Key, text)
			}
			for _, link := range regexp.MustCompile(`https?://[^/\s]*`).FindAllString(text, -1) {
				if !strings.HasSuffix(link, ".example") {
					t.Errorf("%s leads to %s", p.Key, link)
				}
			}
		}
		if p.Text == "" && p.Shares == "" {
			t.Errorf("%s says nothing", p.Key)
		}
	}
}

func TestSharesAndFilesAreThere(t *testing.T) {
	t.Parallel()
	posts, _ := conversation(t)
	public := map[string]bool{}
	seen := map[string]bool{}
	for _, p := range posts {
		if p.Key == "" || seen[p.Key] {
			t.Errorf("the key %q is empty or there twice", p.Key)
		}
		if p.Shares != "" && (!public[p.Shares] || p.To != "") {
			t.Errorf("%s passes on %q, which is not public, or comes later", p.Key, p.Shares)
		}
		seen[p.Key], public[p.Key] = true, p.To == ""
		for _, name := range p.Files {
			if name == "foghorn.wav" || name == "tides.txt" {
				continue
			}
			if _, err := Portrait(name); err != nil {
				t.Errorf("%s: %v", p.Key, err)
			}
		}
		if len(p.Files) > 4 {
			t.Errorf("%s has %d files", p.Key, len(p.Files))
		}
	}
}
