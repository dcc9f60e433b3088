package tasks_test

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/kit/mail"
	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

func on(t testing.TB, day string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, day)
	must(t, err)
	return d
}

// vip is a member of the VIP group with one date, kept on a day.
func vip(t *testing.T, s *sitetest.Site, d models.ImportantDate, today string) models.ImportantDate {
	t.Helper()
	d.UserID = s.Hero("nightheron").ID
	must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
		if err := models.SetVIP(t.Context(), tx, d.UserID, true); err != nil {
			return err
		}
		return models.CreateImportantDate(t.Context(), tx, &d, on(t, today))
	}))
	return d
}

// reminded runs the job on a day, and gives the days that mails were added for.
func reminded(t *testing.T, s *sitetest.Site, day string) (days []string) {
	t.Helper()
	_, err := tasks.RemindNow(t.Context(), s.Tasks, on(t, day))
	must(t, err)
	var args []string
	text := "json(args)" // SQLite keeps it packed
	if s.DB.Dialect == db.Postgres {
		text = "args"
	}
	must(t, s.DB.Read.Raw("SELECT "+text+" FROM river_job WHERE kind = ? ORDER BY id", tasks.MailReminder{}.Kind()).Scan(&args).Error)
	for _, a := range args {
		var job tasks.MailReminder
		must(t, json.Unmarshal([]byte(a), &job))
		days = append(days, job.Day)
	}
	return days
}

func TestRemindersAreSentOnceAtTheRightDay(t *testing.T) {
	t.Parallel()
	none, three := 0, 3
	type step struct {
		on   string
		want []string // all that was sent until then
	}
	for name, tt := range map[string]struct {
		date  models.ImportantDate
		since string
		steps []step
	}{
		"three days before, every year": {models.ImportantDate{Day: "2020-05-10", Yearly: true, RemindDays: &three}, "2026-01-01", []step{
			{"2026-05-06", nil}, {"2026-05-07", []string{"2026-05-10"}}, {"2026-05-07", []string{"2026-05-10"}},
			{"2026-05-10", []string{"2026-05-10"}}, {"2027-05-06", []string{"2026-05-10"}}, {"2027-05-07", []string{"2026-05-10", "2027-05-10"}}}},
		"on the day, once": {models.ImportantDate{Day: "2026-05-10", RemindDays: &none}, "2026-01-01", []step{
			{"2026-05-09", nil}, {"2026-05-10", []string{"2026-05-10"}}, {"2026-05-10", []string{"2026-05-10"}}, {"2027-05-10", []string{"2026-05-10"}}}},
		"kept too late for three days": {models.ImportantDate{Day: "2026-05-10", RemindDays: &three}, "2026-05-09", []step{
			{"2026-05-09", []string{"2026-05-10"}}, {"2026-05-10", []string{"2026-05-10"}}}},
		"nobody worked on the day": {models.ImportantDate{Day: "2020-05-10", Yearly: true, RemindDays: &three}, "2026-01-01", []step{
			{"2026-05-11", nil}, {"2027-05-08", []string{"2027-05-10"}}}},
		"29 February": {models.ImportantDate{Day: "2024-02-29", Yearly: true, RemindDays: &none}, "2026-01-01", []step{
			{"2026-02-28", nil}, {"2026-03-01", []string{"2026-03-01"}}, {"2028-02-29", []string{"2026-03-01", "2028-02-29"}}}},
		"over the turn of the year": {models.ImportantDate{Day: "2020-01-01", Yearly: true, RemindDays: &three}, "2026-06-01", []step{
			{"2026-12-28", nil}, {"2026-12-29", []string{"2027-01-01"}}, {"2027-01-01", []string{"2027-01-01"}}}},
		"no reminder": {models.ImportantDate{Day: "2026-05-10"}, "2026-01-01", []step{{"2026-05-10", nil}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sitetest.New(t)
			tt.date.Name = "Harbour day"
			vip(t, s, tt.date, tt.since)
			for _, step := range tt.steps {
				if got := reminded(t, s, step.on); !slices.Equal(got, step.want) {
					t.Fatalf("until %s mails went out for %v, want %v", step.on, got, step.want)
				}
			}
		})
	}
}

