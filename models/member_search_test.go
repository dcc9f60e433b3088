package models_test

import (
	"fmt"
	"slices"
	"testing"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/models"
	"superbook/site/sitetest"
)

func best(s *sitetest.Site, t *testing.T, who models.User, query string, n int) (names []string) {
	t.Helper()
	found, err := models.MembersIn(s.DB.Read).VisibleTo(models.Viewer{ID: who.ID}).Best(t.Context(), query, n)
	if err != nil {
		t.Fatalf("%q: %v", query, err)
	}
	for _, m := range found {
		names = append(names, m.Username)
	}
	return names
}

func TestBestMembersComeFirst(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	member := func(kind models.Kind, username, name string, followers int, powers ...string) models.User {
		u := s.Member(username, models.Profile{Kind: kind, Name: name, Powers: powers})
		s.Exec("UPDATE profiles SET followers = ? WHERE user_id = ?", followers, u.ID)
		return u
	}
	member(models.Fan, "fog", "Somebody", 0)
	member(models.Hero, "bell", "Fog Bell", 3)
	member(models.Hero, "foghorn", "Horn", 5)
	member(models.Fan, "fogfan", "Fog Fan", 90)
	member(models.Hero, "heron", "Night Heron", 1000, "Fog craft")
	member(models.Hero, "orebro", "Örebro", 1)
	member(models.Hero, "tokyo", "東京の鳥", 1)
	blocked := member(models.Fan, "other", "Other", 0)
	heron, err := models.UserByUsername(t.Context(), s.DB.Read, "heron")
	if err != nil {
		t.Fatal(err)
	}
	inTx(s, t, func(tx *gorm.DB) error { return models.CreateBlock(t.Context(), tx, heron.ID, blocked.ID) })
	fog := []string{"fog", "foghorn", "bell", "fogfan", "heron"}
	for name, c := range map[string]struct {
		query string
		who   models.User
		n     int
		want  []string
	}{
		"so called, beginning so, heroes, followers": {"FOG", models.User{}, 10, fog},
		"with the sign of a name":                    {"@fog", models.User{}, 10, fog},
		"the first ones":                             {"fog", models.User{}, 3, fog[:3]},
		"only one":                                   {"fog", models.User{}, 1, fog[:1]},
		"who is blocked is not there":                {"fog", blocked, 10, fog[:4]},
		"two words":                                  {"night her", models.User{}, 10, []string{"heron"}},
		"accents left out":                           {"orebro", models.User{}, 10, []string{"orebro"}},
		"two letters of a name without spaces":       {"京の", models.User{}, 10, []string{"tokyo"}},
		"nobody":                                     {"zzz", models.User{}, 10, nil},
		"a sign":                                     {"@", models.User{}, 10, nil},
		"signs":                                      {"%'\"", models.User{}, 10, nil},
		"nothing":                                    {"", models.User{}, 10, nil},
	} {
		if got := best(s, t, c.who, c.query, c.n); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

// When nearly everybody fits, the order is the same as when few do.
func TestBestOfManyMembers(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Member("zz", models.Profile{Kind: models.Hero, Name: "Power"})
	inTx(s, t, func(tx *gorm.DB) error {
		const n = 10_050
		users, profiles, words := make([]models.User, n), make([]models.Profile, n), make([]models.ProfileWord, n)
		for i := range n {
			id, name := int64(100+i), fmt.Sprintf("member%d", i)
			users[i] = models.User{ID: id, Username: name, UsernameKey: name, EmailKey: name}
			profiles[i] = models.Profile{UserID: id, Kind: models.Hero, Name: name, NameKey: name, Followers: i}
			words[i] = models.ProfileWord{Word: "power", UserID: id}
		}
		if err := db.Rows[models.User](tx).CreateInBatches(t.Context(), &users, 500); err != nil {
			return err
		}
		if err := db.Rows[models.Profile](tx).CreateInBatches(t.Context(), &profiles, 500); err != nil {
			return err
		}
		return db.Rows[models.ProfileWord](tx).CreateInBatches(t.Context(), &words, 500)
	})
	if got, want := best(s, t, models.User{}, "power", 3), []string{"zz", "member10049", "member10048"}; !slices.Equal(got, want) {
		t.Errorf("of those with the power came %v, want %v", got, want)
	}
	if got, want := best(s, t, models.User{}, "member", 2), []string{"member10049", "member10048"}; !slices.Equal(got, want) {
		t.Errorf("of those with the name came %v, want %v", got, want)
	}
}
