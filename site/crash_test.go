package site_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"superbook/kit/db"
	"superbook/models"
	"superbook/site/sitetest"
)

// killings is how often processes are killed: 30 times, or as KILLINGS says. On
// PostgreSQL a tenth of that.
func killings(t *testing.T) int {
	t.Helper()
	text := os.Getenv("KILLINGS")
	if text == "" {
		return 30
	}
	n, err := strconv.Atoi(text)
	must(t, err)
	return n
}

// killedAgainAndAgain kills processes of the program at any moment while photos
// come in, webhooks are called and schedules fall due, and counts in the end what
// became of each.
func killedAgainAndAgain(t *testing.T, binary string) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	(&crash{t: t, program: newProgram(t, binary, production...), rounds: killings(t)}).run()
}

// killedOnPostgres is the same where jobs are rescued by those who live.
func killedOnPostgres(t *testing.T, binary string) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	p := newProgram(t, binary, production...)
	if p.database = sitetest.Database(t); p.database == "" {
		t.Skip("TEST_DATABASE_URL is not set")
	}
	p.env = append(p.env, "DATABASE_URL="+p.database)
	(&crash{t: t, program: p, rounds: max(killings(t)/10, 6)}).run()
}

// crash is one run of the test.
type crash struct {
	program
	t      *testing.T
	rounds int
	house  *house
	db     *db.DB
	crowd  *crowd
	inbox  *inbox
	clock  *clock
}

// submitters is how many members submit photos: each may keep 100.
func (c *crash) submitters() int { return 8 + c.rounds/20 }

// length is how long the rounds take, in those of SQLite. The crowd is to have
// photos left for the last of them.
func (c *crash) length() int {
	if c.database != "" {
		return 10 * c.rounds
	}
	return c.rounds
}

func (c *crash) run() {
	t := c.t
	c.inbox = newInbox(t)
	c.env[0] = "ADDR=" + freeAddress(t)
	c.env = append(c.env, "WEBHOOKS_LOCAL=true")
	c.program.run(t, "migrate")
	c.db = c.open(t)
	witness(t, c.db)
	c.house = &house{t: t, program: c.program, running: map[string]*process{}}
	c.house.rebuild()
	c.house.await()
	c.crowd = &crowd{pause: time.Duration(max(c.length(), 60)) * time.Second / 60 / 10}
	visitors := make([]*visitor, c.submitters())
	for i := range visitors {
		visitors[i] = newVisitor(t, "http://"+strings.TrimPrefix(c.env[0], "ADDR="))
		visitors[i].signUp(t, fmt.Sprintf("fan%d", i))
		c.inbox.register(visitors[i], fmt.Sprintf("/fan%d", i))
	}
	c.inbox.learn(c.db)
	c.clock = newClock(t, c.db)
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for _, v := range visitors {
		all.Go(func() { c.crowd.submit(ctx, t, v) })
	}
	all.Go(func() { c.clock.run(ctx) })
	began := time.Now()
	c.kill()
	stop()
	all.Wait()
	t.Logf("%d rounds in %v: killed %v, %d times both were one", c.rounds, time.Since(began).Round(time.Second), c.house.killed, c.house.rebuilt)
	c.settle()
	c.wantEachOnce()
	c.wantTasksEnded()
	c.wantToldOnce()
	c.wantRunOnce()
	c.wantFilesOfPhotosOnly()
}

// kill is what the test is about: any moment will do.
func (c *crash) kill() {
	for left := c.rounds; left > 0; left-- {
		if left%2 == 0 { // every other time they get to work first, however slow the machine is
			c.house.await()
		}
		time.Sleep(time.Duration(20+rand.IntN(300)) * time.Millisecond)
		if c.database != "" && left%3 == 0 {
			time.Sleep(time.Duration(rand.IntN(9000)) * time.Millisecond) // for the rescue among the living
		}
		c.house.strike()
	}
}

// settle lets everything that was accepted come to its end.
func (c *crash) settle() {
	began := time.Now()
	c.inbox.calm()
	c.house.await()
	for limit := time.Now().Add(4 * patience); ; time.Sleep(50 * time.Millisecond) {
		hasten(c.t, c.db)
		open := c.unfinished()
		if open == "" {
			break
		}
		if time.Now().After(limit) {
			c.t.Fatalf("what does not come to an end:%s", open)
		}
	}
	c.t.Logf("all had ended %v after the last kill", time.Since(began).Round(time.Millisecond))
	c.house.stop()
}

// unfinished says what has not come to its end yet.
func (c *crash) unfinished() (open string) {
	for what, rows := range map[string]string{
		"photos": "photos WHERE state NOT IN ('ready', 'failed') OR state = 'ready' AND progress < 100",
		"tasks":  "tasks WHERE finished_at IS NULL",
		"jobs":   "river_job WHERE finalized_at IS NULL",
	} {
		var n int64
		must(c.t, c.db.Read.Raw("SELECT count(*) FROM "+rows).Scan(&n).Error)
		if n > 0 {
			open += fmt.Sprintf(" %d %s", n, what)
		}
	}
	return open
}

// hasten has what waits for its next attempt come at once, rather than in hours.
func hasten(t *testing.T, d *db.DB) {
	t.Helper()
	must(t, d.Write.Exec("UPDATE river_job SET state = 'available', scheduled_at = CURRENT_TIMESTAMP WHERE state IN ('retryable', 'scheduled')").Error)
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	return l.Addr().String()
}

// wantTasksEnded checks that each task that can be followed says what its photo says.
func (c *crash) wantTasksEnded() {
	var states []struct {
		State models.TaskState
		N     int64
	}
	must(c.t, c.db.Read.Raw("SELECT state, count(*) AS n FROM tasks GROUP BY state").Scan(&states).Error)
	var ends, tasks int64
	must(c.t, c.db.Read.Raw("SELECT count(*) FROM witness WHERE what = 'task'").Scan(&ends).Error)
	must(c.t, c.db.Read.Raw("SELECT count(*) FROM tasks").Scan(&tasks).Error)
	if ends != tasks {
		c.t.Errorf("%d tasks came to an end %d times", tasks, ends)
	}
	c.t.Logf("tasks: %v", states)
}