func TestOnlyVIPsAreReminded(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	none := 0
	d := vip(t, s, models.ImportantDate{Name: "Harbour day", Day: "2026-05-10", RemindDays: &none}, "2026-01-01")
	s.Exec("UPDATE users SET vip = ?", false)
	if got := reminded(t, s, "2026-05-10"); len(got) != 0 {
		t.Errorf("reminded of %v", got)
	}
	s.Exec("UPDATE users SET vip = ? WHERE id = ?", true, d.UserID)
	if got := reminded(t, s, "2026-05-10"); len(got) != 1 {
		t.Errorf("a VIP again is reminded of %v", got)
	}
}

// An edit on the day must not bring the mail a second time, but another day
// brings another mail.
func TestEditsDoNotRepeatAReminder(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	none := 0
	d := vip(t, s, models.ImportantDate{Name: "Harbour day", Day: "2026-05-10", RemindDays: &none}, "2026-01-01")
	save := func(day, today string) {
		must(t, s.DB.Tx(t.Context(), func(tx *gorm.DB) error {
			d, err := models.ImportantDatesIn(tx).Get(t.Context(), d.ID)
			if err != nil {
				return err
			}
			d.Day, d.Note = day, d.Note+"!"
			return models.SaveImportantDate(t.Context(), tx, d, on(t, today))
		}))
	}
	reminded(t, s, "2026-05-10")
	save("2026-05-10", "2026-05-10")
	if got := reminded(t, s, "2026-05-10"); len(got) != 1 {
		t.Errorf("after an edit of the note: %v", got)
	}
	save("2026-05-12", "2026-05-10")
	if got := reminded(t, s, "2026-05-12"); !slices.Equal(got, []string{"2026-05-10", "2026-05-12"}) {
		t.Errorf("after another day was set: %v", got)
	}
}

func TestRemindersAtOnceAndManyOfThem(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	none := 0
	d := vip(t, s, models.ImportantDate{Name: "Harbour day", Day: "2026-05-10", RemindDays: &none}, "2026-01-01")
	rows := make([]models.ImportantDate, 150) // more than one batch
	for i := range rows {
		rows[i] = d
		rows[i].ID, rows[i].Name = 0, d.Name+strings.Repeat("!", i+1)
	}
	must(t, db.Rows[models.ImportantDate](s.DB.Write).CreateInBatches(t.Context(), &rows, 50))
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if _, err := tasks.RemindNow(t.Context(), s.Tasks, on(t, "2026-05-10")); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := reminded(t, s, "2026-05-10"); len(got) != 151 {
		t.Errorf("%d mails for 151 dates", len(got))
	}
}

func TestReminderMail(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	none := 0
	today := models.Today().Format(time.DateOnly)
	d := vip(t, s, models.ImportantDate{Name: `Lamps & <b>"ropes"</b>`, Note: "Wave.\nTwice.", Day: today, RemindDays: &none}, today)
	gone := vip2(t, s, d, "Gone")
	_, err := tasks.RemindNow(t.Context(), s.Tasks, models.Today())
	must(t, err)
	s.Exec("DELETE FROM important_dates WHERE id = ?", gone)
	s.Work()
	s.Settle()
	mails, err := s.Mails.List(t.Context())
	must(t, err)
	if len(mails) != 1 {
		t.Fatalf("%d mails: %+v", len(mails), mails)
	}
	wantReminder(t, mails[0], d, s.Path("date", d.ID))
}

// vip2 copies a date under another name.
func vip2(t *testing.T, s *sitetest.Site, d models.ImportantDate, name string) int64 {
	t.Helper()
	d.ID, d.Name = 0, name
	must(t, db.Rows[models.ImportantDate](s.DB.Write).Create(t.Context(), &d))
	return d.ID
}

func wantReminder(t *testing.T, m mail.Stored, d models.ImportantDate, path string) {
	t.Helper()
	if want := d.Name + ": " + models.Today().Format("2 January 2006"); m.Subject != want || m.To != "nightheron@superbook.test" {
		t.Errorf("to %s: %q, want %q", m.To, m.Subject, want)
	}
	for _, words := range []string{"Hello nightheron", d.Name, d.Note, "http://superbook.test" + path} {
		if !strings.Contains(m.Text, words) {
			t.Errorf("the text is without %q:\n%s", words, m.Text)
		}
	}
	if strings.Contains(m.HTML, "<b>\"ropes") || !strings.Contains(m.HTML, "http://superbook.test"+path) {
		t.Errorf("the HTML is\n%s", m.HTML)
	}
}
