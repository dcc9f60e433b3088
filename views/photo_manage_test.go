package views_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"superbook/models"
	"superbook/site/sitetest"
)

func TestOnlyTheOwnerChangesAPhoto(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Work()
	owner := s.Hero("nightheron")
	p := readyPhoto(t, s, s.As(t, owner), sitetest.JPEG(t, sitetest.Picture(30, 20, 1)))
	files := len(s.Kept())
	for name, c := range map[string]struct {
		user   models.User
		status int
	}{"a stranger": {s.Fan("wren"), 404}, "staff": {s.Staff(), 404}, "anonymous": {models.User{}, 303}} {
		t.Run(name, func(t *testing.T) {
			b := s.As(t, c.user)
			for _, action := range []string{"photo.choose", "photo.alt", "photo.delete"} {
				answer := b.Post(action, url.Values{"alt": {"mine now"}}, p.ID).Is(c.status)
				if c.status == 303 {
					answer.GoesTo("/accounts/login")
				}
			}
			b.Get("photo.delete", p.ID).Is(c.status)
			if now := s.Photo(p.ID); now != p || s.Chosen(owner) != p.ID || len(s.Kept()) != files {
				t.Errorf("the photo is %+v now", now)
			}
		})
	}
}

func TestChoose(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Work()
	hero := s.Hero("nightheron")
	b := s.As(t, hero)
	first := readyPhoto(t, s, b, sitetest.JPEG(t, sitetest.Picture(30, 20, 1)))
	second := readyPhoto(t, s, b, sitetest.JPEG(t, sitetest.Picture(30, 20, 2)))
	if s.Chosen(hero) != second.ID {
		t.Fatal("the newest is not chosen by itself")
	}
	b.Post("photo.choose", nil, first.ID).Is(303).GoesTo(s.Path("me.photos"))
	b.Get("me.photos").Is(200).Shows("That is your profile photo now.")
	if s.Chosen(hero) != first.ID {
		t.Error("the other one is not chosen")
	}
	for _, state := range []models.State{models.Queued, models.Processing, models.Failed} {
		s.Exec("UPDATE photos SET state = ? WHERE id = ?", state, second.ID)
		b.Post("photo.choose", nil, second.ID).Is(409).Shows("not ready yet")
		if s.Chosen(hero) != first.ID {
			t.Errorf("a %s photo is the profile photo", state)
		}
	}
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Work()
	b := s.As(t, s.Hero("nightheron"))
	id := readyPhoto(t, s, b, sitetest.JPEG(t, sitetest.Picture(30, 20, 1))).ID
	b.Post("photo.alt", url.Values{"alt": {"  A <heron>\nat night "}}, id).Is(303).GoesTo(s.Path("me.photos"))
	b.Get("me.photos").Is(200).Shows("The description is saved.", "A <heron> at night").Hides("<heron>\nat")
	if alt := b.Get("photo", id).HTML().Find(".panel-pic img[width]").AttrOr("alt", ""); alt != "A <heron> at night" {
		t.Errorf("the picture says %q", alt)
	}
	b.Post("photo.alt", url.Values{"alt": {strings.Repeat("é", 301)}}, id).Is(422).Shows("Keep the description to 300 characters.")
	if alt := s.Photo(id).Alt; alt != "A <heron> at night" {
		t.Errorf("a refused description is kept: %q", alt)
	}
	b.Post("photo.alt", url.Values{"alt": {""}}, id).Is(303)
	if alt := s.Photo(id).Alt; alt != "" {
		t.Errorf("the description cannot be taken away: %q", alt)
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Work()
	hero := s.Hero("nightheron")
	b := s.As(t, hero)
	var photos []models.Photo
	for n := range 3 {
		photos = append(photos, readyPhoto(t, s, b, sitetest.JPEG(t, sitetest.Picture(30, 20, n))))
	}
	b.Get("photo.delete", photos[0].ID).Is(200).Shows("Delete this photo?")
	b.Post("photo.choose", nil, photos[0].ID).Is(303)
	for i, wantChosen := range []int64{photos[2].ID, photos[2].ID, 0} { // the first, the second, the third goes
		b.Post("photo.delete", nil, photos[i].ID).Is(303).GoesTo(s.Path("me.photos"))
		b.Get("me.photos").Is(200).Shows("The photo is deleted.")
		b.Get("photo", photos[i].ID).Is(404)
		if got := s.Chosen(hero); got != wantChosen {
			t.Errorf("after photo %d has gone the profile photo is %d, want %d", photos[i].ID, got, wantChosen)
		}
		if files := fmt.Sprint(s.Kept()); strings.Contains(files, photos[i].Folder) || len(s.Kept()) != 6*(2-i) {
			t.Errorf("after photo %d has gone there are %s", photos[i].ID, files)
		}
	}
	if b.Get("user", hero.Username).Is(200).HTML().Find("main svg.initials").Length() == 0 {
		t.Error("who has no photo has no initials")
	}
	b.Post("photo.delete", nil, photos[0].ID).Is(404)
}

func TestDeleteWhileProcessing(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	reached, release := s.HoldPhotos()
	hero := s.Hero("nightheron")
	b := s.As(t, hero)
	id := b.Submit(sitetest.JPEG(t, sitetest.Picture(300, 200, 1)), nil).Is(303).PhotoID()
	s.Work()
	<-reached
	b.Post("photo.delete", nil, id).Is(303)
	release()
	s.Settle()
	if files := s.Kept(); len(files) > 0 || len(s.Photos()) > 0 || s.Chosen(hero) != 0 {
		t.Errorf("there are still photos %v, files %q", s.Photos(), files)
	}
	var ended []struct {
		State  string
		Errors int
	}
	s.DB.Read.Raw("SELECT state, CASE WHEN errors IS NULL THEN 0 ELSE 1 END AS errors FROM river_job WHERE kind = 'photo.process'").Scan(&ended)
	if fmt.Sprint(ended) != "[{completed 0}]" {
		t.Errorf("the job ended as %v", ended)
	}
}
