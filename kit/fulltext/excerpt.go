package fulltext

import (
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Piece is a part of a text, and whether it is what was searched for. Pieces
// are plain text: the template that shows them escapes them.
type Piece struct {
	Text  string
	Found bool
}

// Excerpt gives about as many characters of a text as asked for, around the
// first word that a term begins, with the words found as pieces of their own.
// No character is cut into halves, and "…" stands for what is left out.
func Excerpt(text string, terms []string, characters int) []Piece {
	hits := hitsIn(text, terms)
	start, end := window(text, hits, characters)
	var pieces []Piece
	add := func(s string, found bool) {
		if n := len(pieces); n > 0 && pieces[n-1].Found == found {
			pieces[n-1].Text += s
		} else if s != "" {
			pieces = append(pieces, Piece{s, found})
		}
	}
	if start > 0 {
		add("…", false)
	}
	for at := start; at < end; {
		cluster, _, _, _ := uniseg.FirstGraphemeClusterInString(text[at:], -1)
		for len(hits) > 0 && hits[0].end <= at {
			hits = hits[1:]
		}
		add(cluster, len(hits) > 0 && hits[0].start < at+len(cluster))
		at += len(cluster)
	}
	if end < len(text) {
		add("…", false)
	}
	return pieces
}

type span struct{ start, end int }

// hitsIn gives where the terms begin words, in order and apart.
func hitsIn(text string, terms []string) []span {
	var hits []span
	for _, w := range Words(text) {
		end := 0
		for _, t := range terms {
			if !strings.HasPrefix(w.Text, t) {
				continue
			}
			if w.first > 0 && utf8.RuneCountInString(t) == 1 {
				end = max(end, w.first)
			} else {
				end = w.End
			}
		}
		switch n := len(hits); {
		case end == 0:
		case n > 0 && w.Start <= hits[n-1].end:
			hits[n-1].end = max(hits[n-1].end, end)
		default:
			hits = append(hits, span{w.Start, end})
		}
	}
	return hits
}

// window chooses what to show: a quarter of it before the first hit, from a
// space to a space where there is one near.
func window(text string, hits []span, characters int) (start, end int) {
	marks := boundaries(text)
	last := len(marks) - 1
	if last <= characters {
		return 0, len(text)
	}
	first := 0
	for len(hits) > 0 && marks[first+1] <= hits[0].start {
		first++
	}
	from := max(0, min(first-characters/4, last-characters))
	to := min(last, from+characters)
	const near = 20
	if from > 0 {
		for i := from; i < min(from+near, first); i++ {
			if text[marks[i]] == ' ' {
				from = i + 1
				break
			}
		}
	}
	for i := to; to < last && i > to-near; i-- {
		if text[marks[i]] == ' ' {
			to = i
			break
		}
	}
	return marks[from], marks[to]
}

// boundaries are where characters begin, as a person counts them, and the end.
func boundaries(text string) []int {
	marks := []int{0}
	state := -1
	for rest := text; rest != ""; {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		marks = append(marks, marks[len(marks)-1]+len(cluster))
	}
	return marks
}
