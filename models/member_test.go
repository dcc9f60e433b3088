package models_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/models"
	"superbook/site/sitetest"
)

// roster makes a few members that the questions below can tell apart.
func roster(s *sitetest.Site) {
	hero := func(username, name, origin string, powers ...string) {
		s.Member(username, models.Profile{Kind: models.Hero, Name: name, Origin: origin, Powers: powers})
	}
	hero("nightheron", "Night Heron", "Port Sable", "Silent flight", "Fog craft")
	hero("copper.bolt", "Copper Bolt", "Brasswick", "Electricity", "Flight")
	hero("étoile", "Étoile du Soir", "Port Sable", "Light craft")
	hero("ночь", "Ночная Сова", "", "Fog craft")
	s.Member("wren", models.Profile{Kind: models.Fan, Name: "Wren", Origin: "Port Sable", Address: "1 Quay"})
}

func TestMembers(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	roster(s)
	all := models.MembersIn(s.DB.Read)
	heroes := all.Of(models.Hero)
	for name, c := range map[string]struct {
		q    models.Members
		want []string
	}{
		"everybody, by number":              {all, []string{"nightheron", "copper.bolt", "étoile", "ночь", "wren"}},
		"heroes, newest first":              {heroes.Newest(), []string{"ночь", "étoile", "copper.bolt", "nightheron"}},
		"heroes, by name":                   {heroes.ByName(), []string{"copper.bolt", "nightheron", "étoile", "ночь"}},
		"a prefix of a name":                {all.Matching("nig"), []string{"nightheron"}},
		"a prefix of a later word":          {all.Matching("HER"), []string{"nightheron"}},
		"a prefix of a power":               {all.Matching("fli"), []string{"nightheron", "copper.bolt"}},
		"two words, both must fit":          {all.Matching("fog her"), []string{"nightheron"}},
		"two words of different people":     {all.Matching("fog copper"), nil},
		"a whole username with signs":       {all.Matching("copper.bolt"), []string{"copper.bolt"}},
		"letters of another script":         {all.Matching("НОЧ"), []string{"ночь"}},
		"an accent is a letter of its own":  {all.Matching("étoile"), []string{"étoile"}},
		"the middle of a word is no prefix": {all.Matching("eron"), nil},
		"signs of LIKE mean nothing":        {all.Matching("%_"), nil},
		"a power":                           {all.With("fog-craft"), []string{"nightheron", "ночь"}},
		"a power that nobody has":           {all.With("tax-law"), nil},
		"an origin":                         {heroes.From("port-sable"), []string{"nightheron", "étoile"}},
		"an origin and a power":             {heroes.From("port-sable").With("fog-craft"), []string{"nightheron"}},
		"a name in another case":            {all.Named("NightHeron"), []string{"nightheron"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := c.q.Page(t.Context(), 0, 100)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, m := range got {
				names = append(names, m.Username)
			}
			if !slices.Equal(names, c.want) {
				t.Errorf("got %v, want %v", names, c.want)
			}
			if n, err := c.q.CountUpTo(t.Context(), 100); err != nil || n != len(c.want) {
				t.Errorf("counted %d (%v), want %d", n, err, len(c.want))
			}
		})
	}
}

func TestQuestionsDoNotLeakIntoEachOther(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	roster(s)
	heroes := models.MembersIn(s.DB.Read).Of(models.Hero)
	fog, bolt := heroes.Matching("fog"), heroes.Named("copper.bolt")
	for want, q := range map[int]models.Members{4: heroes, 2: fog, 1: bolt} {
		if n, err := q.CountUpTo(t.Context(), 10); err != nil || n != want {
			t.Errorf("counted %d (%v), want %d", n, err, want)
		}
	}
	if n, _ := heroes.CountUpTo(t.Context(), 3); n != 3 {
		t.Errorf("counted %d, although only three were to be counted", n)
	}
}

func TestPagesMeetEverybodyOnce(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	for i := range 23 {
		s.Member(fmt.Sprintf("hero%02d", i), models.Profile{Kind: models.Hero, Name: "The Same Name"})
	}
	for name, q := range map[string]models.Members{
		"newest": models.MembersIn(s.DB.Read).Newest(), "name": models.MembersIn(s.DB.Read).ByName(),
	} {
		seen := map[string]int{}
		for offset := 0; ; offset += 5 {
			page, err := q.Page(t.Context(), offset, 5)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			for _, m := range page {
				seen[m.Username]++
			}
		}
		if len(seen) != 23 {
			t.Errorf("%s: met %d members, want 23", name, len(seen))
		}
		for who, times := range seen {
			if times != 1 {
				t.Errorf("%s: met %s %d times", name, who, times)
			}
		}
	}
}

