package models_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/models"
	"superbook/site/sitetest"
)

func tx(t *testing.T, s *sitetest.Site, fn func(ctx context.Context, tx *gorm.DB) error) error {
	t.Helper()
	return s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return fn(t.Context(), tx) })
}

func follow(t *testing.T, s *sitetest.Site, follower, followee models.User) (isNew bool, told []int64, err error) {
	t.Helper()
	err = tx(t, s, func(ctx context.Context, tx *gorm.DB) (err error) {
		isNew, told, err = models.CreateFollow(ctx, tx, follower.ID, followee.ID)
		return err
	})
	return isNew, told, err
}

func block(t *testing.T, s *sitetest.Site, a, b models.User) error {
	t.Helper()
	return tx(t, s, func(ctx context.Context, tx *gorm.DB) error { return models.CreateBlock(ctx, tx, a.ID, b.ID) })
}

func unblock(t *testing.T, s *sitetest.Site, a, b models.User) error {
	t.Helper()
	return tx(t, s, func(ctx context.Context, tx *gorm.DB) error { return models.DeleteBlock(ctx, tx, a.ID, b.ID) })
}

// counted checks that the counters of members say what the rows say.
func counted(t *testing.T, s *sitetest.Site, users ...models.User) {
	t.Helper()
	for _, u := range users {
		c, err := models.CountsOf(t.Context(), s.DB.Read, []int64{u.ID})
		must(t, err)
		followers, err := db.Rows[models.Follow](s.DB.Read).Where("followee_id = ?", u.ID).Count(t.Context(), "*")
		must(t, err)
		following, err := db.Rows[models.Follow](s.DB.Read).Where("follower_id = ?", u.ID).Count(t.Context(), "*")
		must(t, err)
		if c[0].Followers != int(followers) || c[0].Following != int(following) {
			t.Errorf("%s counts %d and %d, but has %d followers and follows %d", u.Username, c[0].Followers, c[0].Following, followers, following)
		}
	}
}

// atOnce runs n functions at the same time and gives their errors.
func atOnce(n int, fn func(i int) error) []error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = fn(i) })
	}
	wg.Wait()
	return errs
}

func TestFollowingFiftyTimesAtOnceIsFollowingOnce(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	hero, fan := s.Hero("nightheron"), s.Fan("wren")
	var mu sync.Mutex
	news, told := 0, 0
	for _, err := range atOnce(50, func(int) error {
		isNew, who, err := follow(t, s, fan, hero)
		mu.Lock()
		defer mu.Unlock()
		if isNew {
			news++
		}
		told += len(who)
		return err
	}) {
		must(t, err)
	}
	if news != 1 || told != 1 {
		t.Errorf("it was new %d times, and %d were told", news, told)
	}
	counted(t, s, hero, fan)
	ended := 0
	for _, err := range atOnce(50, func(int) error {
		return tx(t, s, func(ctx context.Context, tx *gorm.DB) error {
			was, err := models.DeleteFollow(ctx, tx, fan.ID, hero.ID)
			mu.Lock()
			defer mu.Unlock()
			if was {
				ended++
			}
			return err
		})
	}) {
		must(t, err)
	}
	if ended != 1 {
		t.Errorf("it ended %d times", ended)
	}
	counted(t, s, hero, fan)
	if isNew, told, err := follow(t, s, fan, hero); err != nil || !isNew || len(told) != 0 {
		t.Errorf("following again: %v, tells %v, %v; nobody should be told twice", isNew, told, err)
	}
}

func TestFiftyFollowOneAndEachOther(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	hero := s.Hero("nightheron")
	fans := make([]models.User, 50)
	for i := range fans {
		fans[i] = s.Fan(fmt.Sprintf("fan%02d", i))
	}
	for _, err := range atOnce(150, func(i int) error {
		a, b := fans[i%50], fans[(i+1)%50]
		switch i / 50 {
		case 0:
			b = hero
		case 1:
			a, b = b, a
		}
		_, _, err := follow(t, s, a, b)
		return err
	}) {
		must(t, err)
	}
	counted(t, s, append(fans, hero)...)
	c, _ := models.CountsOf(t.Context(), s.DB.Read, []int64{hero.ID})
	if c[0].Followers != 50 {
		t.Errorf("%d follow the hero", c[0].Followers)
	}
}

