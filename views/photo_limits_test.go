package views_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/models"
	"superbook/site/sitetest"
)

func TestSoManyPhotosAndNoMore(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	hero := s.Hero("nightheron")
	err := s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
		for i := range 99 {
			p := models.Photo{UserID: hero.ID, Folder: fmt.Sprintf("%032x", i), SHA256: fmt.Sprint(i)}
			if err := models.CreatePhoto(t.Context(), tx, &p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	b := s.As(t, hero)
	submit := func(seed int) *sitetest.Answer {
		return b.Upload("me.photos", "photo", "me.jpg", "image/jpeg", sitetest.JPEG(t, sitetest.Picture(30, 20, seed)), url.Values{"alt": {"a roof"}})
	}
	submit(1).Is(303)
	refused := submit(2).Is(422).Shows("Delete one, then submit this one.")
	if got := refused.Value("alt"); got != "a roof" {
		t.Errorf("the description that was typed became %q", got)
	}
}

// Cutting anew is as much work as a new photo: both take of one limit.
func TestCropsAreSlowedDown(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Work()
	c := new(clock)
	s.Views.Limits.PhotosByAccount = c.allow(3)
	hero := s.Hero("nightheron")
	b := s.As(t, hero)
	p := readyPhoto(t, s, b, sitetest.JPEG(t, sitetest.Picture(30, 20, 1)))
	for _, side := range []string{"80", "70"} {
		b.Post("photo.crop", crop("0", "0", side), p.ID).Is(303)
	}
	b.Post("photo.crop", crop("0", "0", "60"), p.ID).Is(429)
	s.As(t, hero).Post("photo.crop", crop("0", "0", "60"), p.ID).Is(429)
	if now := s.Photo(p.ID); now.CropSide != 7000 {
		t.Errorf("the crop is %+v", now.Crop())
	}
	c.goesOn(time.Minute)
	b.Post("photo.crop", crop("0", "0", "60"), p.ID).Is(303)
	s.Settle()
}

// A refused description stands beside its own photo, as it was typed.
func TestRefusedDescription(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Work()
	hero := s.Hero("nightheron")
	b := s.As(t, hero)
	p := readyPhoto(t, s, b, sitetest.JPEG(t, sitetest.Picture(30, 20, 1)))
	readyPhoto(t, s, b, sitetest.JPEG(t, sitetest.Picture(30, 20, 2)))
	long := strings.Repeat("é", 301)
	page := b.Post("photo.alt", url.Values{"alt": {long}}, p.ID).Is(422).Shows("Keep the description to 300 characters.").HTML()
	field := page.Find(fmt.Sprintf("#alt-%d", p.ID))
	if field.Text() != long || field.AttrOr("aria-invalid", "") != "true" || field.Closest("details[open]").Length() != 1 {
		t.Errorf("the field is %q, in a %d open box", field.Text(), field.Closest("details[open]").Length())
	}
	if n := page.Find("[aria-invalid=true]").Length(); n != 1 {
		t.Errorf("%d fields are marked as wrong", n)
	}
	b.JSON().Post("photo.alt", url.Values{"alt": {long}}, p.ID).Is(422).Shows("300 characters")
	s.As(t, s.Hero("other")).Post("photo.alt", url.Values{"alt": {long}}, p.ID).Is(404)
}
