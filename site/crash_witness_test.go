package site_test

import (
	"slices"
	"testing"

	"superbook/kit/db"
	"superbook/kit/photo"
	"superbook/models"
	"superbook/site"
	"superbook/site/sitetest"
	"superbook/tasks"
)

// witness has the database itself write down what must happen once.
func witness(t *testing.T, d *db.DB) {
	t.Helper()
	table := "CREATE TABLE witness (n INTEGER PRIMARY KEY, what TEXT, subject INTEGER, old TEXT, new TEXT)"
	if d.Dialect == db.Postgres {
		table = "CREATE TABLE witness (n BIGSERIAL PRIMARY KEY, what TEXT, subject BIGINT, old TEXT, new TEXT)"
	}
	must(t, d.Write.Exec(table).Error)
	notes(t, d, "photo", "photos", "state", "NEW.state IN ('ready', 'failed')")
	notes(t, d, "task", "tasks", "finished_at", "NEW.finished_at IS NOT NULL")
	notes(t, d, "due", "schedules", "next_at", "NEW.next_at IS DISTINCT FROM OLD.next_at")
	notes(t, d, "start", "schedules", "last_job_id", "NEW.last_job_id IS DISTINCT FROM OLD.last_job_id")
	notes(t, d, "job", "river_job", "finalized_at", "NEW.finalized_at IS NOT NULL AND OLD.finalized_at IS NULL")
}

// notes has every change of a column, under a condition, written down.
func notes(t *testing.T, d *db.DB, what, table, column, when string) {
	t.Helper()
	insert := "INSERT INTO witness (what, subject, old, new) VALUES ('" + what + "', NEW.id, OLD." + column + ", NEW." + column + "); "
	trigger := "CREATE TRIGGER witness_" + what + " AFTER UPDATE OF " + column + " ON " + table
	if d.Dialect == db.SQLite {
		must(t, d.Write.Exec(trigger+" WHEN "+when+" BEGIN "+insert+" END").Error)
		return
	}
	must(t, d.Write.Exec("CREATE FUNCTION witness_"+what+"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "+insert+" RETURN NULL; END $$").Error)
	must(t, d.Write.Exec(trigger+" FOR EACH ROW WHEN ("+when+") EXECUTE FUNCTION witness_"+what+"()").Error)
}

// note is one line of the witness.
type note struct {
	What     string
	Subject  int64
	Old, New string
}

func seen(t *testing.T, d *db.DB, what string) (all []note) {
	t.Helper()
	must(t, d.Read.Raw("SELECT what, subject, coalesce(old, '') AS old, coalesce(new, '') AS new FROM witness WHERE what = ? ORDER BY n", what).Scan(&all).Error)
	return all
}

// wantEachOnce checks that every photo has come to its end once, and that none
// of those that were accepted is missing.
func (c *crash) wantEachOnce() {
	t := c.t
	photos, err := db.Rows[models.Photo](c.db.Read).Find(t.Context())
	must(t, err)
	ends := map[int64][]string{}
	for _, n := range seen(t, c.db, "photo") {
		ends[n.Subject] = append(ends[n.Subject], n.New)
	}
	states, byID := map[models.State]int{}, map[int64]models.Photo{}
	for _, p := range photos {
		states[p.State]++
		byID[p.ID] = p
		if !slices.Equal(ends[p.ID], []string{string(p.State)}) {
			t.Errorf("photo %d is %s and became %v", p.ID, p.State, ends[p.ID])
		}
		if p.State == models.Ready && !p.Current() && p.Failure == "" {
			t.Errorf("photo %d does not show the part that it should: %+v", p.ID, p)
		}
	}
	for _, id := range c.crowd.accepted {
		if _, there := byID[id]; !there {
			t.Errorf("photo %d was accepted and is gone", id)
		}
	}
	var again int64
	must(t, c.db.Read.Raw("SELECT count(*) FROM river_job WHERE kind = 'photo.process' AND attempt > 1").Scan(&again).Error)
	t.Logf("photos: %d accepted, %d without an answer, %d in the database: %v; %d were worked on more than once; %d crops of ready ones",
		len(c.crowd.accepted), c.crowd.lost, len(photos), states, again, c.crowd.cropped.Load())
	if len(c.crowd.accepted) < c.rounds || again == 0 || c.crowd.cropped.Load() == 0 {
		t.Error("too little was going on for this to mean anything")
	}
}

// wantFilesOfPhotosOnly sweeps without grace, and compares files and rows.
func (c *crash) wantFilesOfPhotosOnly() {
	t := c.t
	s := sitetest.New(t, func(set *site.Settings) { set.DataDir, set.DatabaseURL = c.dir+"/data", c.database })
	before := len(s.Kept())
	_, err := tasks.SweepUploadsNow(t.Context(), s.Tasks, 0)
	must(t, err)
	_, err = tasks.SweepOrphansNow(t.Context(), s.Tasks, 0)
	must(t, err)
	kept := map[string]bool{}
	for _, name := range s.Kept() {
		kept[name] = true
	}
	t.Logf("%d files, of which the sweep removed %d", before, before-len(kept))
	need := func(id int64, name string) {
		if !kept["files/"+name] {
			t.Errorf("photo %d has no file %s", id, name)
		}
		delete(kept, "files/"+name)
	}
	for _, p := range s.Photos() {
		need(p.ID, tasks.Original(p.Folder))
		if p.State != models.Ready {
			continue
		}
		for _, size := range photo.VariantNames() {
			need(p.ID, tasks.Variant(p.Folder, p.Version, size))
		}
	}
	for name := range kept {
		t.Errorf("the file %s belongs to no photo", name)
	}
}
