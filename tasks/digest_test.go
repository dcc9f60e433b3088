package tasks_test

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/kit/render"
	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

// subscribers confirms some addresses and leaves one unconfirmed.
func subscribers(t *testing.T, s *sitetest.Site, n int) {
	t.Helper()
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
		for i := range n + 1 {
			sub, err := models.AskNewsletter(t.Context(), tx, fmt.Sprintf("reader%d@example.org", i), models.Subscribe)
			if err == nil && i < n {
				_, err = models.FulfilWish(t.Context(), tx, sub.ID, models.Subscribe)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}))
}

func digested(t *testing.T, s *sitetest.Site, at time.Time) string {
	t.Helper()
	words, err := tasks.SendDigestNow(t.Context(), s.Tasks, at)
	must(t, err)
	return words
}

// However often the task runs in a week, each who has confirmed gets one mail, of
// what everybody may see; and its link unsubscribes.
func TestDigestIsSentOnceAWeek(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	hero, fan := s.Hero("nightheron"), s.Fan("wren")
	s.Say(hero, "Fog over the quay.")
	s.Tell(hero, fan, "Only for you.")
	subscribers(t, s, 250) // more than a batch
	week := time.Now().UTC().AddDate(0, 0, 7)
	if words := digested(t, s, time.Now()); !strings.Contains(words, "Nothing happened") {
		t.Errorf("of the week before: %q", words)
	}
	if words := digested(t, s, week); !strings.HasPrefix(words, "250 mails about ") {
		t.Errorf("of this week: %q", words)
	}
	if words := digested(t, s, week.Add(time.Minute)); !strings.HasPrefix(words, "No mails") {
		t.Errorf("once more: %q", words)
	}
	s.Work()
	s.Settle()
	mails, err := s.Mails.List(t.Context())
	must(t, err)
	seen := map[string]bool{}
	for _, m := range mails {
		seen[m.To] = true
	}
	var sent int
	must(t, s.DB.Read.Raw("SELECT count(*) FROM digests WHERE sent_at IS NOT NULL").Scan(&sent).Error)
	if sent != 250 || len(mails) < 100 || len(seen) != len(mails) || seen["reader250@example.org"] { // the outbox keeps the last 100
		t.Fatalf("%d are sent, of which %d mails to %d readers", sent, len(mails), len(seen))
	}
	m := mails[0]
	for _, want := range []string{"nightheron: “Fog over the quay.”", "New heroes:", "http://superbook.test/users/nightheron", "http://superbook.test/posts/"} {
		if !strings.Contains(m.Text, want) {
			t.Errorf("the mail is without %q:\n%s", want, m.Text)
		}
	}
	if strings.Contains(m.Text+m.HTML, "Only for you") || strings.Contains(m.Text, "Seen:") {
		t.Errorf("the mail says too much:\n%s", m.Text)
	}
	link := regexp.MustCompile(`/newsletter/confirm/[^\s"]+`).FindString(m.Text)
	b := s.As(t, models.User{})
	b.Visit(link).Is(200).Shows(m.To)
	b.Do(b.Request("POST", "newsletter.confirm", url.Values{}, strings.TrimPrefix(link, "/newsletter/confirm/"))).Is(200)
	if words := digested(t, s, week.AddDate(0, 0, 7)); strings.Contains(words, "mails") {
		t.Errorf("a week without news: %q", words)
	}
	var left int64
	must(t, s.DB.Read.Raw("SELECT count(*) FROM subscribers WHERE confirmed_at IS NOT NULL").Scan(&left).Error)
	if left != 249 {
		t.Errorf("%d are left", left)
	}
}

// A job that runs again after a crash finds the row of what it sent.
func TestDigestMailIsNotSentAgain(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Say(s.Hero("nightheron"), "Fog over the quay.")
	subscribers(t, s, 1)
	digested(t, s, time.Now().AddDate(0, 0, 7))
	s.Work()
	s.Settle()
	s.Exec("UPDATE river_job SET state = 'available', finalized_at = NULL, attempt = 0 WHERE kind = ?", tasks.MailDigest{}.Kind())
	s.Settle()
	if mails, err := s.Mails.List(t.Context()); err != nil || len(mails) != 1 {
		t.Errorf("%d mails, %v", len(mails), err)
	}
}

