package browser_test

import (
	"maps"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/kit/fault"
	"superbook/kit/problem"
	"superbook/models"
	"superbook/site"
	"superbook/site/sitetest"
)

// visit is one page as somebody comes to see it.
type visit struct {
	shows  string // what, in the name of a test and of a picture
	who    models.User
	path   string
	form   string            // selector of a form on it that is sent, to see it refused
	fields map[string]string // what the form is filled with
	status int
	live   bool // without scripts the page reloads itself
}

// cast is who visits, and what there is to visit.
type cast struct {
	*world
	hero, fan, staff models.User
	photos           map[models.State]int64 // of the hero
	tasks            map[models.TaskState]int64
	reset            string           // path out of a mail
	rooms            map[string]int64 // by kind; see openRooms
	post, personal   int64            // of the hero
	comment          int64            // of the fan, about the post
	sighting         int64            // of the hero, by the fan
	pages            bookPages
	schedule         string   // path of one that staff made
	hooks            []string // paths of webhooks of the hero
	failed           int64    // a job
}

// castOf fills a site with one photo in each state, and a mail.
func castOf(t *testing.T, w *world) *cast {
	t.Helper()
	c := &cast{world: w, fan: w.Fan("wren"), staff: w.Staff(), photos: map[models.State]int64{}}
	c.hero = w.Member("grey-heron", models.Profile{Kind: models.Hero, Name: "Maximiliane of the Unpronounceable Archipelago",
		Bio: strings.Repeat("Patient. ", 20), Origin: "Port Sable", Birthdate: "1990-02-03",
		Powers: []string{"Fog craft", "Disproportionately long powers", "Flight"}})
	c.As(t, stranger).Post("password.forgotten", url.Values{"email": {"wren@superbook.test"}}).Is(http.StatusOK)
	w.Views.Faults = fault.New(w.Jobs.Kinds(), fault.Plan{"mail.reminder": {Fail: 2}}, w.Live, w.Log)
	w.Work()
	b := w.As(t, c.hero)
	for i, state := range []models.State{models.Queued, models.Processing, models.Failed, models.Ready} {
		file := sitetest.JPEG(t, sitetest.Picture(640, 400, i))
		c.photos[state] = b.Submit(file, url.Values{"alt": {"Four colours, number " + string(state)}}).Is(http.StatusSeeOther).PhotoID()
	}
	b.Post("post.new", url.Values{"text": {"Fog over the quay tonight, and a foghorn that no <b>one</b> hears.\n" + strings.Repeat("東京 Disproportionatelylongword ", 8)}}).Is(http.StatusSeeOther)
	w.Settle()
	w.Exec("UPDATE photos SET state = 'queued', progress = 0, version = '' WHERE id = ?", c.photos[models.Queued])
	w.Exec("UPDATE photos SET state = 'processing', progress = 40, version = '' WHERE id = ?", c.photos[models.Processing])
	w.Exec("UPDATE photos SET state = 'failed', version = '', failure = 'The end of that picture is missing.' WHERE id = ?", c.photos[models.Failed])
	c.fillTasks()
	c.talk()
	c.attach(t)
	mails, err := w.Mails.List(t.Context())
	if err != nil || len(mails) != 1 {
		t.Fatalf("there are %d mails: %v", len(mails), err)
	}
	c.rooms = c.openRooms(t)
	c.reset = regexp.MustCompile(`/accounts/password/reset/[\w-]+`).FindString(mails[0].Text)
	c.sighting = c.sightingBy(t, c.fan, "grey-heron")
	c.fillBookPages(t)
	c.fillSchedules(t)
	c.addHooks(t)
	c.company()
	anHour(t, w.Site, time.Now().UTC())
	return c
}

// fillTasks has the hero's tasks stand in many ways.
func (c *cast) fillTasks() {
	c.tasks = map[models.TaskState]int64{models.TaskRunning: c.Task(c.photos[models.Processing]).ID, models.TaskRetrying: c.Task(c.photos[models.Queued]).ID,
		models.TaskFailed: c.Task(c.photos[models.Failed]).ID, models.TaskCancelled: c.Task(c.photos[models.Ready]).ID}
	for state, id := range c.tasks {
		c.Exec("UPDATE tasks SET state = ?, progress = 40, attempts = 1 WHERE id = ?", state, id)
	}
	c.Exec("UPDATE tasks SET finished_at = NULL, due_at = ? WHERE id IN (?, ?)", time.Now().UTC().Add(time.Hour), c.tasks[models.TaskRunning], c.tasks[models.TaskRetrying])
	c.Exec("UPDATE tasks SET failure = 'The end of that picture is missing.' WHERE id IN (?, ?)", c.tasks[models.TaskFailed], c.tasks[models.TaskCancelled])
}

// pageless are rows that show no page.
var pageless = []string{"attachment", "public", "user.suggest", "live", "media", "static", "healthz", "readyz", "metrics", "room.messages", "room.socket"}

