package tasks_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/kit/photo"
	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

// cutOnce is a ready photo whose variants have another name than today's, as
// those of an older pipeline do.
func cutOnce(t *testing.T, s *sitetest.Site) models.Photo {
	t.Helper()
	p := submitted(t, s)
	s.Work()
	s.Settle(tasks.ProcessPhoto{}.Kind())
	const old = "0123456789abcdef"
	p = s.Photo(p.ID)
	if !p.Current() || p.Pipeline != photo.Pipeline || p.Version != photo.Key(p.SHA256, photo.Crop{}) {
		t.Fatalf("the photo is %+v", p)
	}
	folder := filepath.Join(s.Settings.DataDir, "media", "files", "variants", p.Folder)
	must(t, os.Rename(filepath.Join(folder, p.Version), filepath.Join(folder, old)))
	s.Exec("UPDATE photos SET version = ?, pipeline = ?", old, photo.Pipeline-1)
	return s.Photo(p.ID)
}

// recrop sets a crop as the view does.
func recrop(t *testing.T, s *sitetest.Site, id int64, c photo.Crop) (recut bool) {
	t.Helper()
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) (err error) {
		if recut, err = models.SetCrop(t.Context(), tx, id, c); err != nil || !recut {
			return err
		}
		return s.Jobs.Add(t.Context(), tx, tasks.ProcessPhoto{PhotoID: id, Quiet: true})
	}))
	return recut
}

func versions(s *sitetest.Site, p models.Photo) (all []string) {
	for _, name := range s.Kept() {
		if rest, ok := strings.CutPrefix(name, "files/variants/"+p.Folder+"/"); ok {
			version, _, _ := strings.Cut(rest, "/")
			all = append(all, version)
		}
	}
	return slices.Compact(all)
}

// wantWhole checks that what the row shows is there in every size.
func wantWhole(t *testing.T, s *sitetest.Site, p models.Photo) {
	t.Helper()
	for _, size := range photo.VariantNames() {
		if !slices.Contains(s.Kept(), "files/"+tasks.Variant(p.Folder, p.Version, size)) {
			t.Errorf("version %s has no size %s", p.Version, size)
		}
	}
}

func TestOldVariantsShowUntilTheNewOnesAreThere(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	p := cutOnce(t, s)
	reached, release := s.HoldPhotos()
	crop := photo.Crop{X: 1000, Y: 500, Side: 5000}
	if !recrop(t, s, p.ID, crop) {
		t.Fatal("another crop is no reason to cut anew")
	}
	<-reached
	if now := s.Photo(p.ID); now.State != models.Ready || !now.Cutting() || now.Version != p.Version || now.Placeholder != p.Placeholder || now.Crop() != crop {
		t.Errorf("while it is cut anew: %+v", now)
	}
	wantWhole(t, s, p)
	release()
	s.Settle(tasks.ProcessPhoto{}.Kind())
	now := s.Photo(p.ID)
	if !now.Current() || now.Cutting() || now.Version != photo.Key(p.SHA256, crop) || now.Pipeline != photo.Pipeline || now.State != models.Ready {
		t.Errorf("when it is cut: %+v", now)
	}
	wantWhole(t, s, p)
	wantWhole(t, s, now)
	if recrop(t, s, p.ID, crop) {
		t.Error("the same crop is a reason to cut anew")
	}
}