// A mail that goes twice, because the process was killed before it could note the
// first, is known by its key; no two subscribers and no two weeks have the same.
func TestADigestThatComesTwiceIsKnown(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Say(s.Hero("nightheron"), "Fog over the quay.")
	subscribers(t, s, 2)
	digested(t, s, time.Now().AddDate(0, 0, 7))
	s.Work()
	s.Settle()
	s.Exec("UPDATE digests SET sent_at = NULL")
	s.Exec("UPDATE river_job SET state = 'available', finalized_at = NULL, attempt = 0 WHERE kind = ?", tasks.MailDigest{}.Kind())
	s.Settle()
	mails, err := s.Mails.List(t.Context())
	must(t, err)
	keys, to := map[string]int{}, map[string]string{}
	for _, m := range mails {
		keys[m.Key]++
		to[m.To] = m.Key
	}
	if len(mails) != 4 || len(to) != 2 || len(keys) != 2 || keys[""] > 0 || keys[to["reader0@example.org"]] != 2 {
		t.Errorf("%d mails to %v, by key %v", len(mails), to, keys)
	}
}

// The number of questions grows with that of subscribers, and no faster; each
// batch of them begins where the one before ended.
func TestPlanningDigestsIsLinear(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Say(s.Hero("nightheron"), "Fog over the quay.")
	week := time.Now().UTC().AddDate(0, 0, 7)
	var asked []int
	for _, n := range []int{200, 400, 600} {
		s.Exec("DELETE FROM subscribers")
		subscribers(t, s, n)
		ctx, counter := db.CountQueries(t.Context())
		words, err := tasks.SendDigestNow(ctx, s.Tasks, week)
		if must(t, err); !strings.HasPrefix(words, fmt.Sprintf("%s mails about ", render.Number(n))) {
			t.Errorf("of %d: %q", n, words)
		}
		asked = append(asked, counter.N())
	}
	if asked[2]-asked[1] != asked[1]-asked[0] || asked[0] < 2 {
		t.Errorf("200, 400 and 600 subscribers took %v questions", asked)
	}
}

// Many subscribers are planned in several turns, each of them once.
func TestPlanningDigestsTakesTurns(t *testing.T) {
	t.Parallel()
	s, row := scheduled(t, time.Now(), "0 0 1 1 *", models.RunOnce)
	s.Exec("UPDATE schedules SET kind = ? WHERE id = ?", tasks.SendDigest{}.Kind(), row.ID)
	s.Say(s.Hero("nightheron"), "Fog over the quay.")
	s.Exec("UPDATE posts SET created_at = ?", models.WeekBefore(time.Now()).From.Add(time.Hour))
	subscribers(t, s, 1100)
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
		return tasks.RunNow(t.Context(), tx, s.Jobs, schedule(t, s, row.ID), *row.UpdatedBy)
	}))
	s.Work()
	s.Settle(tasks.SendDigest{}.Kind())
	if got := schedule(t, s, row.ID); got.LastState != models.TaskDone || !strings.HasPrefix(got.LastWords, "1,100 mails about ") {
		t.Errorf("the schedule says %s: %q", got.LastState, got.LastWords)
	}
	var rows, jobs int
	must(t, s.DB.Read.Raw("SELECT count(*) FROM digests").Scan(&rows).Error)
	must(t, s.DB.Read.Raw("SELECT count(*) FROM river_job WHERE kind = ?", tasks.MailDigest{}.Kind()).Scan(&jobs).Error)
	if rows != 1100 || jobs != 1100 {
		t.Errorf("%d rows and %d mails", rows, jobs)
	}
}

// What no job can ask for any more is forgotten, in batches.
func TestOldDigestsAreForgotten(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	subscribers(t, s, 1100)
	at := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	kept := models.WeekBefore(at.AddDate(0, 0, -84)) // ended 84 days ago at the least
	for _, w := range []string{"2025-W52", "2026-W33", kept.String(), "2026-W46"} {
		s.Exec("INSERT INTO digests (subscriber_id, week, created_at) SELECT id, ?, ? FROM subscribers WHERE confirmed_at IS NOT NULL", w, at)
	}
	digested(t, s, at)
	var left []string
	must(t, s.DB.Read.Raw("SELECT week || ' ' || count(*) FROM digests GROUP BY week ORDER BY week").Scan(&left).Error)
	if want := []string{kept.String() + " 1100", "2026-W46 1100"}; !slices.Equal(left, want) {
		t.Errorf("left are %q, want %q", left, want)
	}
}

func TestWeekBefore(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]string{"2026-11-21T14:00:00Z": "2026-W46 2026-11-09", "2026-11-23T00:00:00Z": "2026-W47 2026-11-16",
		"2026-11-22T23:59:59Z": "2026-W46 2026-11-09", "2027-01-05T08:00:00Z": "2026-W53 2026-12-28"} {
		now, err := time.Parse(time.RFC3339, at)
		must(t, err)
		if w := models.WeekBefore(now); w.String()+" "+w.From.Format(time.DateOnly) != want || w.To.Sub(w.From) != 7*24*time.Hour || w.From.Weekday() != time.Monday {
			t.Errorf("before %s comes %s from %s", at, w, w.From)
		}
	}
}
