package views_test

import (
	"net/url"
	"slices"
	"sync"
	"testing"

	"superbook/models"
	"superbook/site/sitetest"
)

func TestSameBytesOneAfterTheOther(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	hero, fan := s.Hero("nightheron"), s.Fan("wren")
	b := s.As(t, hero)
	file := sitetest.JPEG(t, sitetest.Picture(300, 200, 1))
	first := b.Submit(file, nil).Is(303).PhotoID()
	if again := b.Submit(file, url.Values{"alt": {"Other words"}}).Is(303).PhotoID(); again != first {
		t.Errorf("while it waits, the same bytes are photo %d, not %d", again, first)
	}
	if n := countJobs(t, s); n != 1 {
		t.Errorf("%d jobs for one photo", n)
	}
	s.Work()
	s.Settle()
	files := s.Kept()

	newer := readyPhoto(t, s, b, sitetest.JPEG(t, sitetest.Picture(300, 200, 2)))
	if s.Chosen(hero) != newer.ID {
		t.Fatal("the newer photo is not the profile photo")
	}
	var body struct{ State string }
	answer := b.JSON().Submit(file, nil).Is(202).Decode(&body)
	if again := answer.PhotoID(); again != first || body.State != "ready" {
		t.Errorf("when it is ready, the same bytes are photo %d, %s", again, body.State)
	}
	if s.Chosen(hero) != first {
		t.Error("a ready photo that is submitted again is not the profile photo")
	}

	others := readyPhoto(t, s, s.As(t, fan), file)
	if others.ID == first || others.Folder == s.Photo(first).Folder || others.UserID != fan.ID {
		t.Errorf("another member's same bytes are %+v", others)
	}
	if n, want := countJobs(t, s), int64(3); n != want {
		t.Errorf("%d jobs, want %d", n, want)
	}
	if got := len(s.Kept()); got != 3*len(files) {
		t.Errorf("%d files, want %d", got, 3*len(files))
	}
}

func TestSameBytesAtOnce(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	hero := s.Hero("nightheron")
	file := sitetest.JPEG(t, sitetest.Picture(300, 200, 1))
	ids := make([]int64, 10)
	var all sync.WaitGroup
	for i := range ids {
		b := s.As(t, hero)
		all.Go(func() {
			if answer := b.Submit(file, nil); answer.Status == 303 {
				ids[i] = answer.PhotoID()
			}
		})
	}
	all.Wait()
	if slices.Min(ids) == 0 || slices.Min(ids) != slices.Max(ids) {
		t.Errorf("ten at once became photos %v", ids)
	}
	if photos, jobs, files := s.Photos(), countJobs(t, s), s.Kept(); len(photos) != 1 || jobs != 1 || len(files) != 1 {
		t.Errorf("%d photos, %d jobs, files %q", len(photos), jobs, files)
	}
	s.Work()
	s.Settle()
	if p := s.Photos()[0]; p.State != models.Ready || len(s.Kept()) != 6 {
		t.Errorf("the photo is %s, with files %q", p.State, s.Kept())
	}
}

func TestFailedPhotoSubmittedAgainIsTriedAgain(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	hero := s.Hero("nightheron")
	b := s.As(t, hero)
	file := sitetest.JPEG(t, sitetest.Picture(300, 200, 1))
	id := b.Submit(file, nil).Is(303).PhotoID()
	s.Exec("UPDATE photos SET state = 'failed', failure = 'We dropped it.', progress = 40")
	s.Exec("DELETE FROM river_job")
	if again := b.Submit(file, nil).Is(303).PhotoID(); again != id {
		t.Errorf("tried again as photo %d, not %d", again, id)
	}
	if p := s.Photo(id); p.State != models.Queued || p.Failure != "" || p.Progress != 0 || countJobs(t, s) != 1 {
		t.Errorf("before the second try: %+v, %d jobs", p, countJobs(t, s))
	}
	s.Work()
	s.Settle()
	if p := s.Photo(id); p.State != models.Ready || s.Chosen(hero) != id || len(s.Kept()) != 6 {
		t.Errorf("after the second try: %+v, files %q", p, s.Kept())
	}
}

func TestOldProfilePhotoStaysUntilTheNewOneIsReady(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	old := sitetest.JPEG(t, sitetest.Picture(300, 200, 1))
	hero := s.Hero("nightheron")
	b := s.As(t, hero)
	oldID := b.Submit(old, nil).Is(303).PhotoID()
	s.Exec("UPDATE photos SET state = 'ready', version = '0123456789abcdef'")
	s.Exec("UPDATE profiles SET photo_id = ?", oldID)
	s.Exec("DELETE FROM river_job")
	reached, release := s.HoldPhotos()
	id := b.Submit(sitetest.JPEG(t, sitetest.Picture(300, 200, 2)), nil).Is(303).PhotoID()
	wantPortrait := func(when string, id int64) {
		t.Helper()
		p := s.Photo(id)
		address := s.Path("media", p.Folder, p.Version, "256.jpg")
		if b.Get("user", hero.Username).Is(200).HTML().Find(`main img[alt^="Portrait of"][src="`+address+`"]`).Length() == 0 {
			t.Errorf("%s the profile does not show photo %d", when, id)
		}
	}
	wantPortrait("while the new one waits", oldID)
	s.Work()
	<-reached
	wantPortrait("while the new one is worked on", oldID)
	release()
	s.Settle()
	wantPortrait("when it is ready", id)
}
