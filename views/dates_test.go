package views_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/models"
	"superbook/site/sitetest"
)

// day is some days from today.
func day(days int) string { return models.Today().AddDate(0, 0, days).Format(time.DateOnly) }

// noting is a form for a date that is accepted, with some fields replaced.
func noting(change map[string]string) url.Values {
	form := url.Values{"name": {"First flight"}, "day": {day(3)}, "yearly": {"true"}, "note": {"From the boathouse roof.\nA fall, really."}}
	for field, value := range change {
		form.Set(field, value)
	}
	return form
}

// note makes a date and gives its path and number.
func note(t *testing.T, b *sitetest.Browser, change map[string]string) (path, id string) {
	t.Helper()
	path = b.Post("date.new", noting(change)).Is(http.StatusSeeOther).Header.Get("Location")
	return path, strings.TrimPrefix(path, "/dates/")
}

// beVIP lets a member into the VIP group.
func beVIP(t *testing.T, s *sitetest.Site, u models.User, vip bool) {
	t.Helper()
	err := s.DB.Tx(t.Context(), func(tx *gorm.DB) error { return models.SetVIP(t.Context(), tx, u.ID, vip) })
	if err != nil {
		t.Fatal(err)
	}
}

func TestDateFromTheFirstToTheLast(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	b.Get("dates").Is(http.StatusOK).Shows("No dates yet").AtMost(3)
	b.Get("date.new").Is(http.StatusOK).Shows("A new date").AtMost(2)
	path, id := note(t, b, nil)
	b.Visit(path).Is(http.StatusOK).Shows("Saved. We hope", "First flight", "in 3 days", "A fall, really.", "Every year from then on").AtMost(4)
	b.Get("dates").Is(http.StatusOK).Shows("To come", "First flight", "in 3 days", ", every year").Hides("No dates yet", ">Over<")

	form := b.Get("date.edit", id).Is(http.StatusOK).Shows("Edit this date").AtMost(3)
	for field, want := range noting(nil) {
		if got := form.Value(field); got != want[0] {
			t.Errorf("%s is %q in the form, want %q", field, got, want[0])
		}
	}
	if form.HTML().Find("[name=yearly][checked]").Length() != 1 {
		t.Error("the form has forgotten that it is every year")
	}
	change := noting(map[string]string{"name": "Second flight", "day": day(-2), "note": ""})
	change.Del("yearly") // as browsers send a box that is not ticked
	b.Post("date.edit", change, id).Is(http.StatusSeeOther).GoesTo(path).AtMost(5)
	b.Visit(path).Shows("Saved.", "Second flight", "It was 2 days ago").Hides("First flight", "A fall", "Every year")
	b.Get("dates").Shows("Over", "Second flight").Hides("To come")

	b.Get("date.delete", id).Is(http.StatusOK).Shows("Delete this date?", "Second flight").AtMost(3)
	b.Visit(path).Is(http.StatusOK)
	b.Post("date.delete", nil, id).Is(http.StatusSeeOther).GoesTo("/dates")
	b.Get("dates").Shows("“Second flight” is deleted.", "No dates yet")
	for _, a := range []*sitetest.Answer{b.Visit(path), b.Get("date.edit", id), b.Get("date.delete", id),
		b.Post("date.edit", noting(nil), id), b.Post("date.edit", nil, id), b.Post("date.delete", nil, id)} {
		a.Is(http.StatusNotFound).Shows("There is no such date.")
	}
}

func TestDatesAreTheirOwnersAndNobodyElses(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	owner := s.As(t, s.Hero("nightheron"))
	path, id := note(t, owner, nil)
	for name, b := range map[string]*sitetest.Browser{"a fan": s.As(t, s.Fan("wren")), "staff": s.As(t, s.Staff())} {
		t.Run(name, func(t *testing.T) {
			b := b.In(t)
			b.Get("dates").Is(http.StatusOK).Hides("First flight")
			for _, a := range []*sitetest.Answer{b.Visit(path), b.JSON().Visit(path), b.Get("date.edit", id), b.Get("date.delete", id),
				b.Post("date.edit", noting(map[string]string{"name": "Mine"}), id), b.Post("date.delete", nil, id)} {
				a.Is(http.StatusNotFound).Hides("First flight")
			}
		})
	}
	owner.Visit(path).Is(http.StatusOK).Shows("First flight")
	for _, id := range []string{"0", "-1", "4711", "x", "9999999999999999999", "%00", "new%00"} {
		owner.Visit("/dates/" + id).Is(http.StatusNotFound)
		owner.Do(formTo("/dates/"+id+"/edit", noting(nil))).Is(http.StatusNotFound)
	}
}

