package tasks_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/kit/photo"
	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

func TestFewVersionsAreKept(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	p := submitted(t, s)
	s.Work()
	s.Settle(tasks.ProcessPhoto{}.Kind())
	shown := []string{s.Photo(p.ID).Version}
	for side := 4000; side <= 9000; side += 1000 {
		recrop(t, s, p.ID, photo.Crop{Side: side})
		s.Settle(tasks.ProcessPhoto{}.Kind())
		shown = append(shown, s.Photo(p.ID).Version)
	}
	want := slices.Sorted(slices.Values(shown[len(shown)-4:]))
	if got := versions(s, p); !slices.Equal(got, want) {
		t.Errorf("versions %q are left, want the last four %q", got, want)
	}
	for _, version := range want {
		p.Version = version
		wantWhole(t, s, p)
	}
}

// The one before stays, however many are newer.
func TestVersionBeforeIsKept(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	p := cutOnce(t, s)
	for _, size := range photo.VariantNames() {
		put(t, s, "files/"+tasks.Variant(p.Folder, p.Version, size), 48*time.Hour)
		for i, half := range []string{"aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb", "cccccccccccccccc"} {
			put(t, s, "files/"+tasks.Variant(p.Folder, half, size), time.Duration(3-i)*time.Hour)
		}
	}
	recrop(t, s, p.ID, photo.Crop{Side: 5000})
	s.Settle(tasks.ProcessPhoto{}.Kind())
	now := s.Photo(p.ID)
	want := slices.Sorted(slices.Values([]string{p.Version, now.Version, "bbbbbbbbbbbbbbbb", "cccccccccccccccc"}))
	if got := versions(s, p); !slices.Equal(got, want) {
		t.Errorf("versions %q are left, want %q", got, want)
	}
	wantWhole(t, s, p)
	wantWhole(t, s, now)
}

// What was cut goes before it is shown, as a sweep can make it: it is cut again.
func TestLostWhileItIsCutAnew(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	p := cutOnce(t, s)
	crop := photo.Crop{Side: 5000}
	key := photo.Key(p.SHA256, crop)
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
		_, err := models.SetCrop(t.Context(), tx, p.ID, crop)
		return err
	}))
	var once sync.Once
	lost := false
	must(t, s.DB.Write.Callback().Query().Before("*").Register("lose", func(g *gorm.DB) {
		if slices.Contains(versions(s, p), key) {
			once.Do(func() { lost = s.Files.RemoveAll(tasks.Variant(p.Folder, key, "64")) == nil })
		}
	}))
	if done, err := tasks.Recut(t.Context(), s.Tasks, p.ID); err != nil || !done || !lost {
		t.Fatalf("cut: %v, %v; lost: %v", done, err, lost)
	}
	if now := s.Photo(p.ID); now.Version != key || !now.Current() {
		t.Errorf("the photo is %+v", now)
	}
	wantWhole(t, s, s.Photo(p.ID))
}
