package models

import (
	"context"
	"slices"
	"strings"
)

// Best gives the n members who fit a search best: first who is called so, then
// whose name or username begins so, then whoever Matching finds; among those
// heroes before fans, and who has more followers before who has fewer. It takes
// six queries at most.
func (m Members) Best(ctx context.Context, search string, n int) ([]Member, error) {
	key := Key(strings.TrimLeft(search, "@# "))
	if key == "" {
		return nil, nil
	}
	m.order = "profiles.kind DESC, profiles.followers DESC, profiles.user_id DESC"
	all, err := m.within(called(key, key)).within(called(key, after(key))).Matching(search).Plan(ctx)
	if err != nil {
		return nil, err
	}
	had, of := all.sets[:len(m.sets)], all.sets[len(m.sets):]
	var ids []int64
	for _, tier := range [][]set{of[:1], of[1:2], of[2:]} {
		m.sets = slices.Concat(had, tier)
		found, err := m.ids(ctx, 0, n)
		if err != nil {
			return nil, err
		}
		for _, id := range found {
			if len(ids) < n && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		if len(ids) == n {
			break
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return membersNumbered(ctx, m.conn, ids)
}

// called are the members whose name or username, as a key, is between two keys.
func called(from, to string) set {
	return set{
		list: "SELECT user_id FROM (SELECT user_id FROM profiles WHERE kind IN ('hero', 'fan') AND name_key >= ? AND name_key <= ?" +
			" UNION ALL SELECT id FROM users WHERE username_key >= ? AND username_key <= ?) AS called",
		probe: "(profiles.name_key >= ? AND profiles.name_key <= ? OR EXISTS (SELECT 1 FROM users" +
			" WHERE users.id = profiles.user_id AND users.username_key >= ? AND users.username_key <= ?))",
		args: []any{from, to, from, to},
	}
}
