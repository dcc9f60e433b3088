package models

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"superbook/kit/fulltext"
)

// A set is a condition that an index answers with numbers of members, or of
// posts. There are two ways to ask for it: as a list of all that fit, which is
// quick when they are few, and as a look at one row at a time, which is quick
// when most fit, because a page needs only a few. The size of the set decides.
type set struct {
	list  string // a query for the numbers of all that fit
	probe string // whether the row that is looked at fits
	args  []any  // of either
	size  int    // 0 until it is measured, and never more than wideSet
}

func (s set) wide() bool { return s.size >= wideSet }

// wideSet is how many members make a set wide. Measured with 100,000 heroes:
// listing 10,000 takes 8 ms, and so does probing for the first 10,000 that fit.
const wideSet = 10_000

// maxWords bounds the work that one search may ask for.
const maxWords = 4

// Matching keeps members of whom each word of the search begins a word of
// their name, username or powers. Only the first four words count.
func (m Members) Matching(search string) Members {
	terms := fulltext.Terms(search, maxWords)
	if len(terms) == 0 && strings.TrimSpace(search) != "" {
		terms = []string{Key(search)} // signs only, of which some names are made
	}
	for _, w := range terms {
		m = m.within(set{
			list:  "SELECT user_id FROM profile_words WHERE word >= ? AND word < ?",
			probe: "EXISTS (SELECT 1 FROM profile_words w WHERE w.user_id = profiles.user_id AND w.word >= ? AND w.word < ?)",
			args:  []any{w, after(w)},
		})
	}
	return m
}

// With keeps those who have the power with this slug.
func (m Members) With(power string) Members {
	return m.within(set{
		list: "SELECT user_id FROM profile_powers WHERE power_id = (SELECT id FROM powers WHERE slug = ?)",
		probe: "EXISTS (SELECT 1 FROM profile_powers p WHERE p.user_id = profiles.user_id" +
			" AND p.power_id = (SELECT id FROM powers WHERE slug = ?))",
		args: []any{power},
	})
}

func (m Members) within(s set) Members {
	m.sets = append(slices.Clone(m.sets), s)
	return m
}

// Plan looks how many members each set of the question has, up to wideSet, in
// one query. A question without a plan gives the same answer, perhaps slower.
func (m Members) Plan(ctx context.Context) (Members, error) {
	if len(m.sets) == 0 {
		return m, nil
	}
	var err error
	m.sets, err = measured(ctx, m.conn, m.sets)
	return m, err
}

// measured counts the members of each set, up to wideSet, in one query.
func measured(ctx context.Context, conn *gorm.DB, sets []set) ([]set, error) {
	sets = slices.Clone(sets)
	var columns []string
	var args []any
	for _, s := range sets {
		columns = append(columns, "(SELECT count(*) FROM ("+s.list+" LIMIT ?) AS few)")
		args = append(append(args, s.args...), wideSet)
	}
	into := make([]any, len(sets))
	for i := range sets {
		into[i] = &sets[i].size
	}
	row := conn.WithContext(ctx).Raw("SELECT "+strings.Join(columns, ", "), args...).Row()
	if err := row.Scan(into...); err != nil {
		return nil, fmt.Errorf("plan a search: %w", err)
	}
	return sets, nil
}

// resolved turns the sets into conditions: the narrow ones into one list, the
// wide ones into probes. One list, because SQLite tries every pair of the
// members of two (1 s for 2,500 × 2,500).
func (m Members) resolved() Members {
	var lists []string
	var args []any
	for _, s := range m.sets {
		if s.wide() {
			m = m.where(s.probe, s.args...)
		} else {
			lists, args = append(lists, s.list), append(args, s.args...)
		}
	}
	m.sets = nil
	if len(lists) == 0 {
		return m
	}
	return m.where("profiles.user_id IN ("+strings.Join(lists, " INTERSECT ")+")", args...)
}