// The counts beside powers and origins stay right whatever a profile becomes.
func TestHeroesAreCounted(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	u := s.Hero("nightheron") // Port Sable, Fog craft
	s.Hero("ember")           // the same
	save := func(p models.Profile) {
		t.Helper()
		if err := s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return models.SaveProfile(t.Context(), tx, u, p) }); err != nil {
			t.Fatal(err)
		}
	}
	count := func(power, origin int) {
		t.Helper()
		var p models.Power
		var o models.Origin
		s.DB.Read.Where("slug = ?", "fog-craft").Take(&p)
		s.DB.Read.Where("slug = ?", "port-sable").Take(&o)
		if p.Heroes != power || o.Heroes != origin {
			t.Errorf("power has %d heroes, origin %d; want %d and %d", p.Heroes, o.Heroes, power, origin)
		}
	}
	count(2, 2)
	save(models.Profile{Kind: models.Hero, Name: "N", Origin: "port sable", Powers: []string{"FOG craft", "fog-craft", "New one"}})
	count(2, 2)
	save(models.Profile{Kind: models.Fan, Name: "N", Origin: "Port Sable", Powers: []string{"Fog craft"}})
	count(1, 1)
	save(models.Profile{Kind: models.Hero, Name: "N", Origin: "Elsewhere"})
	count(1, 1)
	save(models.Profile{Kind: models.Hero, Name: "N", Origin: "Port Sable", Powers: []string{"Fog craft"}})
	count(2, 2)
}

func TestOneNameGoesToOneOfMany(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	var wg sync.WaitGroup
	results := make([]error, 12)
	for i := range results {
		wg.Go(func() {
			name := []string{"NightHeron", "nightheron", "NIGHTHERON"}[i%3]
			results[i] = s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
				_, err := models.CreateUser(t.Context(), tx, models.User{Username: name}, models.Profile{Kind: models.Hero})
				return err
			})
		})
	}
	wg.Wait()
	made := 0
	for _, err := range results {
		if err == nil {
			made++
		} else if err != models.ErrUsernameTaken {
			t.Errorf("got %v, want ErrUsernameTaken", err)
		}
	}
	if made != 1 {
		t.Errorf("%d accounts were made", made)
	}
}

func TestAge(t *testing.T) {
	t.Parallel()
	day := func(s string) time.Time { d, _ := time.Parse(time.DateOnly, s); return d }
	for name, c := range map[string]struct {
		born, on string
		years    int
		ok       bool
	}{
		"the day before the birthday": {"1990-05-10", "2020-05-09", 29, true},
		"the birthday":                {"1990-05-10", "2020-05-10", 30, true},
		"born today":                  {"2020-05-10", "2020-05-10", 0, true},
		"born on a leap day":          {"2004-02-29", "2023-02-28", 18, true},
		"a leap day, in March":        {"2004-02-29", "2023-03-01", 19, true},
		"not known":                   {"", "2020-05-10", 0, false},
		"to be born":                  {"2021-01-01", "2020-05-10", 0, false},
	} {
		if years, ok := models.Age(c.born, day(c.on)); years != c.years || ok != c.ok {
			t.Errorf("%s: %d %v, want %d %v", name, years, ok, c.years, c.ok)
		}
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ a, b string }{
		"case":               {"NightHeron", "nightheron"},
		"sharp s":            {"Strauß", "STRAUSS"},
		"composed accents":   {"E\u0301toile", "Étoile"},
		"full-width letters": {"Ｂｏｌｔ", "bolt"},
		"final sigma":        {"ΟΔΟΣ", "οδος"},
	} {
		if models.Key(c.a) != models.Key(c.b) {
			t.Errorf("%s: %q and %q have different keys", name, c.a, c.b)
		}
	}
	if got := models.Slug("  Low-light  Sight! "); got != "low-light-sight" {
		t.Errorf("slug is %q", got)
	}
}

// What a list shows of a member is kept by this key: whatever is shown must change it.
func TestCacheKeyChangesWithWhatIsShown(t *testing.T) {
	t.Parallel()
	base := func() models.Member {
		return models.Member{ID: 7, Username: "heron", Name: "Heron", Kind: models.Hero, Origin: "Port", Powers: []models.Power{{Name: "Fog"}},
			Portrait: models.Portrait{Folder: "f", Version: "v", Alt: "a"}}
	}
	seen := map[string]string{base().CacheKey(): "nothing"}
	for what, change := range map[string]func(*models.Member){
		"number": func(m *models.Member) { m.ID = 8 }, "username": func(m *models.Member) { m.Username = "egret" },
		"name": func(m *models.Member) { m.Name = "Egret" }, "kind": func(m *models.Member) { m.Kind = models.Fan },
		"origin": func(m *models.Member) { m.Origin = "Quay" }, "powers": func(m *models.Member) { m.Powers[0].Name = "Rain" },
		"no powers": func(m *models.Member) { m.Powers = nil }, "folder": func(m *models.Member) { m.Portrait.Folder = "g" },
		"version": func(m *models.Member) { m.Portrait.Version = "w" }, "alt": func(m *models.Member) { m.Portrait.Alt = "b" },
	} {
		m := base()
		change(&m)
		if other, taken := seen[m.CacheKey()]; taken {
			t.Errorf("changing the %s gives the key of changing the %s", what, other)
		}
		seen[m.CacheKey()] = what
	}
}
