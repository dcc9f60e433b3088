package views_test

import (
	"net/url"
	"sync"
	"testing"

	"superbook/kit/photo"
	"superbook/models"
	"superbook/site/sitetest"
)

// crop are the fields of a form, in percent.
func crop(x, y, side string) url.Values {
	return url.Values{"crop_x": {x}, "crop_y": {y}, "crop_side": {side}}
}

func TestChooseThePartThatShows(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Work()
	b := s.As(t, s.Hero("nightheron"))
	p := readyPhoto(t, s, b, sitetest.JPEG(t, sitetest.Picture(300, 200, 1)))
	for _, page := range []*sitetest.Answer{b.Get("photo", p.ID).Is(200), b.Get("me.photos").Is(200)} {
		if page.HTML().Find(`a[href="`+s.Path("photo.crop", p.ID)+`"]`).Length() != 1 {
			t.Error("no link leads to the form")
		}
	}
	form := b.Get("photo.crop", p.ID).Is(200).Shows("Choose the part that shows")
	doc := form.HTML()
	if doc.Find(`[data-crop-image][src$="/1280.jpg"][width="300"][height="200"], fieldset[data-crop] label + input[type=number][step="0.01"]`).Length() != 4 {
		t.Errorf("the form is\n%s", form.Body)
	}
	if x, y, side := form.Value("crop_x"), form.Value("crop_y"), form.Value("crop_side"); x != "16.66" || y != "0" || side != "100" {
		t.Errorf("the middle is shown as %s %s %s", x, y, side)
	}

	reached, release := s.HoldPhotos()
	b.Post("photo.crop", crop("12.5", "0", "80"), p.ID).Is(303).GoesTo(s.Path("photo", p.ID))
	<-reached
	b.Get("photo", p.ID).Is(200).Shows("Cutting the new square", "Live")
	if now := readPhoto(t, b, p.ID); now.State != "ready" || now.Variants["512"] != s.Path("media", p.Folder, p.Version, "512.jpg") || now.Crop.X != 12.5 {
		t.Errorf("while it is cut: %+v", now)
	}
	b.Get("photo.crop", p.ID).Is(200).Shows("the new one is being cut")
	release()
	s.Settle()
	now := readPhoto(t, b, p.ID)
	if want := s.Path("media", p.Folder, photo.Key(p.SHA256, photo.Crop{X: 1250, Side: 8000}), "512.jpg"); now.Variants["512"] != want || now.Crop.X != 12.5 || now.Crop.Side != 80 {
		t.Errorf("when it is cut: %+v, want %s", now, want)
	}
	fetchVariant(t, s, now.Variants["512"])
	fetchVariant(t, s, s.Path("media", p.Folder, p.Version, "512.jpg")) // for pages that are open
	form = b.Get("photo.crop", p.ID).Is(200)
	if x, side := form.Value("crop_x"), form.Value("crop_side"); x != "12.5" || side != "80" {
		t.Errorf("the crop is shown as %s %s", x, side)
	}

	reset := crop("12.5", "0", "80")
	reset.Set("reset", "middle")
	b.Post("photo.crop", reset, p.ID).Is(303)
	s.Settle()
	if back := s.Photo(p.ID); back.Crop() != (photo.Crop{}) || back.Version != p.Version || !back.Current() {
		t.Errorf("back in the middle: %+v", back)
	}
}