// examples has every page that the URL table can show, by the name of the row.
func (c *cast) examples() map[string][]visit {
	photo := func(s models.State) string { return c.Path("photo", c.photos[s]) }
	all := map[string][]visit{
		"home":               {{shows: "stranger"}, {shows: "hero", who: c.hero}},
		"about":              {{}},
		"heroes":             {{shows: "found", path: "/heroes?power=fog-craft&kind=all&sort=name"}, {shows: "nobody", path: "/heroes?q=zzz"}, {shows: "all", who: c.fan}, {shows: "fans", path: "/heroes?kind=fan"}},
		"search":             {{shows: "found", path: "/search?q=fo"}, {shows: "found by a member", who: c.fan, path: "/search?q=fog&what=posts"}, {shows: "nothing", path: "/search?q=zzz"}, {shows: "empty"}},
		"dev.mail":           {{}},
		"dev.faults":         {{}},
		"signup":             {{}},
		"login":              {{}},
		"password.forgotten": {{}},
		"password.reset":     {{path: c.reset}},
		"password.change":    {{who: c.fan}},
		"me":                 {{who: c.hero}},
		"me.edit":            {{shows: "hero", who: c.hero}, {shows: "fan", who: c.fan}},
		"me.photos":          {{shows: "some", who: c.hero}, {shows: "none", who: c.fan}},
		"user":               {{shows: "stranger", path: "/users/grey-heron"}, {shows: "own", who: c.fan, path: "/users/wren"}, {shows: "bare", path: "/users/wren"}},
		"user.dossier":       {{path: "/users/grey-heron/dossier"}},
		"photo": {{shows: "queued", who: c.hero, path: photo(models.Queued), live: true}, {shows: "processing", who: c.hero, path: photo(models.Processing), live: true},
			{shows: "failed", who: c.hero, path: photo(models.Failed)}, {shows: "ready", who: c.hero, path: photo(models.Ready)},
			{shows: "stranger", path: photo(models.Ready)}, {shows: "staff", who: c.staff, path: photo(models.Failed)}},
		"task": {{shows: "running", who: c.hero, path: c.Path("task", c.tasks[models.TaskRunning]), live: true}, {shows: "retrying", who: c.hero, path: c.Path("task", c.tasks[models.TaskRetrying]), live: true},
			{shows: "failed", who: c.hero, path: c.Path("task", c.tasks[models.TaskFailed])}, {shows: "cancelled", who: c.staff, path: c.Path("task", c.tasks[models.TaskCancelled])}},
		"tasks":        {{shows: "some", who: c.hero}, {shows: "none", who: c.staff}},
		"photo.crop":   {{who: c.hero, path: c.Path("photo.crop", c.photos[models.Ready])}},
		"photo.delete": {{who: c.hero, path: c.Path("photo.delete", c.photos[models.Ready])}},

		"feed":           {{shows: "full", who: c.fan}, {shows: "empty", who: c.staff}},
		"post":           {{shows: "stranger", path: c.Path("post", c.post)}, {shows: "own", who: c.hero, path: c.Path("post", c.post)}, {shows: "personal", who: c.fan, path: c.Path("post", c.personal)}},
		"post.new":       {{who: c.fan, path: "/posts/new?to=grey-heron"}},
		"post.edit":      {{who: c.hero, path: c.Path("post.edit", c.post)}},
		"post.delete":    {{who: c.hero, path: c.Path("post.delete", c.post)}},
		"post.share":     {{who: c.fan, path: c.Path("post.share", c.post)}},
		"comment.delete": {{who: c.fan, path: c.Path("comment.delete", c.comment)}},
		"notifications":  {{shows: "some", who: c.hero}, {shows: "none", who: c.staff}},

		"dashboard.pulse": {{shows: "hour", who: c.staff, live: true}, {shows: "day", who: c.staff, path: "/dashboard/pulse?span=day", live: true}},
	}
	maps.Copy(all, c.sightingExamples())
	maps.Copy(all, c.taskExamples())
	maps.Copy(all, c.bookExamples())
	maps.Copy(all, c.hookExamples())
	maps.Copy(all, c.peopleExamples())
	maps.Copy(all, c.scheduleExamples())
	return all
}

// unrefused are rows that take no form which could be refused.
var unrefused = []string{"attachment.new", "attachment.remove", "post.delete", "post.like", "post.unlike", "comment.delete", "notifications.seen", "theme", "logout", "photo.choose", "photo.delete", "task.cancel", "newsletter.confirm", "date.delete",
	"user.follow", "user.unfollow", "user.block", "user.unblock",
	"dashboard.schedule.run", "dashboard.schedule.pause", "dashboard.schedule.resume", "dashboard.schedule.delete",
	"webhook.delete", "webhook.secret", "webhook.rotate", "webhook.on", "webhook.off", "webhook.test", "webhook.held", "delivery.again",
	"sighting.delete", "room.join", "room.leave", "user.message", "uploads", "upload.new", "upload",
	"dashboard.tasks.retry", "dashboard.tasks.job.retry", "dashboard.tasks.job.cancel", "dashboard.tasks.job.discard", "dashboard.queue.pause", "dashboard.queue.resume"}

