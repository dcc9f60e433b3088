package views

import (
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
)

// DateItem is an important date as it looks from today.
type DateItem struct {
	ID         int64     `json:"id"`
	Name       string    `json:"name"`
	Day        string    `json:"day"` // YYYY-MM-DD
	Yearly     bool      `json:"yearly"`
	Note       string    `json:"note"`
	RemindDays *int      `json:"remind_days,omitempty"` // for VIPs, if they set it
	Next       time.Time `json:"-"`                     // when it comes round, or was the last time
	Days       int       `json:"days"`                  // from today until then; negative when it is over
}

func dateItem(d models.ImportantDate, today time.Time, who models.Viewer) DateItem {
	item := DateItem{ID: d.ID, Name: d.Name, Day: d.Day, Yearly: d.Yearly, Note: d.Note}
	if who.VIP {
		item.RemindDays = d.RemindDays
	}
	next, ok := d.Next(today)
	if !ok {
		next, _ = d.Next(time.Time{}) // the one time that there was
	}
	item.Next = next
	item.Days = int((next.Unix() - today.Unix()) / (24 * 60 * 60)) // a Duration ends after 292 years
	return item
}

// Past says whether it will not come round again.
func (d DateItem) Past() bool { return d.Days < 0 }

// Rhythm says in words how a date comes round every year.
func (d DateItem) Rhythm() string {
	first, err := time.Parse(time.DateOnly, d.Day)
	if err != nil || !first.Before(d.Next) {
		return "Every year from then on"
	}
	return "Every year since " + first.Format("2 January 2006")
}

// Reminder says in words when a mail will be sent, or "" for never.
func (d DateItem) Reminder() string {
	switch {
	case d.RemindDays == nil || d.Past():
		return ""
	case *d.RemindDays == 0:
		return "By mail, on the day"
	}
	return "By mail, " + render.Plural(*d.RemindDays, "day", "days") + " before"
}

// When says in words how far away it is.
func (d DateItem) When() string {
	switch {
	case d.Days == 0:
		return "today"
	case d.Days == 1:
		return "tomorrow"
	case d.Days > 0:
		return "in " + render.Plural(d.Days, "day", "days")
	}
	return render.Plural(-d.Days, "day", "days") + " ago"
}

// DatesPage lists one's own important dates: those to come, soonest first, and
// those that are over, latest first.
type DatesPage struct {
	Base
	Coming, Past []DateItem
}

// Template names the page's template.
func (DatesPage) Template() string { return "dates/list" }

// Dates handles GET /dates, as a page or as JSON. Nobody keeps so many that
// they would need more pages than one.
func (v *Views) Dates(c echo.Context) error {
	dates, err := models.ImportantDatesIn(v.DB.Read).By(me(c).ID).Oldest(models.DatesKept).Find(c.Request().Context())
	if err != nil {
		return err
	}
	page := DatesPage{Base: v.base(c, "dates", "Important dates")}
	today := models.Today()
	for _, d := range dates {
		if item := dateItem(d, today, me(c)); item.Past() {
			page.Past = append(page.Past, item)
		} else {
			page.Coming = append(page.Coming, item)
		}
	}
	slices.SortStableFunc(page.Coming, func(a, b DateItem) int { return a.Days - b.Days })
	slices.SortStableFunc(page.Past, func(a, b DateItem) int { return b.Days - a.Days })
	if wantsJSON(c) {
		return privateJSON(c, http.StatusOK, slices.Concat([]DateItem{}, page.Coming, page.Past))
	}
	return render.Show(c, page)
}

// DatePage shows one important date.
type DatePage struct {
	Base
	Date DateItem
}

// Template names the page's template.
func (DatePage) Template() string { return "dates/detail" }

// Date handles GET /dates/:id, as a page or as JSON.
func (v *Views) Date(c echo.Context) error {
	d, err := v.myDate(c)
	if err != nil {
		return err
	}
	item := dateItem(d, models.Today(), me(c))
	if wantsJSON(c) {
		return privateJSON(c, http.StatusOK, item)
	}
	return render.Show(c, DatePage{v.base(c, "dates", d.Name), item})
}

// myDate finds the viewer's own date out of the path. Somebody else's is not
// found.
func (v *Views) myDate(c echo.Context) (models.ImportantDate, error) {
	id, err := route.ID(c)
	if err != nil {
		return models.ImportantDate{}, err
	}
	return models.ImportantDatesIn(v.DB.Read).By(me(c).ID).Get(c.Request().Context(), id)
}
