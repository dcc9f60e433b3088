package site_test

import (
	"net/url"
	"slices"
	"testing"

	"superbook/kit/db"
	"superbook/models"
	"superbook/site"
	"superbook/site/demo"
	"superbook/site/sitetest"
)

func TestSeed(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	roster, err := demo.Roster()
	must(t, err)
	made, login, err := s.Seed(t.Context())
	must(t, err)
	if made != len(roster) || login != roster[0].Username {
		t.Errorf("made %d of %d members, the login is %s", made, len(roster), login)
	}
	s.Work()
	s.Settle()
	kinds, portraits := map[string]int{}, 0
	for _, m := range roster {
		kinds[m.Kind]++
		u, err := models.UserByUsername(t.Context(), s.DB.Read, m.Username)
		must(t, err)
		if m.Portrait == "" {
			continue
		}
		portraits++
		if id := s.Chosen(u); id == 0 {
			t.Errorf("%s has no portrait", m.Username)
		} else if p := s.Photo(id); p.State != models.Ready || p.Alt == "" || p.UserID != u.ID {
			t.Errorf("the portrait of %s is %+v", m.Username, p)
		}
	}
	if kinds["hero"] < 24 || kinds["fan"] < 12 || portraits < 36 || len(submitted(s.Photos())) != portraits {
		t.Errorf("there are %v with %d portraits, and %d photos", kinds, portraits, len(submitted(s.Photos())))
	}

	leader, err := models.MembersIn(s.DB.Read).Named(login).Take(t.Context())
	must(t, err)
	if leader.Following < 10 || leader.Following > 20 || leader.Followers < 20 || leader.Followers > 30 {
		t.Errorf("%s follows %d and is followed by %d", login, leader.Following, leader.Followers)
	}
	follows, err := db.Rows[models.Follow](s.DB.Read).Count(t.Context(), "*")
	must(t, err)

	files, photos := len(s.Kept()), len(s.Photos())
	if made, _, err := s.Seed(t.Context()); err != nil || made != 0 {
		t.Errorf("the second time makes %d members, %v", made, err)
	}
	s.Settle()
	if again, err := db.Rows[models.Follow](s.DB.Read).Count(t.Context(), "*"); err != nil || again != follows {
		t.Errorf("there are %d follows, and %d after the second time, %v", follows, again, err)
	}
	members, err := db.Rows[models.User](s.DB.Read).Count(t.Context(), "*")
	must(t, err)
	first, err := models.UserByUsername(t.Context(), s.DB.Read, login)
	must(t, err)
	if n, err := models.ImportantDatesIn(s.DB.Read).By(first.ID).Count(t.Context(), "*"); err != nil || n != 5 || !first.VIP {
		t.Errorf("%s has %d dates, VIP: %t, %v", login, n, first.VIP, err)
	}
	if int(members) != len(roster) || len(s.Photos()) != photos || len(s.Kept()) != files {
		t.Errorf("after the second time there are %d members, %d photos, %d files", members, len(s.Photos()), len(s.Kept()))
	}
}

// submitted leaves out the pictures that came with posts.
func submitted(photos []models.Photo) []models.Photo {
	return slices.DeleteFunc(slices.Clone(photos), func(p models.Photo) bool { return p.Attached })
}

// TestSeedGoesOnWhereItEnded covers a start that was broken off.
func TestSeedGoesOnWhereItEnded(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	roster, err := demo.Roster()
	must(t, err)
	s.Member(roster[3].Username, models.Profile{Kind: models.Fan, Bio: "I was here first."})
	made, _, err := s.Seed(t.Context())
	if must(t, err); made != len(roster)-1 {
		t.Errorf("made %d members, want all of %d but one", made, len(roster))
	}
	s.As(t, models.User{}).Get("user", roster[3].Username).Is(200).Shows("I was here first.")
}

func TestDemoLogin(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	_, login, err := s.Seed(t.Context())
	must(t, err)
	roster, err := demo.Roster()
	must(t, err)
	b := s.As(t, models.User{})
	b.Post("login", url.Values{"username": {login}, "password": {site.DemoPassword}}).Is(303)
	b.Get("me.photos").Is(200).Shows("Your photos")
	for _, m := range roster[1:] {
		if m.Staff {
			continue
		}
		for _, password := range []string{site.DemoPassword, ""} {
			s.As(t, models.User{}).Post("login", url.Values{"username": {m.Username}, "password": {password}}).Is(422)
		}
		break // one is like the other; more would be too many tries
	}
}