func TestRefusedCropsLoseNothing(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Work()
	b := s.As(t, s.Hero("nightheron"))
	file := sitetest.JPEG(t, sitetest.Picture(300, 200, 1))
	p := readyPhoto(t, s, b, file)
	jobs, other := countJobs(t, s), sitetest.JPEG(t, sitetest.Picture(300, 200, 2))
	for name, c := range map[string]struct {
		form  url.Values
		words string
	}{
		"too small":           {crop("10", "10", "12"), "would be a blur"},
		"past the right edge": {crop("60", "0", "80"), "Use at most 46.67"},
		"no numbers":          {crop("left", "0", "80"), "Write a number from 0 to 100"},
		"one is missing":      {crop("10", "", "80"), "Fill in all three"},
	} {
		t.Run(name, func(t *testing.T) {
			b := b.In(t)
			upload := url.Values{"alt": {"A heron"}}
			for k, v := range c.form {
				upload[k] = v
			}
			for where, page := range map[string]*sitetest.Answer{"on its page": b.Post("photo.crop", c.form, p.ID), "with the picture": b.Submit(other, upload)} {
				page.Is(422).Shows(c.words)
				for field, typed := range c.form {
					if got := page.Value(field); got != typed[0] {
						t.Errorf("%s: %s is %q, want what was typed: %q", where, field, got, typed[0])
					}
				}
				if where == "with the picture" && page.HTML().Find("details[open] fieldset[data-crop]").Length() != 1 {
					t.Error("what is wrong is hidden")
				}
			}
			var problem struct{ Errors map[string]string }
			if b.JSON().Post("photo.crop", c.form, p.ID).Is(422).Decode(&problem); len(problem.Errors) == 0 {
				t.Error("programs are not told which field is wrong")
			}
			if now := s.Photo(p.ID); now != p || countJobs(t, s) != jobs || len(s.Photos()) != 1 {
				t.Errorf("the photo is %+v, %d jobs, %d photos", now, countJobs(t, s), len(s.Photos()))
			}
		})
	}
}

func TestWhoMayCrop(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Work()
	owner := s.Hero("nightheron")
	b := s.As(t, owner)
	p := readyPhoto(t, s, b, sitetest.JPEG(t, sitetest.Picture(300, 200, 1)))
	for name, c := range map[string]struct {
		user   models.User
		status int
	}{"a stranger": {s.Fan("wren"), 404}, "staff": {s.Staff(), 404}, "anonymous": {models.User{}, 303}} {
		t.Run(name, func(t *testing.T) {
			b := s.As(t, c.user)
			b.Get("photo.crop", p.ID).Is(c.status)
			b.Post("photo.crop", crop("0", "0", "50"), p.ID).Is(c.status)
			b.Post("photo.crop", crop("0", "0", "1"), p.ID).Is(c.status) // what is wrong tells nothing either
		})
	}
	b.Get("photo.crop", p.ID+1).Is(404)
	b.Post("photo.crop", crop("0", "0", "50"), p.ID+1).Is(404)
	b.Visit("/photos/x/crop").Is(404)
	if now := s.Photo(p.ID); now != p {
		t.Errorf("the photo is %+v", now)
	}
	for _, state := range []models.State{models.Queued, models.Processing, models.Failed} {
		s.Exec("UPDATE photos SET state = ?", state)
		b.Get("photo.crop", p.ID).Is(409).Shows("not ready yet")
		b.Post("photo.crop", crop("0", "0", "50"), p.ID).Is(409)
	}
	s.Exec("UPDATE photos SET state = 'ready', attached = TRUE")
	b.Get("photo.crop", p.ID).Is(404)
	b.Post("photo.crop", crop("0", "0", "50"), p.ID).Is(404)
	if now := s.Photo(p.ID); now.Crop() != (photo.Crop{}) || now.Version != p.Version {
		t.Errorf("the photo is %+v", now)
	}
}

func TestCropsAtOnce(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Work()
	b := s.As(t, s.Hero("nightheron"))
	p := readyPhoto(t, s, b, sitetest.JPEG(t, sitetest.Picture(300, 200, 1)))
	jobs := countJobs(t, s)
	_, release := s.HoldPhotos() // so that none is done before the last has come
	var all sync.WaitGroup
	for range 8 {
		b := b.Fresh()
		all.Go(func() { b.Post("photo.crop", crop("10", "10", "80"), p.ID).Is(303) })
	}
	all.Wait()
	if n := countJobs(t, s) - jobs; n != 1 {
		t.Errorf("the same crop eight times makes %d jobs", n)
	}
	release()
	s.Settle()
	sides := []string{"20", "30", "40", "50", "60", "70", "80", "90"}
	for _, side := range sides {
		b := b.Fresh()
		all.Go(func() { b.Post("photo.crop", crop("0", "0", side), p.ID).Is(303) })
	}
	all.Wait()
	s.Settle()
	now := s.Photo(p.ID)
	if now.CropSide%1000 != 0 || now.CropX != 0 || !now.Current() || now.Cutting() || now.Failure != "" {
		t.Errorf("of eight crops came %+v", now)
	}
	fetchVariant(t, s, s.Path("media", now.Folder, now.Version, "64.jpg"))
}