// The job is at its half when the crop changes: what is shown in the end is the
// last, and what was cut for the first was never shown.
func TestCropChangesWhileItIsCut(t *testing.T) {
	t.Parallel()
	first, last := photo.Crop{X: 100, Y: 100, Side: 5000}, photo.Crop{X: 200, Y: 200, Side: 5000}
	for name, was := range map[string]models.State{"of a ready photo": models.Ready, "of one that was never ready": models.Queued} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sitetest.New(t)
			var p models.Photo
			var reached <-chan struct{}
			var release func()
			if was == models.Ready {
				p = cutOnce(t, s)
				reached, release = s.HoldPhotos()
				recrop(t, s, p.ID, first)
			} else {
				p = submitted(t, s)
				reached, release = s.HoldPhotos()
				s.Work()
			}
			watchVersions(t, s)
			<-reached
			if recut := recrop(t, s, p.ID, last); recut != (was == models.Ready) {
				t.Errorf("another job: %v", recut)
			}
			release()
			s.Settle(tasks.ProcessPhoto{}.Kind())
			now := s.Photo(p.ID)
			if !now.Current() || now.Version != photo.Key(p.SHA256, last) {
				t.Errorf("the photo is %+v", now)
			}
			wantWhole(t, s, now)
			var shown []string
			must(t, s.DB.Read.Raw("SELECT version FROM shown").Scan(&shown).Error)
			if slices.Contains(shown, photo.Key(p.SHA256, first)) || slices.Contains(shown, photo.Key(p.SHA256, photo.Crop{})) {
				t.Errorf("a crop that nobody wants any more was shown: %q", shown)
			}
		})
	}
}

// watchVersions has the database itself write down every version that is shown.
func watchVersions(t *testing.T, s *sitetest.Site) {
	t.Helper()
	s.Exec("CREATE TABLE shown (version TEXT)")
	if s.DB.Dialect == db.Postgres {
		s.Exec("CREATE FUNCTION note_shown() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO shown VALUES (NEW.version); RETURN NEW; END'")
		s.Exec("CREATE TRIGGER note_shown AFTER UPDATE OF version ON photos FOR EACH ROW EXECUTE FUNCTION note_shown()")
		return
	}
	s.Exec("CREATE TRIGGER note_shown AFTER UPDATE OF version ON photos BEGIN INSERT INTO shown VALUES (NEW.version); END")
}

func TestFailedRecutKeepsTheOldVariants(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		harm  func(t *testing.T, file string)
		words string
	}{
		"the original is lost":       {func(t *testing.T, file string) { must(t, os.Remove(file)) }, "Something on our side"},
		"the original is no picture": {func(t *testing.T, file string) { must(t, os.WriteFile(file, []byte("hello"), 0o600)) }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sitetest.New(t)
			p := cutOnce(t, s)
			c.harm(t, original(s, p))
			must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error { // one job, in its last attempt
				if _, err := models.SetCrop(t.Context(), tx, p.ID, photo.Crop{Side: 5000}); err != nil {
					return err
				}
				if err := s.Jobs.Add(t.Context(), tx, tasks.ProcessPhoto{PhotoID: p.ID}); err != nil {
					return err
				}
				return tx.Exec("UPDATE river_job SET attempt = 4 WHERE state = 'available' AND kind = 'photo.process'").Error
			}))
			s.Settle(tasks.ProcessPhoto{}.Kind())
			now := s.Photo(p.ID)
			if now.State != models.Ready || now.Version != p.Version || now.Cutting() || now.Failure == "" || !strings.Contains(now.Failure, c.words) {
				t.Errorf("the photo is %+v", now)
			}
			wantWhole(t, s, p)
			if !recrop(t, s, p.ID, now.Crop()) {
				t.Error("the same crop cannot be tried again")
			}
		})
	}
}

func TestRecutAfterACrash(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		attempt int
		current bool
	}{"in an early attempt": {2, true}, "in the last attempt": {5, false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sitetest.New(t)
			if s.DB.Dialect == db.Postgres {
				t.Skip("on PostgreSQL others may be working: River waits for minutes")
			}
			p := submitted(t, s)
			const old = "0123456789abcdef"
			for _, size := range photo.VariantNames() {
				put(t, s, "files/"+tasks.Variant(p.Folder, old, size), time.Hour)
			}
			half := photo.Key(p.SHA256, photo.Crop{Side: 5000})
			put(t, s, "files/"+tasks.Variant(p.Folder, half, "64"), time.Hour) // as far as it came
			s.Exec("UPDATE photos SET state = 'ready', progress = 50, version = ?, crop_side = 5000", old)
			s.Exec("UPDATE river_job SET state = 'running', attempted_at = CURRENT_TIMESTAMP, attempt = ?", c.attempt)
			s.Work()
			s.Settle(tasks.ProcessPhoto{}.Kind())
			now := s.Photo(p.ID)
			if now.State != models.Ready || now.Cutting() || now.Current() != c.current || (now.Version == old) == c.current {
				t.Errorf("the photo is %+v", now)
			}
			wantWhole(t, s, now)
		})
	}
}