// refusals are the forms of the site, filled in wrong.
func (c *cast) refusals() map[string][]visit {
	const form = "main form[method=post]"
	wrong := map[string]string{"password": "short", "password2": "other"}
	all := map[string][]visit{
		"signup":             {{form: form, fields: map[string]string{"username": "a b", "email": "nowhere", "password": "short"}}},
		"login":              {{form: form, fields: map[string]string{"username": "wren", "password": "not this one"}}},
		"password.forgotten": {{form: form, fields: map[string]string{"email": "nowhere"}}},
		"password.reset":     {{form: form, path: c.reset, fields: wrong}},
		"dev.faults":         {{form: form, fields: map[string]string{"slow": "5", "fail": "lots"}}},
		"password.change":    {{form: form, who: c.fan, fields: wrong}},
		"me.edit":            {{form: form, who: c.hero, fields: map[string]string{"name": "", "bio": strings.Repeat("long ", 50), "birthdate": "2999-01-01"}}},
		"me.photos":          {{form: form, who: c.hero, fields: map[string]string{"alt": "Nothing chosen"}}},
		"post.new":           {{form: ".composer", who: c.fan, path: "/posts/new", fields: map[string]string{"text": strings.Repeat("long ", 101), "to": "nobody-here"}}},
		"post.edit":          {{form: form, who: c.hero, path: c.Path("post.edit", c.post), fields: map[string]string{"text": ""}}},
		"post.share":         {{form: form, who: c.fan, path: c.Path("post.share", c.post), fields: map[string]string{"text": strings.Repeat("long ", 101)}}},
		"comment.new":        {{form: "#talk form", who: c.fan, path: c.Path("post", c.post), fields: map[string]string{"text": ""}}},
		"photo.crop":         {{form: form, who: c.hero, path: c.Path("photo.crop", c.photos[models.Ready]), fields: map[string]string{"crop_side": "1"}}},
		"photo.alt":          {{form: ".describe", who: c.hero, path: "/users/me/photos", fields: map[string]string{"alt": strings.Repeat("long ", 70)}}},
		"sighting.new":       {{form: form, who: c.fan, fields: map[string]string{"hero": "nobody", "when": "2999-01-01T10:00", "place": "!", "coordinates": "91, 0", "note": strings.Repeat("long ", 70)}}},
	}
	maps.Copy(all, c.bookRefusals())
	maps.Copy(all, c.scheduleRefusals())
	maps.Copy(all, c.hookRefusals())
	return all
}

// visits is the whole URL table, and what goes wrong. A row without an example
// fails the test.
func (c *cast) visits(t *testing.T) (all []visit) {
	t.Helper()
	c.failed = c.failedJob(t)
	examples, refusals := c.examples(), c.refusals()
	maps.Copy(examples, c.roomExamples())
	maps.Copy(refusals, c.roomRefusals())
	for _, row := range c.URLs.Rows() {
		of, except, status := examples, pageless, http.StatusOK
		if row.Method != http.MethodGet {
			of, except, status = refusals, unrefused, http.StatusUnprocessableEntity
		}
		if slices.Contains(except, row.Name) {
			continue
		}
		if len(of[row.Name]) == 0 {
			t.Errorf("%s %s (%s) has no example to look at", row.Method, row.Path, row.Name)
		}
		for _, v := range of[row.Name] {
			v.status = status
			v.shows = strings.Trim(row.Name+" "+v.shows, " ")
			if v.form != "" {
				v.shows += " refused"
			}
			if v.path == "" {
				v.path = c.Path(row.Name)
			}
			all = append(all, v)
		}
	}
	return append(all, c.failures()...)
}

// failures are pages that say what went wrong.
func (c *cast) failures() []visit {
	for status, view := range map[string]echo.HandlerFunc{
		"403": func(echo.Context) error { return problem.Forbidden("This is not for you. Ask whoever keeps it.") },
		"500": func(echo.Context) error { return http.ErrServerClosed },
	} {
		c.Web.GET(path.Join("/failing", status), view)
	}
	return []visit{
		{shows: "error 403", path: "/failing/403", who: c.hero, status: http.StatusForbidden},
		{shows: "error 404", path: "/nowhere", status: http.StatusNotFound},
		{shows: "error 500", path: "/failing/500", status: http.StatusInternalServerError},
	}
}

// debugPage is a site in development, and its page for failures.
func debugPage(t *testing.T) (*world, visit) {
	t.Helper()
	w := openWorld(t, func(set *site.Settings) { set.Debug = true })
	w.Views.Source.Reader.Root = ".."
	w.Web.GET("/failing", func(echo.Context) error { panic("a lamp fell over") })
	return w, visit{shows: "debug", path: "/failing?of=" + strings.Repeat("long", 30), status: http.StatusInternalServerError}
}
