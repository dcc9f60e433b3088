package models

import (
	"cmp"
	"context"
	"math/bits"
	"slices"
	"strings"

	"superbook/kit/db"
)

// rank puts the best candidates first. For each term the best word that begins
// with it counts: more if it is the whole word, and if few posts have it. What
// is new counts up to a third more, and half of that a month later.
func (q Posts) rank(ctx context.Context, all []candidate, terms []string, sets []set) error {
	words, err := q.wordsFound(ctx, all, terms)
	if err != nil || len(all) == 0 {
		return err
	}
	newest := all[0].CreatedAt
	for i := range all {
		c := &all[i]
		for j, t := range terms {
			c.score += rarity(sets[j].size) * bestWord(words[c.ID], t)
		}
		months := newest.Sub(c.CreatedAt).Hours() / 24 / 30
		c.score *= 1 + 1/(3+3*max(0, months))
	}
	slices.SortFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.ID, a.ID))
	})
	return nil
}

// rarity counts in powers of two, so that the order does not change from one
// page to the next with every post that is deleted.
func rarity(posts int) float64 { return float64(1 + bits.Len(wideSet) - bits.Len(uint(posts))) }

func bestWord(words []PostWord, term string) float64 {
	const asBeginning = 0.4 // of what the whole word counts
	best := 0.0
	for _, w := range words {
		switch {
		case w.Word == term:
			best = max(best, float64(w.Weight))
		case strings.HasPrefix(w.Word, term):
			best = max(best, asBeginning*float64(w.Weight))
		}
	}
	return best
}

// wordsFound gives the words of the posts that begin with one of the terms.
func (q Posts) wordsFound(ctx context.Context, posts []candidate, terms []string) (map[int64][]PostWord, error) {
	of := map[int64][]PostWord{}
	if len(posts) == 0 {
		return of, nil
	}
	ids := make([]int64, len(posts))
	for i, p := range posts {
		ids[i] = p.ID
	}
	var ranges []string
	var args []any
	for _, t := range terms {
		ranges, args = append(ranges, "word >= ? AND word < ?"), append(args, t, after(t))
	}
	rows, err := db.Rows[PostWord](q.conn).Where("post_id IN ?", ids).Where("("+strings.Join(ranges, " OR ")+")", args...).Find(ctx)
	for _, w := range rows {
		of[w.PostID] = append(of[w.PostID], w)
	}
	return of, err
}
