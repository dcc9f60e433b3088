package tasks_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"
	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// sweep runs every task that tidies files and photos, in the order of their risk.
func sweep(t *testing.T, s *sitetest.Site, grace time.Duration) {
	t.Helper()
	_, err := tasks.GiveUpPhotosNow(t.Context(), s.Tasks)
	must(t, err)
	_, err = tasks.SweepUploadsNow(t.Context(), s.Tasks, grace)
	must(t, err)
	_, err = tasks.SweepOrphansNow(t.Context(), s.Tasks, grace)
	must(t, err)
}

// put writes a file of some age beneath the media folder.
func put(t *testing.T, s *sitetest.Site, name string, age time.Duration) {
	t.Helper()
	path := filepath.Join(s.Settings.DataDir, "media", name)
	must(t, os.MkdirAll(filepath.Dir(path), 0o700))
	must(t, os.WriteFile(path, []byte("x"), 0o600))
	aged(t, path, age)
}

func aged(t *testing.T, path string, age time.Duration) {
	t.Helper()
	must(t, os.Chtimes(path, time.Time{}, time.Now().Add(-age)))
}

func TestSweepRemovesFilesThatNobodyOwns(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Work()
	s.As(t, s.Hero("nightheron")).Submit(sitetest.JPEG(t, sitetest.Picture(30, 20, 1)), nil).Is(303)
	s.Settle()
	owned := s.Kept()
	for _, name := range owned {
		aged(t, filepath.Join(s.Settings.DataDir, "media", name), 90*24*time.Hour)
	}
	lost, fresh := strings.Repeat("a", 32), strings.Repeat("b", 32)
	stays := slices.Clone(owned)
	for name, f := range map[string]struct {
		age   time.Duration
		stays bool
	}{
		"files/originals/" + lost:                              {2 * time.Hour, false},
		"files/variants/" + lost + "/0123456789abcdef/64.jpg":  {2 * time.Hour, false},
		"files/variants/" + lost + "/0123456789abcdef/128.jpg": {2 * time.Hour, false},
		"files/originals/" + fresh:                             {30 * time.Minute, true},
		"files/variants/" + fresh + "/0123456789abcdef/64.jpg": {30 * time.Minute, true},
		"tmp/OLD":   {2 * time.Hour, false},
		"tmp/YOUNG": {30 * time.Minute, true},
	} {
		put(t, s, name, f.age)
		if f.stays {
			stays = append(stays, name)
		}
	}
	sweep(t, s, time.Hour)
	slices.Sort(stays)
	if got := slices.Sorted(slices.Values(s.Kept())); !slices.Equal(got, stays) {
		t.Errorf("after the sweep there are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(stays, "\n"))
	}
	sweep(t, s, 0)
	if got := s.Kept(); !slices.Equal(got, owned) {
		t.Errorf("after a sweep without grace there are %q, want %q", got, owned)
	}
}

func TestSweepLooksAtManyFoldersInBatches(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	for i := range 1200 {
		put(t, s, "files/originals/"+strings.Repeat("0", 28)+string([]byte{'a' + byte(i/676), 'a' + byte(i/26%26), 'a' + byte(i%26), '0'}), 2*time.Hour)
	}
	sweep(t, s, time.Hour)
	if got := s.Kept(); len(got) > 0 {
		t.Errorf("%d of 1200 files are left", len(got))
	}
}

// A sweep of many files lets others have their turn, and goes on behind what it has
// looked at: otherwise it would look at what stays again and again.
func TestSweepGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	hero, at := s.Hero("nightheron"), time.Now().UTC()
	folder := func(n int) string { return fmt.Sprintf("%032d", n) }
	const owned, orphans = 2300, 300 // more than a turn stays
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
		rows := make([]models.Photo, owned)
		for i := range rows {
			rows[i] = models.Photo{CreatedAt: at, UpdatedAt: at, VersionAt: at, UserID: hero.ID, Folder: folder(i), SHA256: folder(i), State: models.Ready}
		}
		return db.Rows[models.Photo](tx).CreateInBatches(t.Context(), &rows, 100)
	}))
	for i := range owned + orphans {
		put(t, s, "files/originals/"+folder(i), 2*time.Hour)
	}
	put(t, s, "files/attached/"+folder(owned)+"/file", 2*time.Hour)
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return s.Jobs.Add(t.Context(), tx, tasks.SweepOrphans{}) }))
	s.Work()
	s.Settle(tasks.SweepOrphans{}.Kind())
	if got := s.Kept(); len(got) != owned || got[owned-1] != "files/originals/"+folder(owned-1) {
		t.Errorf("%d of %d files are left", len(got), owned)
	}
	var job struct{ State, Metadata string }
	metadata := map[db.Dialect]string{db.SQLite: "json(metadata)", db.Postgres: "metadata::text"}[s.DB.Dialect]
	must(t, s.DB.Read.Raw("SELECT state, "+metadata+" AS metadata FROM river_job WHERE kind = ?", tasks.SweepOrphans{}.Kind()).Scan(&job).Error)
	if turns := gjson.Get(job.Metadata, "snoozes").Int(); job.State != "completed" || turns != 1 || gjson.Get(job.Metadata, "output.removed").Int() != orphans+1 {
		t.Errorf("after %d turns it is %s: %s", turns, job.State, job.Metadata)
	}
}

