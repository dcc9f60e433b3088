package models

import (
	"context"
	"fmt"
	"math"
	"strings"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/kit/fulltext"
)

// PostWord is one word by which a search can meet a post.
type PostWord struct {
	PostID int64  `gorm:"primaryKey;autoIncrement:false"`
	Word   string `gorm:"primaryKey"`
	Weight int    // how much the word says about the post, in thousandths; see weight
}

const (
	// maxPostWords bounds the rows of one post; a text of 500 characters hardly has as many.
	maxPostWords = 600
	// indexBatch is how many words one statement writes.
	indexBatch = 500
)

// IndexPosts makes new posts ready to be found, in one statement for many
// words. Call it in the transaction that makes them. When a post goes, the
// database forgets its words.
func IndexPosts(ctx context.Context, tx *gorm.DB, posts []Post) error {
	var rows []any
	for _, p := range posts {
		for _, w := range wordsOf(p) {
			if rows = append(rows, w.PostID, w.Word, w.Weight); len(rows) == 3*indexBatch {
				if err := insertWords(ctx, tx, rows); err != nil {
					return err
				}
				rows = rows[:0]
			}
		}
	}
	return insertWords(ctx, tx, rows)
}

// insertWords writes the statement itself: through gorm's models the filling of
// a large site would take three times as long.
func insertWords(ctx context.Context, tx *gorm.DB, rows []any) error {
	if len(rows) == 0 {
		return nil
	}
	values := strings.Repeat(",(?,?,?)", len(rows)/3)[1:]
	if err := tx.WithContext(ctx).Exec("INSERT INTO post_words (post_id, word, weight) VALUES "+values, rows...).Error; err != nil {
		return fmt.Errorf("index posts: %w", err)
	}
	return nil
}

func reindexPost(ctx context.Context, tx *gorm.DB, p Post) error {
	if _, err := db.Rows[PostWord](tx).Where("post_id = ?", p.ID).Delete(ctx); err != nil {
		return fmt.Errorf("forget the words of a post: %w", err)
	}
	return IndexPosts(ctx, tx, []Post{p})
}

// ReindexPosts indexes all posts anew, when how words are folded has changed,
// or a site was filled before it could be searched. Each call of inTx is a
// transaction of its own, so that a large site goes on meanwhile.
func ReindexPosts(ctx context.Context, inTx func(func(tx *gorm.DB) error) error) error {
	for last, more := int64(0), true; more; {
		err := inTx(func(tx *gorm.DB) error {
			posts, err := db.Rows[Post](tx).Select("id", "text").Where("id > ?", last).Order("id").Limit(indexBatch).Find(ctx)
			if err != nil || len(posts) == 0 {
				more = false
				return err
			}
			first := last + 1
			last = posts[len(posts)-1].ID
			if _, err := db.Rows[PostWord](tx).Where("post_id BETWEEN ? AND ?", first, last).Delete(ctx); err != nil {
				return err
			}
			return IndexPosts(ctx, tx, posts)
		})
		if err != nil {
			return fmt.Errorf("reindex posts: %w", err)
		}
	}
	return nil
}

func wordsOf(p Post) (rows []PostWord) {
	words := fulltext.Words(p.Text)
	at := make(map[string]int, len(words))
	for _, w := range words {
		i, known := at[w.Text]
		if !known {
			if i = len(rows); i == maxPostWords {
				continue
			}
			at[w.Text] = i
			rows = append(rows, PostWord{PostID: p.ID, Word: w.Text})
		}
		rows[i].Weight++ // counts first
	}
	for i, w := range rows {
		rows[i].Weight = weight(w.Weight, len(words))
	}
	return rows
}

// weight is what BM25 makes of how often a word stands in a text of a length:
// more is better, but less and less so; and so is a shorter text. The usual
// length is a constant, so that a new post changes the order of no others.
func weight(times, length int) int {
	const k, b, usual = 1.2, 0.75, 20
	tf := float64(times)
	return int(math.Round(1000 * tf * (k + 1) / (tf + k*(1-b+b*float64(length)/usual))))
}
