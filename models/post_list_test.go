package models_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/models"
	"superbook/site/sitetest"
)

// TestFeedAgainstTheRule makes a small world by dice and holds every member's
// feed, page by page, against the rule said in the plainest way.
func TestFeedAgainstTheRule(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	dice := rand.New(rand.NewPCG(3, 4))
	var people []models.User
	for i := range 12 {
		people = append(people, s.Fan(fmt.Sprintf("fan%02d", i)))
	}
	follows := map[[2]int64]bool{}
	for _, a := range people {
		for _, b := range people {
			if a.ID != b.ID && dice.IntN(3) == 0 {
				s.Follow(a, b)
				follows[[2]int64{a.ID, b.ID}] = true
			}
		}
	}
	var all []models.Post
	for range 300 {
		from, to := people[dice.IntN(3+dice.IntN(9))], people[dice.IntN(12)]
		if dice.IntN(4) == 0 && from.ID != to.ID {
			all = append(all, s.Post(s.Tell(from, to, "To one")))
		} else {
			all = append(all, s.Post(s.Say(from, "To all")))
		}
	}
	blocked := map[[2]int64]bool{}
	for range 4 {
		a, b := people[dice.IntN(12)], people[dice.IntN(12)]
		if a.ID != b.ID {
			s.Block(a, b)
			blocked[[2]int64{a.ID, b.ID}], blocked[[2]int64{b.ID, a.ID}] = true, true
			delete(follows, [2]int64{a.ID, b.ID})
			delete(follows, [2]int64{b.ID, a.ID})
		}
	}
	for _, who := range people {
		var want, got []int64
		for _, p := range slices.Backward(all) {
			mine := p.UserID == who.ID || follows[[2]int64{who.ID, p.UserID}] && p.RecipientID == nil
			if p.RecipientID != nil {
				mine = mine && !blocked[[2]int64{who.ID, *p.RecipientID}] || *p.RecipientID == who.ID && !blocked[[2]int64{who.ID, p.UserID}]
			}
			if mine {
				want = append(want, p.ID)
			}
		}
		for before := int64(0); ; {
			page, err := models.PostsVisibleTo(s.DB.Read, models.Viewer{ID: who.ID}).Feed(before, 7).Page(t.Context(), 7)
			must(t, err)
			if len(page) == 0 {
				break
			}
			for _, p := range page {
				got = append(got, p.ID)
			}
			before = got[len(got)-1]
		}
		if !slices.Equal(got, want) {
			t.Errorf("the feed of %s is\n%v\nwant\n%v", who.Username, got, want)
		}
	}
}

// Every list goes by an index, however many rows there are.
func TestListsOfPostsUseIndexes(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	hero, fan := s.Hero("nightheron"), s.Fan("wren")
	id := s.Say(hero, "Good night")
	who := models.Viewer{ID: fan.ID}
	if len(s.Scans(func(ctx context.Context, conn *gorm.DB) {
		_, err := db.Rows[models.Post](conn).Where("text = ?", "Good night").Find(ctx)
		must(t, err)
	})) == 0 {
		t.Error("a question without an index is not noticed")
	}
	for name, ask := range map[string]func(ctx context.Context, conn *gorm.DB) error{
		"feed": func(ctx context.Context, conn *gorm.DB) error {
			_, err := models.PostsVisibleTo(conn, who).Feed(0, 20).Page(ctx, 20)
			return err
		},
		"public": func(ctx context.Context, conn *gorm.DB) error {
			_, err := models.PostsVisibleTo(conn, who).Public().Before(1000).Page(ctx, 20)
			return err
		},
		"one member's": func(ctx context.Context, conn *gorm.DB) error {
			_, err := models.PostsVisibleTo(conn, who).By(hero.ID).Page(ctx, 20)
			return err
		},
		"comments": func(ctx context.Context, conn *gorm.DB) error {
			_, err := models.CommentsOf(ctx, conn, who, models.PostCard{Post: models.Post{ID: id}}, 0, 50)
			return err
		},
		"notifications": func(ctx context.Context, conn *gorm.DB) error {
			_, err := models.NotificationsOf(conn, fan.ID).Before(1000).Newest(ctx, 30)
			return err
		},
		"patrol": func(ctx context.Context, conn *gorm.DB) error {
			_, err := models.OnPatrol(ctx, conn, 6)
			return err
		},
	} {
		for _, scan := range s.Scans(func(ctx context.Context, conn *gorm.DB) { must(t, ask(ctx, conn)) }) {
			t.Errorf("%s: %s", name, scan)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
