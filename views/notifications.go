package views

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"superbook/kit/form"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
)

// notificationsShown is how many a page has.
const notificationsShown = 30

// NotificationsPage lists what a member was told.
type NotificationsPage struct {
	Base
	Notifications []models.NotificationCard
	Newest        int64 // the number up to which "mark as read" goes
	Older         bool  // not the newest page of them
	More          int64 // the number before which there are older ones; 0 when there are none
}

// Template names the page's template.
func (NotificationsPage) Template() string { return "notifications" }

// Unseen is how many the member has not seen yet.
func (p NotificationsPage) Unseen() int { return p.Me.Unseen }

// Before is the query of pages that go on where another one ended.
type Before struct {
	ID int64 `query:"before"`
}

// Notifications handles GET /notifications.
func (v *Views) Notifications(c echo.Context) error {
	var q Before
	if err := form.Query(c, &q); err != nil {
		return err
	}
	list, err := models.NotificationsOf(v.DB.Read, me(c).ID).Before(q.ID).Newest(c.Request().Context(), notificationsShown+1)
	if err != nil {
		return err
	}
	page := NotificationsPage{Base: v.base(c, "notifications", "Notifications"), Older: q.ID != 0}
	if len(list) > notificationsShown {
		list = list[:notificationsShown]
		page.More = list[len(list)-1].ID
	}
	if page.Notifications = list; len(list) > 0 {
		page.Newest = list[0].ID
	}
	return render.Show(c, page)
}

// NotificationsSeen handles POST /notifications/seen: everything up to the
// number in the form, which is what the page showed.
func (v *Views) NotificationsSeen(c echo.Context) error {
	ctx := c.Request().Context()
	upTo, err := strconv.ParseInt(c.FormValue("upto"), 10, 64)
	if err != nil {
		return route.Redirect(c, "notifications")
	}
	if err := models.MarkSeen(ctx, v.DB.Write, me(c).ID, upTo); err != nil {
		return err
	}
	v.News.Seen(ctx, me(c).ID)
	return route.Redirect(c, "notifications")
}

// noteSeen notes that a member looks at what they were told of, and shows it on the
// badge of this page and of their others. Only who has something new to read
// pays for it with a query, and with a write if it is this.
func (v *Views) noteSeen(c echo.Context, b *Base, about models.About) error {
	if me(c).Unseen == 0 {
		return nil
	}
	ctx := c.Request().Context()
	n, err := models.UnseenAbout(ctx, v.DB.Read, me(c).ID, about)
	if err != nil || n == 0 {
		return err
	}
	if err := models.MarkSeenAbout(ctx, v.DB.Write, me(c).ID, about); err != nil {
		return err
	}
	b.Me.Unseen = max(0, b.Me.Unseen-n)
	v.News.Seen(ctx, me(c).ID)
	return nil
}
