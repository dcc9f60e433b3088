// Package fulltext splits texts into the words that a search can meet, and
// shows where in a text they stand. What is written and what is searched for go
// the same way, so they meet however they were typed.
package fulltext

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// maxLetters is how much of a word counts; names of chemicals share a
// beginning, but not one of 32 letters.
const maxLetters = 32

// Word is one word of a text: folded, and where it stands in bytes.
type Word struct {
	Text       string
	Start, End int
	first      int // where the first of two letters ends, in scripts without spaces; otherwise 0
}

// Words gives the words of a text, in order. Case, accents and compatible forms
// are folded away: "Ｏrebro" and "Örebro" are the same. Each letter of a script
// without spaces is a word together with the next one, and the last letter
// alone. Each emoji is a word.
func Words(text string) []Word { return split(text, true) }

// Terms gives the words to search for, each once, at most most of them. A text
// has what was searched for when each term begins one of its words.
func Terms(query string, most int) []string {
	var terms []string
	for _, w := range split(query, false) {
		if len(terms) < most && !slices.Contains(terms, w.Text) {
			terms = append(terms, w.Text)
		}
	}
	return terms
}

type class int

const (
	gap      class = iota // stands between words
	silent                // belongs to the letter before it, and says nothing
	spaced                // letters and digits of scripts with spaces
	unspaced              // letters of scripts without
	picture
)

// unspacedScripts are written without spaces between words.
var unspacedScripts = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo, unicode.Thai,
	unicode.Lao, unicode.Khmer, unicode.Myanmar}

func classOf(r rune) class {
	switch {
	case r < utf8.RuneSelf:
		if '0' <= r && r <= '9' || 'a' <= r && r <= 'z' {
			return spaced
		}
		return gap
	case isAccent(r),
		0xfe00 <= r && r <= 0xfe0f, 0x1f3fb <= r && r <= 0x1f3ff, // how an emoji looks
		r != 0x200b && unicode.Is(unicode.Cf, r): // joiners and the like; but 200b is a space without width
		return silent
	case r == 'ー', unicode.In(r, unspacedScripts...):
		return unspaced
	case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
		return spaced
	case unicode.Is(unicode.So, r) && r != utf8.RuneError && r != '\ufffc':
		return picture
	}
	return gap
}

// splitter gathers letters until a word is complete.
type splitter struct {
	words  []Word
	lonely bool // the last letter of a run without spaces is a word of its own
	kind   class
	run    []letter
}

type letter struct {
	r          rune
	start, end int
}

func split(text string, lonely bool) []Word {
	s := splitter{lonely: lonely}
	fold := cases.Fold()
	for start := 0; start < len(text); {
		end := start + max(1, norm.NFKC.NextBoundaryInString(text[start:], true))
		for _, r := range folded(fold, text[start:end]) {
			s.add(letter{r, start, end})
		}
		start = end
	}
	s.flush()
	return s.words
}

// folded folds a letter with its marks. Accents of Latin, Greek and Cyrillic
// letters go; marks of other scripts are letters to their readers.
func folded(fold cases.Caser, part string) string {
	if len(part) == 1 {
		if c := part[0]; 'A' <= c && c <= 'Z' {
			return string(rune(c + 'a' - 'A'))
		}
		return part
	}
	// Normal again after the folding, which can take letters apart.
	part = norm.NFKD.String(fold.String(norm.NFKC.String(part)))
	return norm.NFKC.String(strings.Map(func(r rune) rune {
		if isAccent(r) {
			return -1
		}
		return r
	}, part))
}

func isAccent(r rune) bool { return 0x300 <= r && r <= 0x36f }

func (s *splitter) add(l letter) {
	c := classOf(l.r)
	if c == silent {
		if len(s.run) > 0 {
			s.run[len(s.run)-1].end = l.end
		}
		return
	}
	if c != s.kind || c == picture {
		s.flush()
	}
	if s.kind = c; c != gap {
		s.run = append(s.run, l)
	}
}

func (s *splitter) flush() {
	run := s.run
	s.run = s.run[:0]
	if len(run) == 0 {
		return
	}
	if s.kind != unspaced {
		s.word(run)
		return
	}
	for i := range run[:len(run)-1] {
		s.word(run[i : i+2])
		s.words[len(s.words)-1].first = run[i].end
	}
	if s.lonely || len(run) == 1 {
		s.word(run[len(run)-1:])
	}
}

func (s *splitter) word(run []letter) {
	letters := make([]rune, 0, maxLetters)
	for _, l := range run[:min(len(run), maxLetters)] {
		letters = append(letters, l.r)
	}
	s.words = append(s.words, Word{Text: string(letters), Start: run[0].start, End: run[len(run)-1].end})
}
