package views_test

import (
	"encoding/json"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"superbook/kit/db"
	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

// photoJSON is a photo as GET /photos/:id describes it to programs.
type photoJSON struct {
	ID                 int64
	State, Placeholder string
	Progress           int
	Variants           map[string]string
	Width, Height      int
	Alt, Error         string
	Crop               struct{ X, Y, Side float64 }
}

var photoKeys = []string{"alt", "crop", "error", "height", "id", "placeholder", "progress", "state", "variants", "width"}

// readPhoto asks for the photo as JSON, and checks that it has the keys that
// are documented and no other.
func readPhoto(t *testing.T, b *sitetest.Browser, id int64) (p photoJSON) {
	t.Helper()
	var keys map[string]json.RawMessage
	b.JSON().Get("photo", id).Is(200).Decode(&p).Decode(&keys)
	if got := slices.Sorted(maps.Keys(keys)); !slices.Equal(got, photoKeys) {
		t.Errorf("a %s photo has the keys %q, want %q", p.State, got, photoKeys)
	}
	return p
}

// readyPhoto submits a picture and waits until it is ready.
func readyPhoto(t *testing.T, s *sitetest.Site, b *sitetest.Browser, file []byte) models.Photo {
	t.Helper()
	id := b.Submit(file, nil).Is(303).PhotoID()
	s.Settle()
	p := s.Photo(id)
	if p.State != models.Ready {
		t.Fatalf("the photo is %s: %s", p.State, p.Failure)
	}
	return p
}

func countJobs(t *testing.T, s *sitetest.Site) int64 {
	t.Helper()
	n, err := db.Rows[models.Photo](s.DB.Read).Table("river_job").Where("kind = 'photo.process'").Count(t.Context(), "*")
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestSubmittedPhotoIsAnsweredBeforeTheWork(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	file := sitetest.JPEG(t, sitetest.Picture(300, 200, 1))
	b := s.As(t, s.Hero("nightheron"))
	answer := b.Submit(file, url.Values{"alt": {"A heron,  at night"}}).Is(303)
	p := s.Photo(answer.PhotoID())
	answer.GoesTo(s.Path("photo", p.ID))
	if p.State != models.Queued || p.Alt != "A heron, at night" || p.Width != 300 || p.Height != 200 || p.Format != "jpeg" {
		t.Errorf("the row says %+v", p)
	}
	if got := s.Kept(); !slices.Equal(got, []string{"files/" + tasks.Original(p.Folder)}) {
		t.Errorf("on the disk are %q", got)
	}
	kept, err := os.ReadFile(filepath.Join(s.Settings.DataDir, "media", "files", tasks.Original(p.Folder)))
	if err != nil || string(kept) != string(file) {
		t.Errorf("the original is not what was sent: %v", err)
	}
	if n := countJobs(t, s); n != 1 {
		t.Errorf("there are %d jobs", n)
	}
	b.Get("photo", p.ID).Is(200).Shows("Waiting for its turn", "A heron, at night", "300 × 200")
	b.Get("me.photos").Is(200).Shows("Waiting for its turn")
}

func TestSubmittedPhotoAnswersProgramsWithJSON(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	answer := s.As(t, s.Fan("wren")).JSON().Submit(sitetest.PNG(t, sitetest.Picture(64, 64, 1)), nil).Is(202)
	var body map[string]any
	answer.Decode(&body)
	id := answer.PhotoID()
	task := s.Path("task", int64(1))
	want := map[string]any{"id": float64(id), "state": "queued", "url": s.Path("photo", id), "task": task}
	if !maps.Equal(body, want) || answer.Header.Get("Location") != task || answer.Header.Get("Retry-After") != "1" {
		t.Errorf("answers %v and leads to %q, want %v", body, answer.Header.Get("Location"), want)
	}
}

// TestPhotoAndJobAreOne breaks the queue and, in the second case, the table of
// photos: whichever half fails, nothing of the other stays.
func TestPhotoAndJobAreOne(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ broken, mended string }{
		"the job cannot be added": {"ALTER TABLE river_job RENAME TO away", "ALTER TABLE away RENAME TO river_job"},
		"the row cannot be added": {"ALTER TABLE photos RENAME format TO away", "ALTER TABLE photos RENAME away TO format"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sitetest.New(t)
			b := s.As(t, s.Hero("nightheron"))
			s.Exec(c.broken)
			b.Submit(sitetest.JPEG(t, sitetest.Picture(30, 20, 1)), nil).Is(500).Hides("river_job", "no such", "exist")
			s.Exec(c.mended)
			if photos, jobs, files := s.Photos(), countJobs(t, s), s.Kept(); len(photos) > 0 || jobs > 0 || len(files) > 0 {
				t.Errorf("left behind: %v, %d jobs, files %q", photos, jobs, files)
			}
		})
	}
}

func TestPhotoJSONInEveryState(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	reached, release := s.HoldPhotos()
	b := s.As(t, s.Hero("nightheron"))
	id := b.Submit(sitetest.JPEG(t, sitetest.Picture(300, 200, 1)), url.Values{"alt": {"Quarters"}}).Is(303).PhotoID()
	if p := readPhoto(t, b, id); p.State != "queued" || p.Progress != 0 || len(p.Variants) != 0 || p.Error != "" || p.Alt != "Quarters" {
		t.Errorf("queued: %+v", p)
	}
	s.Work()
	<-reached
	if p := readPhoto(t, b, id); p.State != "processing" || p.Progress < 1 || p.Progress > 95 || len(p.Variants) != 0 {
		t.Errorf("processing: %+v", p)
	}
	b.Get("photo", id).Is(200).Shows("Cutting it to size")
	release()
	s.Settle()
	p := readPhoto(t, b, id)
	if names := slices.Sorted(maps.Keys(p.Variants)); !slices.Equal(names, []string{"128", "1280", "256", "512", "64"}) {
		t.Errorf("ready with the variants %q", names)
	}
	if p.State != "ready" || p.Progress != 100 || p.Width != 300 || p.Height != 200 || !strings.HasPrefix(p.Placeholder, "data:image/") {
		t.Errorf("ready: %+v", p)
	}
	bad := b.Submit(hostilePhoto(t, "garbage-data.png"), nil).Is(303).PhotoID()
	s.Settle()
	if p := readPhoto(t, b, bad); p.State != "failed" || len(p.Error) < 20 || len(p.Variants) != 0 {
		t.Errorf("failed: %+v", p)
	}
}

// hostilePhoto is one of the files that kit/photo is tested with.
func hostilePhoto(t *testing.T, name string) []byte {
	t.Helper()
	file, err := os.ReadFile(filepath.Join("..", "kit", "photo", "testdata", "hostile", name))
	if err != nil {
		t.Fatal(err)
	}
	return file
}