func TestSweepEndsExpiredSessions(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	hero := s.Hero("nightheron")
	s.As(t, hero)
	s.Exec("UPDATE sessions SET expires_at = ?", time.Now().UTC().Add(-time.Minute))
	b := s.As(t, hero)
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return s.Jobs.Add(t.Context(), tx, tasks.DeleteSessions{}) }))
	s.Work()
	s.Settle(tasks.DeleteSessions{}.Kind())
	n, err := db.Rows[models.User](s.DB.Read).Table("sessions").Count(t.Context(), "*")
	if must(t, err); n != 1 {
		t.Errorf("%d sessions are left, want the one that is not over", n)
	}
	b.Get("me.photos").Is(200)
}

func TestSweepGivesUpOnPhotosThatNoJobWorksOn(t *testing.T) {
	t.Parallel()
	const long, short = 16 * time.Minute, 14 * time.Minute
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	ended := "finalized_at = CURRENT_TIMESTAMP, state = "
	type want struct {
		name  string
		id    int64
		state models.State
	}
	var wants []want
	for name, c := range map[string]struct {
		state models.State
		still time.Duration
		job   string // what becomes of the job; it is deleted if ""
		want  models.State
	}{
		"queued, no job":               {models.Queued, long, "", models.Failed},
		"processing, no job":           {models.Processing, long, "", models.Failed},
		"processing, job discarded":    {models.Processing, long, ended + "'discarded'", models.Failed},
		"queued, job cancelled":        {models.Queued, long, ended + "'cancelled'", models.Failed},
		"queued, no job, not for long": {models.Queued, short, "", models.Queued},
		"queued, job waits":            {models.Queued, long, "state = 'available'", models.Queued},
		"processing, job runs":         {models.Processing, long, "state = 'running'", models.Processing},
		"processing, job waits again":  {models.Processing, long, "state = 'retryable'", models.Processing},
		"ready, no job":                {models.Ready, long, "", models.Ready},
	} {
		id := b.Submit(sitetest.JPEG(t, sitetest.Picture(30, 20, len(wants))), nil).Is(303).PhotoID()
		job := "(SELECT MAX(id) FROM river_job)"
		if c.job == "" {
			s.Exec("DELETE FROM river_job WHERE id = " + job)
		} else {
			s.Exec("UPDATE river_job SET " + c.job + " WHERE id = " + job)
		}
		s.Exec("UPDATE photos SET state = ?, updated_at = ? WHERE id = ?", c.state, time.Now().UTC().Add(-c.still), id)
		s.Exec("UPDATE photos SET progress = 100 WHERE state = 'ready'")
		wants = append(wants, want{name, id, c.want})
	}
	sweep(t, s, time.Hour)
	for _, w := range wants {
		p := s.Photo(w.id)
		if p.State != w.state || (w.state == models.Failed) != strings.Contains(p.Failure, "Submit the photo again") {
			t.Errorf("%s: the photo is %s %q, want %s", w.name, p.State, p.Failure, w.state)
		}
	}
}

func TestSweepTellsWhoFollowsThePhoto(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	id := b.Submit(sitetest.JPEG(t, sitetest.Picture(30, 20, 1)), nil).Is(303).PhotoID()
	s.Exec("DELETE FROM river_job")
	s.Exec("UPDATE photos SET updated_at = ?", time.Now().UTC().Add(-time.Hour))
	stream := b.Follow(s.Server(), "/live?on="+tasks.PhotoTopic(id), "")
	sweep(t, s, time.Hour)
	stream.Until(`data-state="failed"`)
}

// A process that is killed in the last attempt leaves variants of a photo that
// has failed: they go, and the original stays for another try.
func TestSweepRemovesVariantsOfFailedPhotos(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Work()
	s.As(t, s.Hero("nightheron")).Submit(sitetest.JPEG(t, sitetest.Picture(30, 20, 1)), nil).Is(303)
	s.Settle()
	s.Exec("UPDATE photos SET state = ?", models.Failed)
	sweep(t, s, 0)
	if got := s.Kept(); len(got) != 1 || !strings.HasPrefix(got[0], "files/originals/") {
		t.Errorf("what is left is %q", got)
	}
}