// Whatever comes first, in the end those who do not see each other do not
// follow each other, and nothing waits for ever.
func TestBlocksAndFollowsAtOnce(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	for round := range 10 {
		a, b := s.Hero(fmt.Sprintf("hero%d", round)), s.Fan(fmt.Sprintf("fan%d", round))
		for i, err := range atOnce(8, func(i int) error {
			switch i % 4 {
			case 0:
				return block(t, s, a, b)
			case 1:
				return block(t, s, b, a)
			case 2:
				_, _, err := follow(t, s, a, b)
				return err
			}
			_, _, err := follow(t, s, b, a)
			return err
		}) {
			if err != nil && (i%4 < 2 || !errors.Is(err, gorm.ErrRecordNotFound) && !strings.Contains(err.Error(), "no such member")) {
				t.Fatal(err)
			}
		}
		n, err := db.Rows[models.Follow](s.DB.Read).Where("follower_id IN ?", []int64{a.ID, b.ID}).Count(t.Context(), "*")
		must(t, err)
		if n != 0 {
			t.Errorf("round %d: %d follow although they do not see each other", round, n)
		}
		counted(t, s, a, b)
	}
}

func TestWhoUnblocksIsNotSeenByWhoStillBlocks(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	a, b := s.Hero("nightheron"), s.Fan("wren")
	for what, c := range map[string]struct {
		do     []func() error
		hidden bool
		listed [2]int // whom a and b find on their lists
	}{
		"one blocks":              {[]func() error{func() error { return block(t, s, a, b) }}, true, [2]int{1, 0}},
		"twice":                   {[]func() error{func() error { return block(t, s, a, b) }, func() error { return block(t, s, a, b) }}, true, [2]int{1, 0}},
		"both":                    {[]func() error{func() error { return block(t, s, a, b) }, func() error { return block(t, s, b, a) }}, true, [2]int{1, 1}},
		"both, one takes it back": {[]func() error{func() error { return block(t, s, a, b) }, func() error { return block(t, s, b, a) }, func() error { return unblock(t, s, a, b) }}, true, [2]int{0, 1}},
		"the other takes it back": {[]func() error{func() error { return block(t, s, a, b) }, func() error { return unblock(t, s, b, a) }}, true, [2]int{1, 0}},
		"taken back":              {[]func() error{func() error { return block(t, s, a, b) }, func() error { return unblock(t, s, a, b) }}, false, [2]int{}},
	} {
		s.Exec("DELETE FROM blocks")
		for _, step := range c.do {
			must(t, step())
		}
		for i, who := range []models.User{a, b} {
			other := []models.User{b, a}[i]
			hidden, err := models.Blocked(t.Context(), s.DB.Read, who.ID, other.ID)
			must(t, err)
			list, err := models.BlockedBy(t.Context(), s.DB.Read, who.ID, 0, 10)
			must(t, err)
			viewer, err := models.ViewerByID(t.Context(), s.DB.Read, who.ID)
			must(t, err)
			if hidden != c.hidden || viewer.Blocks != c.hidden || len(list) != c.listed[i] {
				t.Errorf("%s: from %s hidden is %v (%v), and %d are on the list", what, who.Username, hidden, viewer.Blocks, len(list))
			}
		}
	}
	if err := block(t, s, a, a); err == nil {
		t.Error("somebody blocks themselves")
	}
	if _, _, err := follow(t, s, a, models.User{ID: 4711}); err == nil {
		t.Error("somebody follows nobody")
	}
}

