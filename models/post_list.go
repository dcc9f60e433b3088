package models

import (
	"context"
	"math"
	"slices"

	"gorm.io/gorm"

	"superbook/kit/db"
)

var postTables = "posts" + faceTables("posts.user_id") +
	" LEFT JOIN users AS to_users ON to_users.id = posts.recipient_id LEFT JOIN profiles AS to_profiles ON to_profiles.user_id = posts.recipient_id"

var postColumns = "posts.id, posts.created_at, posts.edited_at, posts.user_id, posts.recipient_id, posts.shared_id, posts.text," +
	" posts.mentions, posts.likes, posts.comments, posts.shares, " + faceColumns("author_") +
	", COALESCE(to_users.username, '') AS recipient_username, COALESCE(to_profiles.name, '') AS recipient_name," +
	" EXISTS (SELECT 1 FROM likes WHERE likes.post_id = posts.id AND likes.user_id = ?) AS liked"

type condition struct {
	sql  string
	args []any
}

// Posts is a question about the posts that one viewer may see. There is no
// other way to read posts, so nothing can forget to ask. Each method returns a
// narrower question and leaves the old one as it was.
type Posts struct {
	conn  *gorm.DB
	who   Viewer
	conds []condition
}

// PostsVisibleTo starts with what the viewer may see: what is public, and what
// they wrote or were sent; of members who have not blocked them, nor they them.
// Staff see no more than others.
func PostsVisibleTo(conn *gorm.DB, who Viewer) Posts {
	q := Posts{conn: conn, who: who}
	if who.ID == 0 {
		return q.where("posts.recipient_id IS NULL")
	}
	return q.where("(posts.recipient_id IS NULL OR posts.user_id = ? OR posts.recipient_id = ?)", who.ID, who.ID).
		where(unblocked("posts.user_id"), who.ID).
		where("(posts.recipient_id IS NULL OR "+unblocked("posts.recipient_id")+")", who.ID)
}

// Public keeps what is for everybody.
func (q Posts) Public() Posts { return q.where("posts.recipient_id IS NULL") }

// By keeps one member's public posts.
func (q Posts) By(user int64) Posts { return q.Public().where("posts.user_id = ?", user) }

// Before keeps those that are older than the one with this number; 0 keeps all.
func (q Posts) Before(id int64) Posts {
	if id == 0 {
		return q
	}
	return q.where("posts.id < ?", id)
}

// Numbered keeps those with these numbers.
func (q Posts) Numbered(ids ...int64) Posts { return q.where("posts.id IN ?", ids) }

// Feed keeps the newest n before a number (0 for the newest of all) of what the
// viewer wrote, was sent, or said by whom they follow.
//
// It costs one look at an index for each member who is followed, however many
// posts there are: n posts come from n authors at most, and from those who
// posted last.
func (q Posts) Feed(before int64, n int) Posts {
	if before == 0 {
		before = math.MaxInt64
	}
	me := q.who.ID
	return q.where("posts.id IN ("+feedQuery+")", before, me, n, before, before, n-1,
		me, before, me, n, me, before, me, n, n)
}

var feedQuery = `WITH authors AS (
	SELECT f.followee_id AS id, COALESCE((SELECT MAX(p.id) FROM posts p
		WHERE p.user_id = f.followee_id AND p.recipient_id IS NULL AND p.id < ?), 0) AS newest
	FROM follows f WHERE f.follower_id = ? ORDER BY newest DESC LIMIT ?)
SELECT id FROM (
	SELECT p.id FROM authors JOIN posts p ON p.user_id = authors.id AND p.recipient_id IS NULL AND p.id < ?
		AND p.id >= COALESCE((SELECT q.id FROM posts q WHERE q.user_id = authors.id AND q.recipient_id IS NULL AND q.id < ?
			ORDER BY q.id DESC LIMIT 1 OFFSET ?), 0)
	UNION
	SELECT id FROM (SELECT p.id FROM posts p WHERE p.user_id = ? AND p.id < ?
		AND (p.recipient_id IS NULL OR ` + unblocked("p.recipient_id") + `) ORDER BY p.id DESC LIMIT ?) AS own
	UNION
	SELECT id FROM (SELECT p.id FROM posts p WHERE p.recipient_id = ? AND p.id < ?
		AND ` + unblocked("p.user_id") + ` ORDER BY p.id DESC LIMIT ?) AS received
) AS found ORDER BY id DESC LIMIT ?`

func (q Posts) where(sql string, args ...any) Posts {
	q.conds = append(slices.Clone(q.conds), condition{sql, args})
	return q
}

func (q Posts) cards() db.Query[PostCard] {
	chain := db.Rows[PostCard](q.conn).Table(postTables).Select(postColumns, q.who.ID)
	for _, c := range q.conds {
		chain = chain.Where(c.sql, c.args...)
	}
	return chain
}

// Page gives the newest n posts with all that a list shows of them: in four
// queries at most, however many posts there are.
func (q Posts) Page(ctx context.Context, n int) ([]PostCard, error) {
	cards, err := q.cards().Order("posts.id DESC").Limit(n).Find(ctx)
	if err != nil || len(cards) == 0 {
		return nil, err
	}
	if err := q.addParts(ctx, cards); err != nil {
		return nil, err
	}
	return cards, q.addTalk(ctx, cards)
}

// Best gives the n posts with words that were liked most, without files and
// comments. It reads every post of the question: keep it to one author.
func (q Posts) Best(ctx context.Context, n int) ([]PostCard, error) {
	return q.where("posts.text <> ''").cards().Order("posts.likes DESC, posts.id DESC").Limit(n).Find(ctx)
}

// Get gives one post with its files and what it passes on, or a problem "not
// found". Its comments are a question of their own.
func (q Posts) Get(ctx context.Context, id int64) (PostCard, error) {
	card, err := q.Numbered(id).cards().Take(ctx)
	if _, err := found(card, err, "post"); err != nil {
		return card, err
	}
	one := []PostCard{card}
	err = q.addParts(ctx, one)
	return one[0], err
}

// IDs gives the numbers of the posts, in no order.
func (q Posts) IDs(ctx context.Context) ([]int64, error) {
	chain := db.Rows[Post](q.conn).Select("posts.id")
	for _, c := range q.conds {
		chain = chain.Where(c.sql, c.args...)
	}
	rows, err := chain.Find(ctx)
	ids := make([]int64, len(rows))
	for i, p := range rows {
		ids[i] = p.ID
	}
	return ids, err
}