func TestDeletedWhileItIsCutAnew(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	p := cutOnce(t, s)
	s.Exec("DELETE FROM photos")
	must(t, s.Files.RemoveAll(tasks.Variants(p.Folder)))
	// A crop that was set before the end; the job finds nobody.
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return s.Jobs.Add(t.Context(), tx, tasks.ProcessPhoto{PhotoID: p.ID}) }))
	s.Settle(tasks.ProcessPhoto{}.Kind())
	if left := versions(s, p); len(left) > 0 {
		t.Errorf("versions %q are left", left)
	}
}

func TestSweepRemovesOldVersionsAfterADay(t *testing.T) {
	t.Parallel()
	const gone, half, fresh = "aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb", "cccccccccccccccc"
	for name, c := range map[string]struct {
		row  time.Duration // since another version is shown
		want []string      // beside the version of the row
	}{
		"that were shown until lately": {23 * time.Hour, []string{gone, half, fresh}},
		"that were long not shown":     {25 * time.Hour, []string{fresh}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sitetest.New(t)
			p := cutOnce(t, s)
			for _, size := range photo.VariantNames() {
				aged(t, filepath.Join(s.Settings.DataDir, "media", "files", tasks.Variant(p.Folder, p.Version, size)), 90*24*time.Hour)
				put(t, s, "files/"+tasks.Variant(p.Folder, gone, size), 48*time.Hour)
			}
			put(t, s, "files/"+tasks.Variant(p.Folder, half, "64"), 48*time.Hour)
			put(t, s, "files/"+tasks.Variant(p.Folder, fresh, "64"), 2*time.Hour)
			s.Exec("UPDATE photos SET version_at = ?", time.Now().UTC().Add(-c.row)) // and touched just now
			sweep(t, s, time.Hour)
			if got, want := versions(s, p), append([]string{p.Version}, c.want...); !slices.Equal(got, want) {
				t.Errorf("versions %q are left, want %q", got, want)
			}
			wantWhole(t, s, p)
		})
	}
}

func TestSweepRemovesOldVersionsOfAttachments(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	p := cutOnce(t, s)
	const old = "aaaaaaaaaaaaaaaa"
	s.Exec("INSERT INTO attachments (created_at, user_id, place, folder, name, type, size, kind, photo_id) SELECT created_at, user_id, 0, folder, 'a.jpg', 'image/jpeg', 9, 'picture', id FROM photos")
	s.Exec("UPDATE photos SET attached = TRUE, version_at = ?", time.Now().UTC().Add(-25*time.Hour))
	s.Exec("UPDATE attachments SET created_at = ?", time.Now().UTC())
	for _, version := range []string{old, p.Version} {
		put(t, s, "files/"+tasks.AttachedSize(p.Folder, version, "64"), 48*time.Hour)
	}
	sweep(t, s, time.Hour)
	kept := s.Kept()
	if slices.Contains(kept, "files/"+tasks.AttachedSize(p.Folder, old, "64")) || !slices.Contains(kept, "files/"+tasks.AttachedSize(p.Folder, p.Version, "64")) {
		t.Errorf("the files are %q", kept)
	}
}

func TestSweepGivesUpRecutsThatNoJobWorksOn(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	p := cutOnce(t, s)
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
		_, err := models.SetCrop(t.Context(), tx, p.ID, photo.Crop{Side: 5000})
		return err
	}))
	sweep(t, s, time.Hour)
	if now := s.Photo(p.ID); !now.Cutting() {
		t.Errorf("given up at once: %+v", now)
	}
	s.Exec("UPDATE photos SET updated_at = ?", time.Now().UTC().Add(-16*time.Minute))
	sweep(t, s, time.Hour)
	if now := s.Photo(p.ID); now.Cutting() || now.State != models.Ready || now.Version != p.Version || now.Failure == "" {
		t.Errorf("the photo is %+v", now)
	}
	wantWhole(t, s, p)
}