func TestRefusedDateKeepsEveryField(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	hero := s.Hero("nightheron")
	beVIP(t, s, hero, true)
	b := s.As(t, hero)
	note(t, b, map[string]string{"name": "Taken", "day": "2026-01-01"})
	_, id := note(t, b, map[string]string{"remind": "7"})
	for row, tt := range map[string]struct {
		change       map[string]string
		field, words string
	}{
		"no name":                  {map[string]string{"name": " \t "}, "name", "Give the day a name"},
		"a name of 61":             {map[string]string{"name": strings.Repeat("é", 61)}, "name", "60 characters"},
		"no day":                   {map[string]string{"day": ""}, "day", "like 2026-12-31"},
		"a day in words":           {map[string]string{"day": "tomorrow"}, "day", "like 2026-12-31"},
		"a day that is not":        {map[string]string{"day": "2026-02-29"}, "day", "like 2026-12-31"},
		"a day of long ago":        {map[string]string{"day": "0999-12-31"}, "day", "very long time ago"},
		"a note of 501":            {map[string]string{"note": strings.Repeat("ж", 501)}, "note", "500 characters"},
		"a reminder in words":      {map[string]string{"remind": "soon"}, "remind", "0 to 30"},
		"a reminder after the day": {map[string]string{"remind": "-1"}, "remind", "0 to 30"},
		"a reminder of 31 days":    {map[string]string{"remind": "31"}, "remind", "0 to 30"},
		"a reminder without end":   {map[string]string{"remind": strings.Repeat("9", 30)}, "remind", "0 to 30"},
		"the same again":           {map[string]string{"name": "Taken", "day": "2026-01-01"}, "name", "on that day already"},
	} {
		t.Run(row, func(t *testing.T) {
			b, form := b.In(t), noting(map[string]string{"remind": "5"})
			for field, value := range tt.change {
				form.Set(field, value)
			}
			for _, a := range []*sitetest.Answer{b.Post("date.new", form), b.Post("date.edit", form, id)} {
				a.Is(http.StatusUnprocessableEntity)
				if got := a.HTML().Find("#" + tt.field + "-error").Text(); !strings.Contains(got, tt.words) {
					t.Errorf("the words beside %s are %q, want %q", tt.field, got, tt.words)
				}
				for field := range form {
					if got, want := a.Value(field), form.Get(field); got != strings.TrimSpace(want) {
						t.Errorf("%s came back as %q, want %q", field, got, want)
					}
				}
			}
			p := problemOf(t, b.JSON().Post("date.new", form).Is(http.StatusUnprocessableEntity))
			if len(p.Errors) != 1 || !strings.Contains(p.Errors[tt.field], tt.words) {
				t.Errorf("as JSON: %v", p.Errors)
			}
		})
	}
	b.Do(formTo("/dates/new", noting(map[string]string{"yearly": "maybe"}))).Is(http.StatusBadRequest)
	if n := rows(t, s, "important_dates", "1 = 1"); n != 2 {
		t.Errorf("%d dates, want the two that were accepted", n)
	}
	if got := b.Get("date.edit", id).Value("remind"); got != "7" {
		t.Errorf("refused forms changed the reminder to %q", got)
	}
}

func TestDateSentTwiceIsOne(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	cookies := b.Cookies()
	var wg sync.WaitGroup
	places := make(chan string, 6)
	for range cap(places) {
		wg.Go(func() {
			r := formTo("/dates/new", noting(nil))
			for _, c := range cookies {
				r.AddCookie(c)
			}
			w := httptest.NewRecorder()
			s.Web.ServeHTTP(w, r)
			places <- w.Header().Get("Location")
		})
	}
	wg.Wait()
	close(places)
	for place := range places {
		b.Visit(place).Is(http.StatusOK).Shows("First flight")
	}
	if n := rows(t, s, "important_dates", "1 = 1"); n != 1 {
		t.Errorf("%d dates are kept", n)
	}
	b.Post("date.new", noting(map[string]string{"note": "Something else."})).Is(http.StatusUnprocessableEntity).Shows("Something else.", "on that day already")
}

