package site_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"superbook/kit/db"
	"superbook/kit/photo"
	"superbook/models"
	"superbook/site"
	"superbook/site/sitetest"
	"superbook/tasks"
)

const (
	killings   = 60
	submitters = 8
)

// crowd submits photos for as long as it is let, whether anybody answers or not.
type crowd struct {
	mu       sync.Mutex
	accepted []int64
	lost     int // answers that never came, or were no acceptance
	serial   atomic.Int64
	cropped  atomic.Int64 // crops of ready photos that were accepted
}

// submit is one member of the crowd. Each picture is another one, and gets
// other crops once it is ready.
func (c *crowd) submit(ctx context.Context, t *testing.T, v *visitor) {
	const most = 90 // a member may keep 100 photos
	var mine []int64
	for len(mine) < most && ctx.Err() == nil {
		if len(mine) > 0 && v.crop(ctx, mine[rand.IntN(len(mine))], 20+rand.IntN(80)) {
			c.cropped.Add(1)
		}
		file := sitetest.JPEG(t, sitetest.Picture(240, 160, int(c.serial.Add(1))))
		id, _, err := v.submit(ctx, file)
		c.mu.Lock()
		if err == nil && id > 0 {
			c.accepted = append(c.accepted, id)
			mine = append(mine, id)
		} else {
			c.lost++
		}
		c.mu.Unlock()
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(50+rand.IntN(100)) * time.Millisecond):
		}
	}
}

// killedAgainAndAgain kills the program at any moment while photos come in, and
// counts in the end what became of each.
func killedAgainAndAgain(t *testing.T, binary string) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	p := newProgram(t, binary, production...)
	p.env[0] = "ADDR=" + freeAddress(t)
	p.run(t, "migrate")
	d := p.open(t)
	// What becomes final is written down by the database itself.
	must(t, d.Write.Exec("CREATE TABLE ends (photo_id INTEGER, state TEXT)").Error)
	must(t, d.Write.Exec("CREATE TRIGGER photo_ends AFTER UPDATE OF state ON photos WHEN NEW.state IN ('ready', 'failed') "+
		"BEGIN INSERT INTO ends VALUES (NEW.id, NEW.state); END").Error)

	first := p.start(t)
	visitors := make([]*visitor, submitters)
	for i := range visitors {
		visitors[i] = newVisitor(t, first.url)
		visitors[i].signUp(t, fmt.Sprintf("fan%d", i))
	}
	c, began := &crowd{}, time.Now()
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for _, v := range visitors {
		all.Go(func() { c.submit(ctx, t, v) })
	}
	for r, left := first, killings; ; r = p.launch(t) {
		if left%2 == 0 { // every other time it gets to work first, however slow the machine is
			select {
			case <-r.ready:
			case <-time.After(patience):
			}
		}
		time.Sleep(time.Duration(20+rand.IntN(300)) * time.Millisecond) // any moment will do
		r.kill()
		if strings.Contains(r.text(), "panic") {
			t.Errorf("before it was killed:\n%s", r.text())
		}
		if left--; left == 0 {
			break
		}
	}
	stop()
	all.Wait()
	t.Logf("%d times killed in %v", killings, time.Since(began))
	last := p.start(t)
	awaitTheEnd(t, d)
	last.stop()
	wantEachOnce(t, d, c)
	wantFilesOfPhotosOnly(t, p)
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	return l.Addr().String()
}

func awaitTheEnd(t *testing.T, d *db.DB) {
	t.Helper()
	for limit := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		n, err := db.Rows[models.Photo](d.Read).Where("state NOT IN ('ready', 'failed') OR state = 'ready' AND progress < 100").Count(t.Context(), "*")
		if must(t, err); n == 0 {
			return
		}
		if time.Now().After(limit) {
			t.Fatalf("%d photos do not come to an end", n)
		}
	}
}

// wantEachOnce checks that every photo has come to its end once, and that none
// of those that were accepted is missing.
func wantEachOnce(t *testing.T, d *db.DB, c *crowd) {
	t.Helper()
	photos, err := db.Rows[models.Photo](d.Read).Find(t.Context())
	must(t, err)
	states, byID := map[models.State]int{}, map[int64]models.Photo{}
	for _, p := range photos {
		states[p.State]++
		byID[p.ID] = p
		var ends []string
		must(t, d.Read.Raw("SELECT state FROM ends WHERE photo_id = ?", p.ID).Scan(&ends).Error)
		if !slices.Equal(ends, []string{string(p.State)}) {
			t.Errorf("photo %d is %s and became %v", p.ID, p.State, ends)
		}
		if p.State == models.Ready && !p.Current() && p.Failure == "" {
			t.Errorf("photo %d does not show the part that it should: %+v", p.ID, p)
		}
	}
	for _, id := range c.accepted {
		if _, there := byID[id]; !there {
			t.Errorf("photo %d was accepted and is gone", id)
		}
	}
	var again int64
	must(t, d.Read.Raw("SELECT count(*) FROM river_job WHERE kind = 'photo.process' AND attempt > 1").Scan(&again).Error)
	t.Logf("%d accepted, %d without an answer, %d in the database: %v; %d were worked on more than once",
		len(c.accepted), c.lost, len(photos), states, again)
	t.Logf("%d crops of ready photos", c.cropped.Load())
	if len(c.accepted) < killings || again == 0 || c.cropped.Load() == 0 {
		t.Error("too little was going on for this to mean anything")
	}
}

// wantFilesOfPhotosOnly sweeps without grace, and compares files and rows.
func wantFilesOfPhotosOnly(t *testing.T, p program) {
	t.Helper()
	s := sitetest.New(t, func(set *site.Settings) { set.DataDir, set.DatabaseURL = p.dir+"/data", "" })
	before := len(s.Kept())
	must(t, tasks.SweepNow(t.Context(), s.Tasks, 0))
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
