package views_test

import (
	"strings"
	"testing"

	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

func TestWhoSeesAPhoto(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	owner := s.Hero("nightheron")
	cast := map[string]models.User{"owner": owner, "staff": s.Staff(), "stranger": s.Fan("wren"), "anonymous": {}}
	photos := map[models.State]int64{}
	b := s.As(t, owner)
	for n, state := range []models.State{models.Queued, models.Processing, models.Failed, models.Ready} {
		photos[state] = b.Submit(sitetest.JPEG(t, sitetest.Picture(30, 20, n)), nil).Is(303).PhotoID()
		s.Exec("UPDATE photos SET state = ?, version = '0123456789abcdef', alt = 'SECRET' WHERE id = ?", state, photos[state])
	}
	srv := s.Server()
	for name, user := range cast {
		for state, id := range photos {
			t.Run(name+" looks at a "+string(state)+" photo", func(t *testing.T) {
				b := s.As(t, user)
				if name == "owner" || name == "staff" || state == models.Ready {
					b.Get("photo", id).Is(200).Shows("SECRET")
					if p := readPhoto(t, b, id); p.ID != id || p.State != string(state) {
						t.Errorf("as JSON: %+v", p)
					}
					b.Follow(srv, liveOn(id), "").Close()
					return
				}
				b.Get("photo", id).Is(404).Hides("SECRET")
				b.JSON().Get("photo", id).Is(404).Hides("SECRET")
				b.Visit(liveOn(id)).Is(404)
				both := b.Follow(srv, liveOn(photos[models.Ready])+","+tasks.PhotoTopic(id), "")
				s.Live.Publish(tasks.PhotoTopic(id), "SECRET")
				s.Live.Publish(tasks.PhotoTopic(photos[models.Ready]), "for all")
				if e := both.Next(); e.Data != "for all" {
					t.Errorf("of a photo that is hidden came %q", e.Data)
				}
			})
		}
	}
	for _, address := range []string{"/photos/999", "/photos/0", "/photos/-1", "/photos/x", "/photos/1x", "/photos/9223372036854775808"} {
		b.Visit(address).Is(404)
	}
}

// What went wrong with a new square concerns the owner alone; the photo itself
// is for all.
func TestWhoReadsWhyARecutFailed(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	owner := s.Hero("nightheron")
	id := s.As(t, owner).Submit(sitetest.JPEG(t, sitetest.Picture(30, 20, 1)), nil).Is(303).PhotoID()
	s.Exec("UPDATE photos SET state = 'ready', progress = 100, version = '0123456789abcdef', failure = 'SECRET'")
	if html, err := s.Pages.Fragment("photo_status", s.Photo(id)); err != nil || strings.Contains(html, "SECRET") {
		t.Errorf("to everybody is pushed\n%s, %v", html, err)
	}
	staff := s.Staff()
	for name, user := range map[string]models.User{"staff": staff, "stranger": s.Fan("wren"), "anonymous": {}} {
		b := s.As(t, user)
		b.Get("photo", id).Is(200).Hides("SECRET", "could not be cut")
		if p := readPhoto(t, b, id); p.Error != "" {
			t.Errorf("%s is told %q", name, p.Error)
		}
	}
	b := s.As(t, owner)
	b.Get("photo", id).Is(200).Shows("The new square could not be cut, and the old one stays. SECRET")
	if p := readPhoto(t, b, id); p.Error != "SECRET" {
		t.Errorf("the owner is told %q", p.Error)
	}
	s.Exec("UPDATE photos SET progress = 0")
	b.Get("photo", id).Is(200).Hides("SECRET")
	s.Exec("UPDATE photos SET state = 'failed', progress = 100")
	b.Get("photo", id).Is(200).Shows("SECRET")
	if p := readPhoto(t, s.As(t, staff), id); p.Error != "" {
		t.Errorf("of a failed photo staff are told %q", p.Error)
	}
}

func TestPhotosPageShowsOnlyOnesOwn(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b, other := s.As(t, s.Hero("nightheron")), s.As(t, s.Fan("wren"))
	id := b.Submit(sitetest.JPEG(t, sitetest.Picture(30, 20, 1)), nil).Is(303).PhotoID()
	link := `a[href="` + s.Path("photo", id) + `"]`
	if b.Get("me.photos").Is(200).HTML().Find(link).Length() == 0 {
		t.Error("the owner's page has no link to the photo")
	}
	if other.Get("me.photos").Is(200).Shows("No photos yet").HTML().Find(link).Length() != 0 {
		t.Error("another member's page has the photo")
	}
	s.As(t, models.User{}).Get("me.photos").Is(303).GoesTo("/accounts/login?next=%2Fusers%2Fme%2Fphotos")
}