func TestSubmittedWithACrop(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	hero := s.Hero("nightheron")
	b := s.As(t, hero)
	file := sitetest.JPEG(t, sitetest.Picture(300, 200, 1))
	submit := func(form url.Values) models.Photo { return s.Photo(b.Submit(file, form).Is(303).PhotoID()) }
	p := submit(crop("10", "5", "50"))
	if p.Crop() != (photo.Crop{X: 1000, Y: 500, Side: 5000}) {
		t.Errorf("the row has %+v", p.Crop())
	}
	if again := submit(crop("20", "5", "50")); again.ID != p.ID || again.CropX != 2000 || countJobs(t, s) != 1 {
		t.Errorf("while it waits, with another crop: %+v, %d jobs", again, countJobs(t, s))
	}
	s.Work()
	s.Settle()
	if p = s.Photo(p.ID); !p.Current() || p.CropX != 2000 {
		t.Errorf("ready: %+v", p)
	}
	for name, c := range map[string]struct {
		form url.Values
		want photo.Crop
		jobs int64
	}{
		"none":       {nil, p.Crop(), 1},
		"the same":   {crop("20", "5", "50"), p.Crop(), 1},
		"another":    {crop("30", "5", "50"), photo.Crop{X: 3000, Y: 500, Side: 5000}, 2},
		"the middle": {crop("16.66", "0", "100"), photo.Crop{}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			s := sitetest.New(t)
			b := s.As(t, s.Hero("nightheron"))
			s.Work()
			id := b.Submit(file, crop("20", "5", "50")).Is(303).PhotoID()
			s.Settle()
			if again := b.Submit(file, c.form).Is(303).PhotoID(); again != id {
				t.Errorf("became photo %d, not %d", again, id)
			}
			s.Settle()
			if now := s.Photo(id); now.Crop() != c.want || !now.Current() || countJobs(t, s) != c.jobs {
				t.Errorf("%+v, %d jobs", now, countJobs(t, s))
			}
		})
	}
}

// The picture came before its form, which then is one without files.
func TestSubmittedOutOfAnUploadWithACrop(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	fields := crop("10", "5", "50")
	fields.Set("alt", "A heron")
	fields.Set("upload", b.Resumable("a.jpg", "image/jpeg", sitetest.JPEG(t, sitetest.Picture(300, 200, 1))))
	fields.Set("crop_x", "99")
	page := b.Post("me.photos", fields).Is(422).Shows("passes the right edge")
	for _, field := range []string{"crop_x", "crop_y", "crop_side", "alt"} {
		if got := page.Value(field); got != fields.Get(field) {
			t.Errorf("%s is %q, want what was typed: %q", field, got, fields.Get(field))
		}
	}
	fields.Set("crop_x", "10")
	if p := s.Photo(b.Post("me.photos", fields).Is(303).PhotoID()); p.Crop() != (photo.Crop{X: 1000, Y: 500, Side: 5000}) || p.Alt != "A heron" {
		t.Errorf("the row is %+v", p)
	}
}

func TestFailedPhotoIsTriedAgainWithItsCrop(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	file := sitetest.JPEG(t, sitetest.Picture(300, 200, 1))
	id := b.Submit(file, nil).Is(303).PhotoID()
	s.Exec("UPDATE photos SET state = 'failed', failure = 'We dropped it.', progress = 40")
	s.Exec("DELETE FROM river_job")
	b.Submit(file, crop("20", "5", "50")).Is(303)
	s.Work()
	s.Settle()
	if p := s.Photo(id); !p.Current() || p.CropX != 2000 || countJobs(t, s) != 1 {
		t.Errorf("is %+v, %d jobs", p, countJobs(t, s))
	}
}
