package site

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/models"
)

// bulkPost is what is remembered of a post: 100,000 whole ones are too many.
type bulkPost struct {
	id     int64
	at     time.Time
	public bool
}

// makePosts has a few heroes say most of what is said.
func (b *bulk) makePosts(ctx context.Context) error {
	talk := newTalker(b.dice)
	step := bulkSpan / time.Duration(b.size.Posts)
	out := sink[models.Post]{b: b, what: "posts", total: b.size.Posts, beside: models.IndexPosts, made: func(rows []models.Post) {
		for _, p := range rows {
			b.posts = append(b.posts, bulkPost{p.ID, p.CreatedAt, !p.Personal()})
		}
	}}
	for i := range b.size.Posts {
		at := b.now.Add(-step * time.Duration(b.size.Posts-i))
		if err := out.add(ctx, b.throwPost(talk, at)); err != nil {
			return err
		}
	}
	return out.flush(ctx)
}

func (b *bulk) throwPost(talk *talker, at time.Time) models.Post {
	author := b.loud()
	p := models.Post{CreatedAt: at.Truncate(time.Microsecond), UserID: b.heroes[author].ID}
	if b.dice.IntN(10) == 0 {
		p.Mentions = b.heroes[b.loud()].Username
	}
	p.Text = talk.say(p.Mentions)
	if b.dice.IntN(20) == 0 {
		to := (author + 1 + b.dice.IntN(len(b.heroes)-1)) % len(b.heroes)
		p.RecipientID = &b.heroes[to].ID
	}
	return p
}

// makeComments has the newest tenth of the posts talked about, with two
// comments each on average.
func (b *bulk) makeComments(ctx context.Context) error {
	talk := newTalker(b.dice)
	var rows []models.Comment
	for _, p := range b.posts[len(b.posts)*9/10:] {
		if !p.public {
			continue
		}
		for range b.dice.IntN(5) {
			rows = append(rows, models.Comment{CreatedAt: b.after(p.at), PostID: p.id, UserID: b.heroes[b.loud()].ID, Text: talk.say("")})
		}
	}
	// Numbers grow with time.
	slices.SortStableFunc(rows, func(x, y models.Comment) int {
		return cmp.Or(x.CreatedAt.Compare(y.CreatedAt), cmp.Compare(x.PostID, y.PostID))
	})
	out := sink[models.Comment]{b: b, what: "comments", total: len(rows)}
	for _, c := range rows {
		if err := out.add(ctx, c); err != nil {
			return err
		}
	}
	return out.flush(ctx)
}

// after is some time between then and now.
func (b *bulk) after(then time.Time) time.Time {
	return then.Add(time.Duration(b.dice.Int64N(int64(b.now.Sub(then))))).Truncate(time.Microsecond)
}

// sink inserts rows, many at once, in transactions that stay short.
type sink[T any] struct {
	b           *bulk
	what        string
	total, done int
	rows        []T
	made        func([]T) // sees the rows with their numbers; may be nil
	// beside writes what belongs to the rows, in their transaction; may be nil.
	beside func(ctx context.Context, tx *gorm.DB, rows []T) error
}

func (k *sink[T]) add(ctx context.Context, row T) error {
	if k.rows = append(k.rows, row); len(k.rows) < bulkTx {
		return nil
	}
	return k.flush(ctx)
}

func (k *sink[T]) flush(ctx context.Context) error {
	if len(k.rows) == 0 {
		return nil
	}
	err := k.b.DB.Tx(ctx, func(tx *gorm.DB) error {
		err := db.Rows[T](tx).CreateInBatches(ctx, &k.rows, bulkBatch)
		if err == nil && k.beside != nil {
			err = k.beside(ctx, tx, k.rows)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("bulk %s: %w", k.what, err)
	}
	if k.made != nil {
		k.made(k.rows)
	}
	k.done, k.rows = k.done+len(k.rows), k.rows[:0]
	k.b.tell(k.what, k.done, k.total)
	return nil
}
