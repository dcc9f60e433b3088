package site_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm"

	"superbook/kit/photo"
	"superbook/models"
	"superbook/site"
	"superbook/site/sitetest"
	"superbook/tasks"
)

// older is a site with ready photos that an older pipeline has made, one of them
// attached to a post that waits.
func older(t *testing.T, n int) (*sitetest.Site, []models.Photo) {
	t.Helper()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	s.Work()
	for i := range n - 1 {
		b.Submit(sitetest.JPEG(t, sitetest.Picture(60, 40, i)), nil).Is(303)
	}
	b.Upload("attachment.new", "file", "a.jpg", "image/jpeg", sitetest.JPEG(t, sitetest.Picture(60, 40, n)), nil)
	s.Settle()
	photos := s.Photos()
	if len(photos) != n || !photos[n-1].Attached {
		t.Fatalf("there are %+v", photos)
	}
	for _, p := range photos {
		old := fmt.Sprintf("%016d", p.ID)
		folder := filepath.Join(s.Settings.DataDir, "media", "files", "variants", p.Folder)
		if p.Attached {
			folder = filepath.Join(s.Settings.DataDir, "media", "files", "attached", p.Folder)
		}
		must(t, os.Rename(filepath.Join(folder, p.Version), filepath.Join(folder, old)))
		s.Exec("UPDATE photos SET version = ?, pipeline = ? WHERE id = ?", old, photo.Pipeline-1, p.ID)
	}
	return s, s.Photos()
}

func fast() site.Reprocess { return site.Reprocess{Workers: 1} }

// wantAllAnew checks that each photo is today's, and nothing else of it changed.
func wantAllAnew(t *testing.T, s *sitetest.Site, before []models.Photo) {
	t.Helper()
	kept := s.Kept()
	for i, p := range s.Photos() {
		want := before[i]
		want.Version, want.Pipeline, want.VersionAt, want.UpdatedAt = want.Key(), photo.Pipeline, p.VersionAt, p.UpdatedAt
		if p != want {
			t.Errorf("photo %d is %+v, want %+v", p.ID, p, want)
		}
		size := tasks.Variant
		if p.Attached {
			size = tasks.AttachedSize
		}
		for _, name := range photo.VariantNames() {
			if !slices.Contains(kept, "files/"+size(p.Folder, p.Version, name)) || !slices.Contains(kept, "files/"+size(p.Folder, before[i].Version, name)) {
				t.Errorf("photo %d has not both versions in size %s", p.ID, name)
			}
		}
	}
}

func TestReprocessCutsOldPhotosAnew(t *testing.T) {
	t.Parallel()
	s, before := older(t, 4)
	var out strings.Builder
	must(t, s.Reprocess(t.Context(), fast(), &out, &out))
	if !strings.Contains(out.String(), "4 of 4 photos are cut anew") {
		t.Errorf("says %q", &out)
	}
	wantAllAnew(t, s, before)
	after := s.Photos()
	out.Reset()
	must(t, s.Reprocess(t.Context(), fast(), &out, &out))
	if !strings.Contains(out.String(), "0 of 0") || !slices.Equal(s.Photos(), after) {
		t.Errorf("a second time: %q", &out)
	}
	must(t, s.Reprocess(t.Context(), site.Reprocess{All: true, Workers: 3}, &out, &out))
	if !strings.Contains(out.String(), "4 of 4 photos are cut anew") {
		t.Errorf("all of them: %q", &out)
	}
	wantAllAnew(t, s, before)
}

// TestReprocessGoesOn cancels the run after the second photo, in a run of all.
func TestReprocessGoesOn(t *testing.T) {
	t.Parallel()
	s, before := older(t, 6)
	must(t, s.Reprocess(t.Context(), fast(), io.Discard, io.Discard))
	ctx, cancel := context.WithCancel(t.Context())
	marked, done := false, 0
	must(t, s.DB.Write.Callback().Update().After("*").Register("count", func(g *gorm.DB) {
		if p, ok := g.Statement.Dest.(models.Photo); ok && p.State == models.Ready {
			if done++; done == 3 { // the third is written, and not committed
				marked = true
				cancel()
			}
		}
	}))
	var out strings.Builder
	err := s.Reprocess(ctx, site.Reprocess{All: true, Workers: 1}, &out, &out)
	if !errors.Is(err, context.Canceled) || !marked || !strings.Contains(out.String(), "2 of 6 photos are cut anew. Go on with") {
		t.Fatalf("interrupted: %v, %q", err, &out)
	}
	must(t, s.DB.Write.Callback().Update().Remove("count"))
	left := []int64{}
	for _, p := range s.Photos() {
		if !p.Current() {
			left = append(left, p.ID)
		}
	}
	if len(left) != 4 {
		t.Errorf("left are %v", left)
	}
	out.Reset()
	must(t, s.Reprocess(t.Context(), fast(), &out, &out))
	if !strings.Contains(out.String(), "4 of 4") {
		t.Errorf("goes on with %q", &out)
	}
	wantAllAnew(t, s, before)
}

func TestReprocessNamesWhatItCannotCut(t *testing.T) {
	t.Parallel()
	s, before := older(t, 4)
	lost := before[1]
	away := filepath.Join(s.Settings.DataDir, "media", "files", tasks.Original(lost.Folder))
	must(t, os.Rename(away, away+"-away"))
	var out strings.Builder
	err := s.Reprocess(t.Context(), fast(), &out, &out)
	if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("photos %d", lost.ID)) || !strings.Contains(out.String(), "3 of 4 photos") {
		t.Errorf("says %v, %q", err, &out)
	}
	if now := s.Photo(lost.ID); now.Version != lost.Version || now.State != models.Ready || now.Failure != "" || now.Pipeline != lost.Pipeline {
		t.Errorf("the photo that cannot be cut is %+v", now)
	}
	must(t, os.Rename(away+"-away", away))
	must(t, s.Reprocess(t.Context(), fast(), &out, &out))
	wantAllAnew(t, s, before)
}

func TestTwoRunsAtOnceDoNoHarm(t *testing.T) {
	t.Parallel()
	s, before := older(t, 5)
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			if err := s.Reprocess(t.Context(), site.Reprocess{Workers: 2}, io.Discard, io.Discard); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	wantAllAnew(t, s, before)
}
