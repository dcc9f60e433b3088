// Package views answers requests: one function for each row of the URL table,
// with the page it fills beside it.
package views

import (
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/kit/auth"
	"superbook/kit/chat"
	"superbook/kit/db"
	"superbook/kit/fault"
	"superbook/kit/live"
	"superbook/kit/mail"
	"superbook/kit/media"
	"superbook/kit/problem"
	"superbook/kit/queue"
	"superbook/kit/render"
	"superbook/kit/throttle"
	"superbook/models"
	"superbook/tasks"
)

// Views holds what views need. It is filled once, in package site, and only
// read after; Drain is the one thing that happens to it.
type Views struct {
	DB       *db.DB
	Jobs     *queue.Queue
	Live     *live.Hub
	Chat     *chat.Hub
	News     *tasks.Publisher
	Tasks    *tasks.Deps
	Patrol   *tasks.Patrol
	Pulse    *tasks.Pulse
	Figures  *tasks.Figures
	Files    *media.Store
	Auth     *auth.Auth[models.Viewer]
	Hasher   *auth.Hasher
	Signer   *auth.Signer
	Secret   []byte // for session stamps
	Limits   Limits
	Registry models.Registry
	Late     LateServices
	Dossiers *throttle.Places // that are written at once
	Patience time.Duration    // for which a page waits for what it can do without
	Outbox   *mail.Outbox     // only in development; otherwise nil
	Faults   *fault.Switches  // only in development; otherwise nil
	Source   Source
	Log      *slog.Logger
	Debug    bool
	Secure   bool // the site is served over HTTPS
	draining atomic.Bool

	MetricsToken string // opens /metrics; "" keeps it shut
}

// Base is what the layout needs on every page. Page structs embed it.
type Base struct {
	Title   string
	Me      *models.Viewer // nil for a stranger
	Path    string         // of this page, for links that come back to it
	Section string         // which entry of the navigation is current
	Theme   string         // light, dark, or "" for what the system prefers
	Flash   string         // words from the page before
	Follow  string         // the address of this page's live stream, or ""
	Last    string         // where in the stream this page's content stands
	Refresh int            // without JavaScript, reload after this many seconds; 0 never
	DevMail bool           // development: there is a page that shows mails
	Noindex bool
}

// base fills what every page has.
func (v *Views) base(c echo.Context, section, title string) Base {
	b := Base{Title: title, Section: section, Path: c.Request().URL.RequestURI(), DevMail: v.Outbox != nil, Noindex: section == "dashboard"}
	b.Last, _ = c.Get(cursorKey).(string)
	if who, ok := auth.User[models.Viewer](c); ok {
		b.Me = &who
		b.Flash = v.Auth.TakeFlash(c)
		// A member's pages follow at least what concerns the member. Without the
		// table there is no address, and the page is one that says so.
		b.Follow, _ = v.follow(c)
	}
	if ck, err := c.Cookie(themeCookie); err == nil && (ck.Value == "light" || ck.Value == "dark") {
		b.Theme = ck.Value
	}
	return b
}

// me is who is asking; a stranger is the zero Viewer.
func me(c echo.Context) models.Viewer {
	who, _ := auth.User[models.Viewer](c)
	return who
}

// wantsJSON says whether the client asks for JSON rather than a page.
func wantsJSON(c echo.Context) bool {
	for part := range strings.SplitSeq(c.Request().Header.Get(echo.HeaderAccept), ",") {
		kind, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		switch kind {
		case "text/html", "application/xhtml+xml":
			return false
		case echo.MIMEApplicationJSON, "application/problem+json":
			return true
		}
	}
	return false
}

// privateJSON answers with what only this visitor may see.
func privateJSON(c echo.Context, status int, body any) error {
	c.Response().Header().Set(echo.HeaderCacheControl, "private, no-cache")
	return c.JSON(status, body)
}

// refuse answers a form that was not accepted: the page with the form again,
// or a problem for who asked for JSON. Either way 422.
func refuse(c echo.Context, wrong map[string]string, page render.Page) error {
	if wantsJSON(c) {
		return problem.Refused(wrong)
	}
	return render.ShowStatus(c, http.StatusUnprocessableEntity, page)
}
