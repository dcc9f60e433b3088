package models_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/models"
	"superbook/site"
	"superbook/site/sitetest"
)

// talk fills a site with as many heroes and posts of dice. Each has the word "patrol"; "north"
// stands in every other one and "south" in the rest; "heliograph" in one of them.
func talk(b *testing.B, s *sitetest.Site, n int) {
	b.Helper()
	heroes := n
	if s.DB.Dialect == db.Postgres { // where each statement is a journey, 100,000 heroes would take a quarter of an hour
		heroes = min(n, 1000)
	}
	if err := s.SeedBulk(b.Context(), site.Bulk{Heroes: heroes}, io.Discard); err != nil {
		b.Fatal(err)
	}
	dice := rand.New(rand.NewPCG(3, 4))
	usual := rand.NewZipf(dice, 1.1, 8, 20_000)
	word := func() string { // of one to three syllables, always the same for a number
		var w strings.Builder
		for i := usual.Uint64() + 1; i > 0; i /= 60 {
			w.WriteByte("bdfglmnprstv"[i%60/5])
			w.WriteByte("aeiou"[i%5])
		}
		return w.String()
	}
	var indexing time.Duration
	for made := 0; made < n; made += 1000 {
		posts := make([]models.Post, min(1000, n-made))
		for i := range posts {
			words := []string{"patrol", []string{"north", "south"}[i%2]}
			for range 12 {
				words = append(words, word())
			}
			if made+i == n/2 {
				words = append(words, "heliograph")
			}
			dice.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
			posts[i] = models.Post{UserID: int64(1 + dice.IntN(heroes)), CreatedAt: time.Unix(1.7e9+int64(600*(made+i)), 0).UTC(), Text: strings.Join(words, " ")}
		}
		err := s.DB.Tx(b.Context(), func(tx *gorm.DB) error {
			if err := db.Rows[models.Post](tx).CreateInBatches(b.Context(), &posts, 500); err != nil {
				return err
			}
			from := time.Now()
			defer func() { indexing += time.Since(from) }()
			return models.IndexPosts(b.Context(), tx, posts)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	if s.DB.Dialect == db.Postgres {
		s.Exec("ANALYZE")
	}
	var bytes, rows int64
	s.DB.Read.Raw("SELECT count(*) FROM post_words").Scan(&rows)
	if s.DB.Dialect == db.Postgres {
		s.DB.Read.Raw("SELECT pg_total_relation_size('post_words')").Scan(&bytes)
	} else {
		s.DB.Read.Raw("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()").Scan(&bytes)
	}
	fmt.Printf("\n%d posts: %d words, indexed in %s, %d MB (SQLite: with all the rest)\n", n, rows, indexing.Round(time.Millisecond), bytes>>20)
}

// BenchmarkSearch shows how the time of a search grows from 1,000 to 100,000
// posts, and heroes, for what people ask. Filling in 100,000 takes a minute.
func BenchmarkSearch(b *testing.B) {
	for _, size := range []int{1_000, 100_000} {
		s := sitetest.New(b)
		talk(b, s, size)
		viewer := models.Viewer{ID: 7}
		for _, q := range []struct{ name, query string }{
			{"rare", "heliograph"},
			{"in-every-post", "patrol"},
			{"one-letter", "p"},
			{"two-letters", "pa"},
			{"two-common", "patrol north"},
			{"six-words", "patrol north ba da fa ga"},
			{"never-meet", "north south"},
			{"nothing", "zzz"},
			{"rare-and-common", "heliograph patrol"},
		} {
			terms := models.SearchTerms(q.query)
			b.Run(fmt.Sprintf("%s/%d", q.name, size), func(b *testing.B) {
				for b.Loop() {
					if _, err := models.PostsVisibleTo(s.DB.Read, viewer).Search(b.Context(), terms, models.SearchPlace{}, 21); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		for _, q := range []string{"power", "p", "amber", "amber otter"} {
			b.Run(fmt.Sprintf("members-%s/%d", strings.ReplaceAll(q, " ", "-"), size), func(b *testing.B) {
				for b.Loop() {
					if _, err := models.MembersIn(s.DB.Read).VisibleTo(viewer).Best(b.Context(), q, 6); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
