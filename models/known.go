package models

import (
	"context"

	"gorm.io/gorm"

	"superbook/kit/db"
)

// Known is a member as they stand to one viewer.
type Known struct {
	Member    `gorm:"embedded"`
	Following bool `gorm:"column:i_follow"`   // the viewer follows them
	FollowsMe bool `gorm:"column:follows_me"` // and they the viewer
	Here      bool // on patrol
}

const knownColumns = ", EXISTS (SELECT 1 FROM follows WHERE follower_id = ? AND followee_id = users.id) AS i_follow" +
	", EXISTS (SELECT 1 FROM follows WHERE follower_id = users.id AND followee_id = ?) AS follows_me" +
	", EXISTS (SELECT 1 FROM presences WHERE user_id = users.id AND seen_at > ?) AS here"

// TakeFor gives the one member that the question leaves, as they stand to the
// viewer, or a problem "not found": in two queries.
func (m Members) TakeFor(ctx context.Context, who Viewer) (Known, error) {
	one := m.resolved().keys.Select("profiles.user_id").Order(m.order).Limit(1)
	k, err := db.Rows[Known](m.conn).Table(memberTables).
		Select(memberColumns+knownColumns, who.ID, who.ID, now().Add(-PatrolFor)).Where("users.id = (?)", one.Sub()).Take(ctx)
	if _, err := found(k, err, "member"); err != nil {
		return k, err
	}
	rows := []Member{k.Member}
	err = addPowers(ctx, m.conn, []int64{k.ID}, rows)
	k.Member = rows[0]
	return k, err
}

// Faces gives the faces of the first n members: in two queries.
func (m Members) Faces(ctx context.Context, n int) ([]Face, error) {
	keys, err := m.resolved().keys.Select("profiles.user_id").Order(m.order).Limit(n).Find(ctx)
	if err != nil || len(keys) == 0 {
		return nil, err
	}
	ids := make([]int64, len(keys))
	for i, k := range keys {
		ids[i] = k.UserID
	}
	return db.Rows[Face](m.conn).Table(memberTables).Select(faceColumns("")).Where("users.id IN ?", ids).Order(m.order).Find(ctx)
}

// Face gives the face of the one member that the question leaves, or a problem
// "not found".
func (m Members) Face(ctx context.Context) (Face, error) {
	faces, err := m.Faces(ctx, 1)
	if err != nil || len(faces) == 0 {
		return found(Face{}, orGone(err, 0), "member")
	}
	return faces[0], nil
}

// suggestedFrom bounds how many members of each sort are looked at for a
// suggestion, however short what was typed.
const suggestedFrom = 50

// Beginning keeps members whose name or username begins with these letters, of
// very many only the first in the alphabet.
func (m Members) Beginning(letters string) Members {
	from := Key(letters)
	const named = "SELECT user_id FROM (SELECT user_id FROM profiles WHERE kind = ? AND name_key >= ? AND name_key < ? ORDER BY name_key LIMIT ?) AS "
	return m.where("profiles.user_id IN (SELECT id FROM (SELECT id FROM users WHERE username_key >= ? AND username_key < ? ORDER BY username_key LIMIT ?) AS called"+
		" UNION "+named+"heroes UNION "+named+"fans)",
		from, after(from), suggestedFrom, Hero, from, after(from), suggestedFrom, Fan, from, after(from), suggestedFrom)
}

// MostFollowed puts those first whom most follow.
func (m Members) MostFollowed() Members {
	m.order = "profiles.followers DESC, profiles.name_key, profiles.user_id"
	return m
}

// Except leaves out one member.
func (m Members) Except(id int64) Members { return m.where("profiles.user_id <> ?", id) }

// Counts is how much there is of a member.
type Counts struct {
	ID        int64
	Username  string
	Posts     int
	Followers int
	Following int
}

// TableName tells gorm that Counts are read from joined tables.
func (Counts) TableName() string { return "users" }

// Counts is what a profile page shows as numbers.
func (m Member) Counts() Counts {
	return Counts{m.ID, m.Username, m.Posts, m.Followers, m.Following}
}

// CountsOf reads the counts of members, in no order.
func CountsOf(ctx context.Context, conn *gorm.DB, users []int64) ([]Counts, error) {
	return db.Rows[Counts](conn).Table("users JOIN profiles ON profiles.user_id = users.id").
		Select("users.id, users.username, profiles.posts, profiles.followers, profiles.following").Where("users.id IN ?", users).Find(ctx)
}
