package site_test

import (
	"testing"
	"time"

	"superbook/kit/db"
	"superbook/models"
	"superbook/site/demo"
	"superbook/site/sitetest"
)

// wrong counts the rows that a statement says should not be there.
func wrong(t *testing.T, s *sitetest.Site, what, statement string, args ...any) {
	t.Helper()
	var n int
	must(t, s.DB.Read.WithContext(t.Context()).Raw("SELECT COUNT(*) FROM "+statement, args...).Scan(&n).Error)
	if n != 0 {
		t.Errorf("%s: %d", what, n)
	}
}

// countersAgree holds every counter against the rows that it counts.
func countersAgree(t *testing.T, s *sitetest.Site) {
	t.Helper()
	for counter, rows := range map[string]string{
		"posts.likes":        "likes r WHERE r.post_id = t.id",
		"posts.comments":     "comments r WHERE r.post_id = t.id",
		"posts.shares":       "posts r WHERE r.shared_id = t.id",
		"profiles.posts":     "posts r WHERE r.user_id = t.user_id AND r.recipient_id IS NULL",
		"profiles.followers": "follows r WHERE r.followee_id = t.user_id",
		"profiles.following": "follows r WHERE r.follower_id = t.user_id",
	} {
		table, column := counter[:len("posts")], counter[len("posts."):]
		if counter[:2] == "pr" {
			table, column = "profiles", counter[len("profiles."):]
		}
		wrong(t, s, counter+" that are wrong", table+" t WHERE t."+column+" <> (SELECT COUNT(*) FROM "+rows+")")
	}
}

func TestSeedPosts(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	began := time.Now().Add(-time.Second)
	_, login, err := s.Seed(t.Context())
	must(t, err)
	posts, err := demo.Posts()
	must(t, err)
	comments, likes, edited := 0, 0, 0
	for _, p := range posts {
		comments, likes = comments+len(p.Comments), likes+p.Likes
		if p.Draft != "" {
			edited++
		}
	}
	rows := func(table string, want int) {
		t.Helper()
		var n int
		must(t, s.DB.Read.Raw("SELECT COUNT(*) FROM "+table).Scan(&n).Error)
		if n != want {
			t.Errorf("%s: %d, want %d", table, n, want)
		}
	}
	check := func() {
		t.Helper()
		rows("posts", len(posts))
		rows("comments", comments)
		rows("likes", likes)
		rows("posts WHERE edited_at IS NOT NULL", edited)
		rows("notifications WHERE NOT seen", 5)
		countersAgree(t, s)
	}
	check()
	u, err := models.UserByUsername(t.Context(), s.DB.Read, login)
	must(t, err)
	if n, err := models.Unseen(t.Context(), s.DB.Read, u.ID); err != nil || n != 5 {
		t.Errorf("%s has not seen %d, %v", login, n, err)
	}
	_, _, err = s.Seed(t.Context())
	must(t, err)
	check() // a second time changes nothing

	for _, table := range []string{"posts", "comments", "notifications"} {
		wrong(t, s, table+" whose number is not of their age", table+" a JOIN "+table+" b ON b.id > a.id AND b.created_at < a.created_at")
	}
	for _, table := range []string{"posts", "comments", "likes", "notifications", "users", "follows"} {
		wrong(t, s, table+" of just now", table+" WHERE created_at > ?", began)
	}
	wrong(t, s, "edits before there was a post", "posts WHERE edited_at <= created_at OR edited_at > ?", began)
	wrong(t, s, "posts of who was not here yet", "posts JOIN users ON users.id = posts.user_id WHERE users.created_at > posts.created_at")
	wrong(t, s, "likes of one's own", "likes JOIN posts ON posts.id = likes.post_id AND posts.user_id = likes.user_id")
	wrong(t, s, "likes of who cannot see it", "likes JOIN posts ON posts.id = likes.post_id WHERE recipient_id IS NOT NULL AND recipient_id <> likes.user_id")
}

// TestDemoPostsAreSeen looks at them as a stranger, and as the demo login.
func TestDemoPostsAreSeen(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	_, login, err := s.Seed(t.Context())
	must(t, err)
	u, err := models.UserByUsername(t.Context(), s.DB.Read, login)
	must(t, err)
	posts, err := demo.Posts()
	must(t, err)
	personal := 0
	for _, want := range posts {
		row, err := db.Rows[models.Post](s.DB.Read).Where("text = ?", want.Text).Take(t.Context())
		must(t, err)
		_, err = models.PostsVisibleTo(s.DB.Read, models.Viewer{ID: u.ID}).Get(t.Context(), row.ID)
		must(t, err)
		if want.To == "" {
			continue
		}
		personal++
		s.As(t, models.User{}).Get("post", row.ID).Is(404).Hides(want.Text)
	}
	if personal < 5 {
		t.Errorf("%d personal posts", personal)
	}
	s.As(t, models.User{}).Get("post", s.Post(1).ID).Is(200).Shows("Tamsin Keel", "biscuit tin", "Who said that?")
}

func TestSeedLeavesAConversationAlone(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Say(s.Hero("first"), "Anybody here?")
	_, _, err := s.Seed(t.Context())
	must(t, err)
	if n, err := db.Rows[models.Post](s.DB.Read).Count(t.Context(), "*"); err != nil || n != 1 {
		t.Errorf("%d posts, %v; want the one that was there", n, err)
	}
}
