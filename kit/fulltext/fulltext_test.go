package fulltext_test

import (
	"html/template"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"

	"superbook/kit/fulltext"
)

func texts(words []fulltext.Word) (all []string) {
	for _, w := range words {
		all = append(all, w.Text)
	}
	return all
}

func TestWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"":                             nil,
		" \n\x00.,\"'*%()":             nil,
		"Two words, and 2 more.":       {"two", "words", "and", "2", "more"},
		"Örebro O\u0308rebro ｏrebro":   {"orebro", "orebro", "orebro"},
		"STRAẞE Straße":                {"strasse", "strasse"},
		"ΟΔΟΣ οδός":                    {"οδοσ", "οδοσ"},
		"Ёлка Йод":                     {"елка", "иод"},
		"@night_heron #fog-horn":       {"night", "heron", "fog", "horn"},
		"東京タワー":                        {"東京", "京タ", "タワ", "ワー", "ー"},
		"I♥東京 now":                     {"i", "♥", "東京", "京", "now"},
		"が か\u3099":                    {"が", "が"},
		"ガ ｶﾞ":                         {"ガ", "ガ"},
		"हिन्दी":                       {"हिन्दी"},
		"한국어 사람":                       {"한국어", "사람"},
		"👩‍🚒🔥\ufe0f":                   {"👩", "🚒", "🔥"},
		"👍🏽":                           {"👍"},
		"soft\u00adhyphen":             {"softhyphen"},
		"\xff\xfea\xc3(":               {"a"},
		"ﬁne №5":                       {"fine", "no5"},
		strings.Repeat("ab", 30) + "c": {strings.Repeat("ab", 16)},
		"z̷̢̛͓͎a͙̫l̨̥g̯͈o̶͖":           {"zalgo"},
	} {
		if got := texts(fulltext.Words(text)); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestTerms(t *testing.T) {
	t.Parallel()
	for query, want := range map[string][]string{
		"a b a B c d":         {"a", "b", "c"},
		"東京":                  {"東京"},
		"東":                   {"東"},
		`"night" OR (heron*)`: {"night", "or", "heron"},
		"%":                   nil,
	} {
		if got := fulltext.Terms(query, 3); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", query, got, want)
		}
	}
}

// shown writes pieces with brackets around what was found.
func shown(pieces []fulltext.Piece) string {
	var b strings.Builder
	for _, p := range pieces {
		if p.Found {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

func TestExcerpt(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("lorem ipsum ", 20)
	for name, c := range map[string]struct{ text, query, want string }{
		"a word":                 {"The fog came.", "fog", "The [fog] came."},
		"a prefix, each time":    {"Fog, foggy, befog", "fo", "[Fog], [foggy], befog"},
		"accents and case":       {"To Örebro!", "orebro", "To [Örebro]!"},
		"one letter of two":      {"私は東京へ", "東", "私は[東]京へ"},
		"letters in a row":       {"私は東京都へ", "東京都", "私は[東京都]へ"},
		"half of a family":       {"a 👩‍🚒 b", "👩", "a [👩‍🚒] b"},
		"nothing":                {"The fog came.", "sun", "The fog came."},
		"no terms":               {"The fog", "", "The fog"},
		"markup stays text":      {"<b>fog</b>", "b", "<[b]>fog</[b]>"},
		"the end of a text":      {long + "heron", "heron", "…ipsum lorem ipsum lorem ipsum [heron]"},
		"the middle":             {long + "heron " + long, "heron", "…ipsum [heron] lorem ipsum lorem ipsum…"},
		"the beginning":          {long, "zzz", "lorem ipsum lorem ipsum lorem ipsum…"},
		"no spaces anywhere":     {strings.Repeat("x", 99), "zzz", strings.Repeat("x", 40) + "…"},
		"bytes that are no text": {"\xff\xfe fog", "fog", "\xff\xfe [fog]"},
	} {
		if got := shown(fulltext.Excerpt(c.text, fulltext.Terms(c.query, 6), 40)); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func FuzzWords(f *testing.F) {
	for _, s := range []string{"Örebro 東京 👩‍🚒", "\xff\x00", "ｶﾞ\u0345ß", strings.Repeat("\u0300", 99), "a\u200db"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		words := fulltext.Words(s)
		for _, w := range words {
			if w.Text == "" || !utf8.ValidString(w.Text) || utf8.RuneCountInString(w.Text) > 32 || strings.ContainsRune(w.Text, 0) {
				t.Fatalf("%q has the word %q", s, w.Text)
			}
			if w.Start < 0 || w.Start >= w.End || w.End > len(s) {
				t.Fatalf("%q: %q stands at %d to %d", s, w.Text, w.Start, w.End)
			}
		}
		// Whatever is written can be found by itself.
		for _, term := range fulltext.Terms(s, 6) {
			if !slices.ContainsFunc(words, func(w fulltext.Word) bool { return strings.HasPrefix(w.Text, term) }) {
				t.Fatalf("%q: the term %q begins none of %q", s, term, texts(words))
			}
		}
	})
}

var results = template.Must(template.New("").Parse(`{{range .}}{{if .Found}}<mark>{{.Text}}</mark>{{else}}{{.Text}}{{end}}{{end}}`))

// Whatever was written and searched for, a page shows text and marks only, and
// all of a short text.
func FuzzExcerpt(f *testing.F) {
	for _, s := range []string{"<script>fog</script>", "</mark><img src=x onerror=y>", "東京\xff", "👩‍🚒", "&lt;b&gt;"} {
		f.Add(s, "b fog script 東")
		f.Add(strings.Repeat(s, 30), s)
	}
	f.Fuzz(func(t *testing.T, text, query string) {
		pieces := fulltext.Excerpt(text, fulltext.Terms(query, 6), 60)
		plain := strings.NewReplacer("[", "", "]", "").Replace(shown(pieces))
		inner := strings.TrimSuffix(strings.TrimPrefix(plain, "…"), "…")
		if !strings.Contains(strings.NewReplacer("[", "", "]", "").Replace(text), inner) {
			t.Fatalf("%q became %q", text, plain)
		}
		var b strings.Builder
		if err := results.Execute(&b, pieces); err != nil {
			t.Fatal(err)
		}
		z := html.NewTokenizer(strings.NewReader(b.String()))
		for z.Next() != html.ErrorToken {
			if tok := z.Token(); tok.Type != html.TextToken && tok.Data != "mark" {
				t.Fatalf("%q for %q makes %s", text, query, tok)
			}
		}
	})
}
