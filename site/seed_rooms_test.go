package site_test

import (
	"testing"
	"unicode/utf8"

	"superbook/kit/db"
	"superbook/models"
	"superbook/site/demo"
	"superbook/site/sitetest"
)

func TestSeededRooms(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	_, login, err := s.Seed(t.Context())
	must(t, err)
	rooms, err := demo.Rooms()
	must(t, err)
	said := 0
	for _, r := range rooms {
		said += len(r.Messages)
		for _, m := range r.Messages {
			if n := utf8.RuneCountInString(m[1]); n == 0 || n > 1000 {
				t.Errorf("%s says %d characters in %q", m[0], n, r.Name)
			}
		}
	}
	counts := func() (n [2]int64) {
		n[0], err = db.Rows[models.Room](s.DB.Read).Count(t.Context(), "*")
		must(t, err)
		n[1], err = db.Rows[models.Message](s.DB.Read).Count(t.Context(), "*")
		must(t, err)
		return n
	}
	if got := counts(); got != [2]int64{int64(len(rooms)), int64(said)} {
		t.Errorf("%v rooms and messages, want %d and %d", got, len(rooms), said)
	}
	hero, err := models.UserByUsername(t.Context(), s.DB.Read, login)
	must(t, err)
	cards, err := models.RoomsOf(t.Context(), s.DB.Read, hero.ID, 100)
	must(t, err)
	direct, private, unread := 0, 0, 0
	for _, c := range cards {
		switch {
		case c.IsDirect():
			direct++
		case c.Private:
			private++
		}
		if c.Unread > 0 {
			unread++
		}
	}
	who, err := models.ViewerByID(t.Context(), s.DB.Read, hero.ID)
	must(t, err)
	if len(cards) != 5 || direct != 2 || private != 1 || who.UnreadRooms != unread || unread == 0 {
		t.Errorf("%s has %d rooms, %d direct, %d private, %d or %d unread", login, len(cards), direct, private, unread, who.UnreadRooms)
	}
	before := counts()
	_, _, err = s.Seed(t.Context())
	must(t, err)
	if got := counts(); got != before {
		t.Errorf("the second time makes of %v %v", before, got)
	}
}