func TestListsOfPeopleUseAnIndex(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	u := s.Hero("nightheron")
	who := models.Viewer{ID: u.ID}
	for what, ask := range map[string]func(ctx context.Context, conn *gorm.DB) error{
		"followers": func(ctx context.Context, conn *gorm.DB) error {
			_, err := models.FollowersOf(ctx, conn, who, u.ID, 9, 5)
			return err
		},
		"following": func(ctx context.Context, conn *gorm.DB) error {
			_, err := models.FollowedBy(ctx, conn, who, u.ID, 9, 5)
			return err
		},
		"blocked": func(ctx context.Context, conn *gorm.DB) error {
			_, err := models.BlockedBy(ctx, conn, u.ID, 9, 5)
			return err
		},
		"on patrol": func(ctx context.Context, conn *gorm.DB) error { _, err := models.OnPatrol(ctx, conn, 5); return err },
		"who left": func(ctx context.Context, conn *gorm.DB) error {
			_, err := models.LeftBetween(ctx, conn, time.Now().Add(-time.Hour), time.Now())
			return err
		},
		"notifications": func(ctx context.Context, conn *gorm.DB) error {
			_, err := models.NotificationsOf(conn, u.ID).Before(9).Newest(ctx, 5)
			return err
		},
		"unseen": func(ctx context.Context, conn *gorm.DB) error { _, err := models.Unseen(ctx, conn, u.ID); return err },
		"unseen of a post": func(ctx context.Context, conn *gorm.DB) error {
			_, err := models.UnseenAbout(ctx, conn, u.ID, models.About{PostID: 1})
			return err
		},
		"suggestions": func(ctx context.Context, conn *gorm.DB) error {
			_, err := models.MembersIn(conn).VisibleTo(who).Except(u.ID).Beginning("n").MostFollowed().Faces(ctx, 8)
			return err
		},
		"a profile": func(ctx context.Context, conn *gorm.DB) error {
			_, err := models.MembersIn(conn).VisibleTo(who).Named("nightheron").TakeFor(ctx, who)
			return err
		},
		"heroes without the hidden": func(ctx context.Context, conn *gorm.DB) error {
			_, err := models.MembersIn(conn).VisibleTo(who).Of(models.Hero).Newest().Page(ctx, 0, 24)
			return err
		},
	} {
		for _, scan := range s.Scans(func(ctx context.Context, conn *gorm.DB) { must(t, ask(ctx, conn)) }) {
			t.Errorf("%s: %s", what, scan)
		}
	}
}

func TestPresence(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	a, b := s.Hero("nightheron"), s.Fan("wren")
	arrive := func(ids ...int64) (came []int64) {
		t.Helper()
		must(t, tx(t, s, func(ctx context.Context, tx *gorm.DB) (err error) {
			came, err = models.Arrive(ctx, tx, ids)
			return err
		}))
		return came
	}
	here := func() (names []string) {
		t.Helper()
		faces, err := models.OnPatrol(t.Context(), s.DB.Read, 10)
		must(t, err)
		for _, f := range faces {
			names = append(names, f.Username)
		}
		slices.Sort(names)
		return names
	}
	if came := arrive(a.ID, b.ID, 4711); !slices.Equal(came, []int64{a.ID, b.ID, 4711}) {
		t.Errorf("%v came", came)
	}
	if came := arrive(a.ID); came != nil {
		t.Errorf("%v came although they were here", came)
	}
	if got := here(); !slices.Equal(got, []string{"nightheron", "wren"}) {
		t.Errorf("%v are here", got)
	}
	ago := time.Now().UTC().Add(-models.PatrolFor - time.Second)
	s.Exec("UPDATE presences SET seen_at = ? WHERE user_id = ?", ago, b.ID)
	if got := here(); !slices.Equal(got, []string{"nightheron"}) {
		t.Errorf("%v are here", got)
	}
	now := time.Now().UTC()
	for since, want := range map[time.Duration]int{-time.Minute: 1, -100 * time.Millisecond: 0} {
		left, err := models.LeftBetween(t.Context(), s.DB.Read, now.Add(since), now)
		must(t, err)
		if len(left) != want {
			t.Errorf("%v left since %v", left, since)
		}
	}
	if came := arrive(b.ID); !slices.Equal(came, []int64{b.ID}) {
		t.Errorf("%v came", came)
	}
}

func TestBeginning(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	roster(s)
	heron, err := models.UserByUsername(t.Context(), s.DB.Read, "nightheron")
	must(t, err)
	wren, err := models.UserByUsername(t.Context(), s.DB.Read, "wren")
	must(t, err)
	_, _, err = follow(t, s, wren, heron)
	must(t, err)
	for letters, want := range map[string][]string{
		"n": {"nightheron"}, "NIGHT H": {"nightheron"}, "nighth": {"nightheron"}, "heron": nil, "fog": nil, "Ноч": {"ночь"},
		"copper.b": {"copper.bolt"}, "w": {"wren"}, "%": nil, "zz": nil, "É": {"étoile"},
	} {
		faces, err := models.MembersIn(s.DB.Read).Beginning(letters).MostFollowed().Faces(t.Context(), 8)
		must(t, err)
		var got []string
		for _, f := range faces {
			got = append(got, f.Username)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q begins %v, want %v", letters, got, want)
		}
	}
}
