package tasks_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

// registry is a hero registry that a test speaks for.
type registry func(models.Claim) (models.Verdict, error)

func (r registry) Check(_ context.Context, c models.Claim) (models.Verdict, error) { return r(c) }

func verdicts(t *testing.T, s *sitetest.Site) map[models.Verdict]int {
	t.Helper()
	rows, err := db.Rows[models.Profile](s.DB.Read).Where("kind = 'hero'").Find(t.Context())
	must(t, err)
	n := map[models.Verdict]int{}
	for _, p := range rows {
		n[p.Verdict]++
		if (p.Verdict != "") != (time.Since(p.VerifiedAt) < time.Hour) {
			t.Errorf("%s was verified at %s", p.Name, p.VerifiedAt)
		}
	}
	return n
}

// More than a batch of heroes; the registry goes down in between, and is asked
// for the rest when it is back. Nobody is asked for twice.
func TestHeroesAreVerifiedAnew(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	const heroes = 130
	s.Fan("wren")
	for i := range heroes {
		s.Hero("hero" + string([]byte{'a' + byte(i/26), 'a' + byte(i%26)}))
	}
	var asked, down atomic.Int64
	down.Store(110)
	s.Tasks.Registry = registry(func(c models.Claim) (models.Verdict, error) {
		if down.Add(-1) < 0 {
			return "", errors.New("no route")
		}
		asked.Add(1)
		if c.Origin == "" || len(c.Powers) == 0 {
			t.Errorf("%s claims nothing", c.Username)
		}
		return models.Verified, nil
	})
	verifyAll(t, s)
	s.Work()
	await(t, func() bool { return verifyState(t, s) == "scheduled" && asked.Load() == 110 })
	if got := verdicts(t, s); got[models.Verified] != 110 || got[""] != 20 {
		t.Errorf("with the registry down, the verdicts are %v", got)
	}
	down.Store(1000)
	s.Exec("UPDATE river_job SET scheduled_at = ?, state = 'available'", time.Now().UTC())
	await(t, func() bool { return verifyState(t, s) == "completed" })
	if got := verdicts(t, s); got[models.Verified] != heroes || asked.Load() != heroes {
		t.Errorf("in the end the verdicts are %v, after %d questions", got, asked.Load())
	}
	var failures int
	must(t, s.DB.Read.Raw("SELECT count(*) FROM river_job WHERE errors IS NOT NULL").Scan(&failures).Error)
	if failures > 0 {
		t.Error("a registry that is down counts as a failure of ours")
	}
}

// known is a registry that fails for some, and counts for whom it was asked.
type known struct {
	mu    sync.Mutex
	fails func(username string) bool
	asked map[string]int
}

func (k *known) Check(_ context.Context, c models.Claim) (models.Verdict, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.asked[c.Username]++
	if k.fails(c.Username) {
		return "", errors.New("status 500")
	}
	return models.Verified, nil
}

func (k *known) failsFor(fails func(string) bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.fails, k.asked = fails, map[string]int{}
}

func verifyAll(t *testing.T, s *sitetest.Site) {
	t.Helper()
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return s.Jobs.Add(t.Context(), tx, tasks.VerifyHeroes{}) }))
}

// One for whom the registry always fails stays as they were, holds up nobody, and
// is asked for by the next job. There is no pause: it would be five minutes.
func TestAHeroForWhomTheRegistryFailsHoldsUpNobody(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	const heroes = 230
	for i := range heroes {
		s.Hero(fmt.Sprintf("hero%03d", i))
	}
	k := new(known)
	odd := map[string]bool{"hero000": true, "hero150": true, "hero229": true}
	k.failsFor(func(name string) bool { return odd[name] })
	s.Tasks.Registry = k
	verifyAll(t, s)
	s.Work()
	await(t, func() bool { return verifyState(t, s) == "completed" })
	if got := verdicts(t, s); got[models.Verified] != heroes-3 || got[""] != 3 {
		t.Errorf("the verdicts are %v", got)
	}
	for name, n := range k.asked {
		if n != 1 {
			t.Errorf("the registry was asked %d times for %s", n, name)
		}
	}
	k.failsFor(func(string) bool { return false })
	s.Exec("DELETE FROM river_job")
	s.Exec("UPDATE profiles SET verified_at = ? WHERE verdict <> ''", time.Now().UTC().Add(-time.Minute))
	verifyAll(t, s)
	await(t, func() bool { return verifyState(t, s) == "completed" })
	if got := verdicts(t, s); got[models.Verified] != heroes || k.asked["hero000"] != 1 {
		t.Errorf("the next time the verdicts are %v", got)
	}
}

// However many stand first for whom the registry fails, the others have their turn
// after one pause.
func TestManyForWhomTheRegistryFailsLetTheOthersPass(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	for i := range 110 {
		s.Hero(fmt.Sprintf("hero%03d", i))
	}
	k := new(known)
	k.failsFor(func(name string) bool { return name < "hero100" }) // a whole batch
	s.Tasks.Registry = k
	s.Exec("UPDATE profiles SET verified_at = ?", time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC))
	verifyAll(t, s)
	s.Work()
	await(t, func() bool { return verifyState(t, s) == "scheduled" })
	if got := verdicts(t, s); got[""] != 110 {
		t.Errorf("before the pause the verdicts are %v", got)
	}
	s.Exec("UPDATE river_job SET scheduled_at = ?, state = 'available'", time.Now().UTC())
	await(t, func() bool { return verdicts(t, s)[models.Verified] == 10 && verifyState(t, s) == "scheduled" })
	k.failsFor(func(string) bool { return false })
	s.Exec("UPDATE river_job SET scheduled_at = ?, state = 'available'", time.Now().UTC())
	await(t, func() bool { return verifyState(t, s) == "completed" })
	if got := verdicts(t, s); got[models.Verified] != 110 {
		t.Errorf("in the end the verdicts are %v", got)
	}
}

// A site with few heroes notices too that nobody answers, and asks again.
func TestFewHeroesWaitForTheRegistryToo(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Hero("nightheron")
	k := new(known)
	k.failsFor(func(string) bool { return true })
	s.Tasks.Registry = k
	verifyAll(t, s)
	s.Work()
	await(t, func() bool { return verifyState(t, s) == "scheduled" })
	k.failsFor(func(string) bool { return false })
	s.Exec("UPDATE river_job SET scheduled_at = ?, state = 'available'", time.Now().UTC())
	await(t, func() bool { return verifyState(t, s) == "completed" })
	if got := verdicts(t, s); got[models.Verified] != 1 {
		t.Errorf("in the end the verdicts are %v", got)
	}
}

func verifyState(t *testing.T, s *sitetest.Site) (state string) {
	t.Helper()
	must(t, s.DB.Read.Raw("SELECT state FROM river_job WHERE kind = ?", tasks.VerifyHeroes{}.Kind()).Scan(&state).Error)
	return state
}

func await(t *testing.T, ok func() bool) {
	t.Helper()
	for limit := time.Now().Add(60 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatal("it does not come")
		}
	}
}
