package models

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"superbook/kit/db"
	"superbook/kit/fulltext"
)

const (
	maxTerms = 6
	// rankedTogether is how many posts, the newest that fit, are put in order by
	// how well they fit. Older ones come after them, ordered among themselves.
	rankedTogether = 200
	// searchReach is how many numbers of posts one search goes back if all its
	// words are common, so that words that never meet do not cost the whole site.
	searchReach = 20_000
)

// SearchTerms gives the words that a search asks for; none when it has only signs.
func SearchTerms(search string) []string { return fulltext.Terms(search, maxTerms) }

// SearchPlace is where in the results a page begins. The zero value is their
// beginning; Next of a page is its end. What is posted meanwhile changes
// nothing at a later place.
type SearchPlace struct {
	Before int64 // among posts older than this number
	Skip   int   // so many of them, best first
}

// PostsFound is a page of results.
type PostsFound struct {
	Posts []PostCard   // best first, without files, comments and what they pass on
	Next  *SearchPlace // nil at the end. There may be a next page after an empty one
}

type candidate struct {
	ID        int64
	CreatedAt time.Time
	score     float64
}

// Search gives a page of n of the posts in which each term begins a word. It
// takes five queries.
func (q Posts) Search(ctx context.Context, terms []string, at SearchPlace, n int) (PostsFound, error) {
	if len(terms) == 0 {
		return PostsFound{}, nil
	}
	if at.Before == 0 {
		newest, err := db.Rows[Post](q.conn).Select("COALESCE(MAX(id), 0) AS id").Take(ctx)
		if err != nil {
			return PostsFound{}, fmt.Errorf("find the newest post: %w", err)
		}
		at.Before = newest.ID + 1
	}
	sets, err := measured(ctx, q.conn, termSets(terms, at.Before))
	if err != nil {
		return PostsFound{}, err
	}
	fitting, floor := q.fitting(sets, at.Before)
	all, err := fitting.newest(ctx, rankedTogether)
	if err != nil {
		return PostsFound{}, err
	}
	next := nextPlace(all, at, n, floor)
	if err := q.rank(ctx, all, terms, sets); err != nil {
		return PostsFound{}, err
	}
	page := all[min(at.Skip, len(all)):min(at.Skip+n, len(all))]
	cards, err := q.cardsOf(ctx, page)
	return PostsFound{cards, next}, err
}

// nextPlace is where the page after the one at a place begins. The candidates
// come newest first. Nothing below floor was looked at.
func nextPlace(all []candidate, at SearchPlace, n int, floor int64) *SearchPlace {
	switch {
	case at.Skip+n < len(all):
		return &SearchPlace{at.Before, at.Skip + n}
	case len(all) == rankedTogether:
		return &SearchPlace{Before: all[len(all)-1].ID}
	case floor > 1:
		return &SearchPlace{Before: floor}
	}
	return nil
}

func termSets(terms []string, before int64) []set {
	sets := make([]set, len(terms))
	for i, t := range terms {
		sets[i] = set{
			list: "SELECT post_id FROM post_words WHERE word >= ? AND word < ? AND post_id < ?",
			// The offset keeps PostgreSQL from reading all that has the word instead.
			probe: "EXISTS (SELECT 1 FROM post_words w WHERE w.post_id = posts.id AND w.word >= ? AND w.word < ? AND posts.id < ? LIMIT 1 OFFSET 0)",
			args:  []any{t, after(t), before},
		}
	}
	return sets
}

// fitting keeps the posts in all the sets: those in the smallest and in others
// of its size, looked at one by one for the rest. If none of the sets is small,
// it keeps only what is not below floor.
func (q Posts) fitting(sets []set, before int64) (_ Posts, floor int64) {
	sets = slices.Clone(sets)
	slices.SortStableFunc(sets, func(a, b set) int { return cmp.Compare(a.size, b.size) })
	if sets[0].wide() {
		floor = before - searchReach
		q = q.Before(before).where("posts.id >= ?", floor)
	} else {
		var lists []string
		var args []any
		for most := 4 * sets[0].size; len(sets) > 0 && !sets[0].wide() && sets[0].size <= most; sets = sets[1:] {
			lists, args = append(lists, sets[0].list), append(args, sets[0].args...)
		}
		q = q.where(fmt.Sprintf(q.among(), strings.Join(lists, " INTERSECT ")), args...)
	}
	for _, s := range sets {
		q = q.where(s.probe, s.args...)
	}
	return q, floor
}

// among says that a post is in a list. Of a subquery PostgreSQL may guess that
// many posts are in it, and walk through all posts; an array it looks up.
func (q Posts) among() string {
	if q.conn.Name() == "postgres" {
		return "posts.id = ANY(ARRAY(%s))"
	}
	return "posts.id IN (%s)"
}

func (q Posts) newest(ctx context.Context, n int) ([]candidate, error) {
	chain := db.Rows[candidate](q.conn).Table("posts").Select("posts.id, posts.created_at")
	for _, c := range q.conds {
		chain = chain.Where(c.sql, c.args...)
	}
	rows, err := chain.Order("posts.id DESC").Limit(n).Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("find posts: %w", err)
	}
	return rows, nil
}

// cardsOf reads the posts in their order. Whether the viewer may see them is
// asked once more.
func (q Posts) cardsOf(ctx context.Context, page []candidate) ([]PostCard, error) {
	if len(page) == 0 {
		return nil, nil
	}
	ids := make([]int64, len(page))
	for i, c := range page {
		ids[i] = c.ID
	}
	cards, err := q.Numbered(ids...).cards().Find(ctx)
	slices.SortFunc(cards, func(a, b PostCard) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return cards, err
}
