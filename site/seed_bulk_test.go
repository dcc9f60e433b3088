package site_test

import (
	"fmt"
	"io"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"superbook/kit/db"
	"superbook/models"
	"superbook/site"
	"superbook/site/sitetest"
)

var bulkSize = site.Bulk{Heroes: 60, Posts: 900, Likes: 4000}

func TestSeedBulk(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	var progress strings.Builder
	must(t, s.SeedBulk(t.Context(), bulkSize, &progress))
	for table, want := range map[string]int{"users": bulkSize.Heroes, "posts": bulkSize.Posts, "likes": bulkSize.Likes} {
		var n int
		must(t, s.DB.Read.Raw("SELECT COUNT(*) FROM "+table).Scan(&n).Error)
		if n != want || !strings.Contains(progress.String(), fmt.Sprintf("%d of %d\n", want, want)) {
			t.Errorf("%s: %d, want %d; it said %q", table, n, want, &progress)
		}
	}
	countersAgree(t, s)
	wrong(t, s, "posts whose number is not of their age", "posts a JOIN posts b ON b.id = a.id + 1 AND b.created_at <= a.created_at")
	wrong(t, s, "comments whose number is not of their age", "comments a JOIN comments b ON b.id = a.id + 1 AND b.created_at < a.created_at")
	wrong(t, s, "rows of tomorrow", "posts, likes, comments WHERE posts.created_at > ? AND likes.created_at > ? AND comments.created_at > ?", time.Now(), time.Now(), time.Now())
	wrong(t, s, "likes before there was a post", "likes JOIN posts ON posts.id = likes.post_id WHERE likes.created_at < posts.created_at")
	wrong(t, s, "likes and talk where only two can see", "posts WHERE recipient_id IS NOT NULL AND likes + comments > 0")
	wrong(t, s, "who follows or writes to themselves", "follows, posts WHERE follower_id = followee_id OR user_id = recipient_id")

	posts, err := db.Rows[models.Post](s.DB.Read).Order("id").Find(t.Context())
	must(t, err)
	personal, mentions, talk, by := 0, 0, 0, map[int64]int{}
	for i, p := range posts {
		by[p.UserID]++
		if p.Personal() {
			personal++
		}
		if p.Mentions != "" && strings.HasSuffix(p.Text, " @"+p.Mentions) {
			mentions++
		}
		if talk += p.Comments; p.Comments > 0 && i < len(posts)*9/10 {
			t.Fatalf("post %d of %d has comments", i, len(posts))
		}
		if n := utf8.RuneCountInString(p.Text); n == 0 || n > 500 {
			t.Fatalf("%d characters: %q", n, p.Text)
		}
	}
	if personal < 20 || personal > 90 || mentions < 45 || mentions > 180 || talk < 90 || talk > 270 {
		t.Errorf("%d personal, %d with a mention, %d comments", personal, mentions, talk)
	}
	newer, older := 0, 0
	for i, p := range posts {
		if i < len(posts)/2 {
			older += p.Likes
		} else {
			newer += p.Likes
		}
	}
	if newer < 2*older {
		t.Errorf("%d likes of the newer half, %d of the older", newer, older)
	}
}

func TestBulkLogin(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	must(t, s.SeedBulk(t.Context(), site.Bulk{Heroes: 230, Posts: 40}, io.Discard))
	u, err := models.UserByUsername(t.Context(), s.DB.Read, site.BulkLogin)
	must(t, err)
	if ids, err := models.Followees(t.Context(), s.DB.Read, u.ID); err != nil || len(ids) != 200 {
		t.Errorf("follows %d, %v", len(ids), err)
	}
	b := s.As(t, models.User{})
	b.Post("login", url.Values{"username": {site.BulkLogin}, "password": {site.DemoPassword}}).Is(303)
	b.Get("feed").Is(200)
	// What refuses to start in production knows of it.
	if names, err := s.DemoLogins(t.Context()); err != nil || len(names) != 1 || names[0] != site.BulkLogin {
		t.Errorf("the demo password opens %v, %v", names, err)
	}
}

// The same size gives the same rows, so that two measurements can be compared.
func TestSeedBulkIsAlwaysTheSame(t *testing.T) {
	t.Parallel()
	var first string
	for range 2 {
		s := sitetest.New(t)
		must(t, s.SeedBulk(t.Context(), site.Bulk{Heroes: 30, Posts: 120, Likes: 500}, io.Discard))
		var rows []string
		for _, q := range []string{
			"SELECT CAST(id AS TEXT) || text || CAST(likes AS TEXT) || CAST(COALESCE(recipient_id, 0) AS TEXT) FROM posts ORDER BY id",
			"SELECT CAST(post_id AS TEXT) || text FROM comments ORDER BY id",
			"SELECT CAST(follower_id AS TEXT) || '-' || CAST(followee_id AS TEXT) FROM follows ORDER BY id",
			"SELECT CAST(post_id AS TEXT) || '-' || CAST(user_id AS TEXT) FROM likes ORDER BY post_id, user_id",
		} {
			var part []string
			must(t, s.DB.Read.Raw(q).Scan(&part).Error)
			rows = append(rows, part...)
		}
		all := strings.Join(rows, "\n")
		if len(rows) < 120+500 || first != "" && all != first {
			t.Errorf("%d rows, which differ from the first time", len(rows))
		}
		first = all
	}
}

// Sizes that do not fit end well, with what fits.
func TestSeedBulkOfOddSizes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		size  site.Bulk
		likes int64
	}{
		{site.Bulk{}, 0}, {site.Bulk{Heroes: 1, Posts: 5, Likes: 5}, 0}, {site.Bulk{Heroes: 2, Posts: 1, Likes: 1_000_000}, 2},
		{site.Bulk{Heroes: 3, Likes: 10}, 0},
	} {
		s := sitetest.New(t)
		must(t, s.SeedBulk(t.Context(), tt.size, io.Discard))
		if n, err := db.Rows[models.Like](s.DB.Read).Count(t.Context(), "*"); err != nil || n != tt.likes {
			t.Errorf("%+v: %d likes, %v", tt.size, n, err)
		}
		countersAgree(t, s)
	}
}