func TestOnlyVIPsSeeAndSetTheReminder(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	hero := s.Hero("nightheron")
	b := s.As(t, hero)
	kept := func(want string) {
		t.Helper()
		var got []string
		if err := s.DB.Read.Raw("SELECT COALESCE(CAST(remind_days AS TEXT), 'none') FROM important_dates").Scan(&got).Error; err != nil {
			t.Fatal(err)
		}
		if len(got) != 1 || got[0] != want {
			t.Errorf("the reminder is %v, want %s", got, want)
		}
	}
	b.Get("date.new").Is(http.StatusOK).Hides("Remind me by mail", `name="remind"`)
	// By hand, with every name that a field of the form could have.
	path, id := note(t, b, map[string]string{"remind": "5", "vip": "true", "VIP": "true", "Vip": "1", "-": "true", "remind_days": "5", "RemindDays": "5"})
	kept("none")
	b.Visit(path).Hides("Reminder")
	for kind, body := range map[string]string{
		"application/json": `{"name":"First flight","day":"` + day(3) + `","remind":"5","vip":true,"VIP":true,"remind_days":5}`,
		"application/xml": `<ImportantDate><Name>First flight</Name><Day>` + day(3) + `</Day><Remind>5</Remind>` +
			`<vip>true</vip><VIP>true</VIP></ImportantDate>`,
	} {
		r := httptest.NewRequest(http.MethodPost, path+"/edit", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		b.Do(r).Is(http.StatusSeeOther)
		kept("none")
	}

	beVIP(t, s, hero, true)
	b.Get("date.new").Shows("Remind me by mail")
	b.Post("date.edit", noting(map[string]string{"remind": "1"}), id).Is(http.StatusSeeOther)
	kept("1")
	b.Visit(path).Shows("By mail, 1 day before")
	b.Post("date.edit", noting(map[string]string{"remind": "0"}), id).Is(http.StatusSeeOther)
	kept("0")
	b.Visit(path).Shows("By mail, on the day")

	beVIP(t, s, hero, false)
	b.Visit(path).Hides("By mail")
	b.JSON().Visit(path).Hides("remind_days")
	b.Post("date.edit", noting(map[string]string{"remind": "30", "name": "Other"}), id).Is(http.StatusSeeOther)
	kept("0") // neither obeyed nor lost
	beVIP(t, s, hero, true)
	b.Post("date.edit", noting(map[string]string{"remind": ""}), id).Is(http.StatusSeeOther)
	kept("none")
}

func TestDatesAreListedSoonestFirst(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	for name, tt := range map[string]struct {
		days   int
		yearly string
	}{"b": {1, ""}, "c": {400, ""}, "a": {0, ""}, "bb": {5 - 365*4, "true"}, "d": {-1, ""}, "e": {-365000, ""}, "cc": {1000000, "true"}} {
		form := noting(map[string]string{"name": "date " + name, "day": day(tt.days)})
		if tt.yearly == "" {
			form.Del("yearly")
		}
		b.Post("date.new", form).Is(http.StatusSeeOther)
	}
	page := b.Get("dates").Is(http.StatusOK).Shows("today", "tomorrow", "in 400 days", "in 1,000,000 days", "1 day ago", "365,000 days ago")
	b.Get("dates").AtMost(3) // the first look also takes the words from the page before
	names := page.HTML().Find(".dates h3").Map(func(_ int, s *goquery.Selection) string { return s.Text() })
	if got, want := strings.Join(names, ","), "date a,date b,date bb,date c,date cc,date d,date e"; got != want {
		t.Errorf("the order is %s, want %s", got, want)
	}
	var list []struct {
		ID   int64
		Name string
		Days int
	}
	a := b.JSON().Get("dates").Is(http.StatusOK).Decode(&list)
	if len(list) != 7 || list[0].Name != "date a" || list[6].Days != -365000 || a.Header.Get("Cache-Control") != "private, no-cache" {
		t.Errorf("as JSON: %+v", list)
	}
	s.As(t, s.Fan("wren")).JSON().Get("dates").Is(http.StatusOK).Decode(&list)
	if len(list) != 0 {
		t.Errorf("somebody else's: %+v", list)
	}
	var one struct{ Name, Day, Note string }
	id := rows(t, s, "important_dates", "1 = 1") // any number that is there
	b.JSON().Get("date", id).Is(http.StatusOK).Decode(&one)
	if !strings.HasPrefix(one.Name, "date ") || len(one.Day) != 10 || one.Note == "" {
		t.Errorf("one as JSON: %+v", one)
	}
}

func TestHostileWordsInADate(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, s.Hero("nightheron"))
	const evil = `"><script>x()</script><b class=evil>`
	path, id := note(t, b, map[string]string{"name": evil, "note": evil + "</textarea><i class=evil>"})
	for _, place := range []string{path, path + "/edit", path + "/delete", "/dates"} {
		page := b.Visit(place).Is(http.StatusOK).HTML()
		if n := page.Find("script:not([src]), .evil").Length(); n != 0 {
			t.Errorf("%s: what a member wrote became %d elements", place, n)
		}
	}
	b.Post("date.edit", noting(map[string]string{"name": " a\x00b\r\n\u0085c\u009b\xff ", "note": "1\r\n2\x07\u0090\xff"}), id).Is(http.StatusSeeOther)
	form := b.Get("date.edit", id)
	if name, note := form.Value("name"), form.Value("note"); name != "a b c \ufffd" || note != "1\n2\ufffd" {
		t.Errorf("kept as %q and %q", name, note)
	}
}

func TestNoMoreDatesThanFit(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	hero := s.Hero("nightheron")
	all := make([]models.ImportantDate, models.DatesKept)
	for i := range all {
		all[i] = models.ImportantDate{UserID: hero.ID, Name: "A day", Day: day(i)}
	}
	if err := db.Rows[models.ImportantDate](s.DB.Write).CreateInBatches(t.Context(), &all, 100); err != nil {
		t.Fatal(err)
	}
	b := s.As(t, hero)
	a := b.Post("date.new", noting(nil)).Is(http.StatusUnprocessableEntity).Shows("You keep 500 dates, and more do not fit.")
	if a.Value("name") != "First flight" {
		t.Error("the form came back empty")
	}
	b.Get("dates").Is(http.StatusOK).AtMost(3)
}
