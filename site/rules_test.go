package site_test

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os/exec"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jba/templatecheck"

	"superbook/kit/queue"
	"superbook/kit/render"
	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
	"superbook/views"
)

// may is the import law: which rooms each room may know, beside kit.
var may = map[string][]string{
	"templates": {}, "static": {},
	"models": {},
	"forms":  {"models"},
	"tasks":  {"models"},
	"views":  {"models", "forms", "tasks"},
	"urls":   {"views"},
	"site":   {"models", "forms", "tasks", "templates", "static", "urls", "views"},
	"":       {"site"},
}

// kitMay is the same inside kit, where nothing may look up.
var kitMay = map[string][]string{
	"problem": {}, "async": {}, "db": {}, "live": {}, "media": {}, "planar": {}, "throttle": {}, "weblog": {}, "browsertest": {}, "fulltext": {},
	"jpeg": {"planar"}, "schedule": {}, "metrics": {}, "chart": {}, "colour": {"planar"}, "photo": {"planar", "jpeg", "colour"},
	"route": {"problem"}, "form": {"problem"}, "render": {}, "assets": {"problem"}, "secure": {"problem"}, "tus": {"problem"},
	"geo": {}, "mail": {"problem"}, "debug": {"async"}, "chat": {"async"}, "queue": {"db", "async"}, "bridge": {"live", "async"}, "auth": {"problem"},
	"outbound": {}, "webhook": {}, "fault": {"queue"},
}

type pkg struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) (all []pkg) {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "superbook/...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// room is the first folder of a package, and for kit also the second.
func room(importPath string) (room, kit string) {
	rest := strings.TrimPrefix(strings.TrimPrefix(importPath, "superbook"), "/")
	room, rest, _ = strings.Cut(rest, "/")
	if room == "kit" {
		kit, _, _ = strings.Cut(rest, "/")
	}
	return room, kit
}

func TestRoomsKeepToTheirNeighbours(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		from, fromKit := room(p.ImportPath)
		for _, imp := range p.Imports {
			if !strings.HasPrefix(imp, "superbook/") {
				continue
			}
			to, toKit := room(imp)
			switch {
			case to == from && toKit == fromKit, to == "kit" && from != "kit" && from != "":
			case from == "kit" && (to != "kit" || !slices.Contains(kitMay[fromKit], toKit)):
				t.Errorf("%s imports %s: kit looks only downwards", p.ImportPath, imp)
			case from != "kit" && !slices.Contains(may[from], to):
				t.Errorf("%s imports %s", p.ImportPath, imp)
			}
		}
		if _, known := may[from]; !known && from != "kit" {
			t.Errorf("%s is in a room that the law does not know", p.ImportPath)
		}
	}
}

// hero as a word of a name, in any of Go's ways to write it; not TheRow.
var hero = regexp.MustCompile(`Hero|HERO|^hero`)

// The kit serves any site: it must not know what this one is about.
func TestKitNeverSaysHero(t *testing.T) {
	t.Parallel()
	err := filepath.WalkDir("../kit", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(file) != ".go" {
			return err
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && hero.MatchString(id.Name) {
				t.Errorf("%s says %q", file, id.Name)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// pages are all page structs. TestEveryPageIsListed holds the list against the code.
var pages = []render.Page{
	views.HomePage{}, views.AboutPage{}, views.HeroesPage{}, views.UserPage{}, views.MeEditPage{}, views.MePhotosPage{},
	views.PhotoPage{}, views.PhotoDeletePage{}, views.PhotoCropPage{}, views.SignupPage{}, views.LoginPage{}, views.PasswordChangePage{},
	views.PasswordForgottenPage{}, views.PasswordResetPage{}, views.DevMailPage{}, views.ErrorPage{}, views.DebugPage{},
	views.RoomsPage{}, views.RoomNewPage{}, views.RoomPage{},
	views.FeedPage{}, views.PostPage{}, views.PostNewPage{}, views.PostEditPage{}, views.PostDeletePage{}, views.PostSharePage{},
	views.CommentDeletePage{}, views.NotificationsPage{}, views.FollowsPage{}, views.DossierPage{}, views.UserBlockPage{}, views.MeBlockedPage{},
	views.SearchPage{},
	tasks.PasswordMail{},
	views.DatesPage{}, views.DatePage{}, views.DateFormPage{}, views.DateDeletePage{}, views.NewsletterPage{}, views.NewsletterConfirmPage{},
	tasks.NewsletterMail{}, tasks.ReminderMail{}, tasks.DigestMail{},
	views.SchedulesPage{}, views.SchedulePage{}, views.ScheduleDeletePage{},
	views.DevFaultsPage{},
	views.SightingsPage{}, views.SightingPage{}, views.SightingDeletePage{}, views.SightingNewPage{},
	views.SightingsArchivePage{}, views.SightingsMonthPage{},
	views.TaskPage{}, views.TasksPage{},
	views.DashboardPulsePage{},
	views.WebhooksPage{}, views.WebhookPage{}, views.WebhookFormPage{}, views.WebhookDeletePage{}, views.DeliveryPage{}, views.DashboardWebhooksPage{},
	tasks.WebhookOffMail{},
	views.DashboardTasksPage{}, views.DashboardHistoryPage{}, views.DashboardJobPage{},
}

func TestEveryPageIsListed(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{"views", "tasks"} {
		for _, name := range typesWithTemplate(t, "../"+folder) {
			if !slices.ContainsFunc(pages, func(p render.Page) bool { return reflect.TypeOf(p).String() == folder+"."+name }) {
				t.Errorf("%s.%s is a page that no test checks", folder, name)
			}
		}
	}
}

func typesWithTemplate(t *testing.T, folder string) (names []string) {
	inspect(t, folder, func(_ *token.FileSet, n ast.Node) {
		fn, ok := n.(*ast.FuncDecl)
		if ok && fn.Name.Name == "Template" && fn.Recv != nil {
			names = append(names, fn.Recv.List[0].Type.(*ast.Ident).Name)
		}
	})
	if len(names) == 0 {
		t.Fatalf("no pages in %s: has Template a new name?", folder)
	}
	return names
}

func TestEveryPageFitsItsTemplate(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	shown := map[string]bool{}
	for _, p := range pages {
		name := p.Template()
		shown[name] = true
		tmpl := s.Pages.Lookup(name)
		if tmpl == nil {
			t.Errorf("%T: no template %q", p, name)
			continue
		}
		for _, block := range blocks(name) {
			if err := templatecheck.CheckHTML(tmpl.Lookup(block), p); err != nil {
				t.Errorf("%s with %T: %v", name, p, err)
			}
		}
	}
	for _, name := range s.Pages.Names() {
		if !shown[name] {
			t.Errorf("no page struct shows %q", name)
		}
	}
}

// Partials that are rendered alone, pushed live or cached, fit their models.
func TestPartialsFitTheirModels(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	home := s.Pages.Lookup("home")
	for name, data := range map[string]any{"photo_status": models.Photo{}, "photo_tile": models.Photo{}, "hero_card": models.Member{},
		"message": models.MessageCard{}, "talk": views.Talk{},
		"post_card": models.PostCard{}, "post_body": models.PostCard{}, "post_like": models.PostCard{}, "post_counts": models.Post{}, "comment": models.CommentCard{},
		"notification": models.NotificationCard{}, "badge": tasks.Badge{}, "gone": tasks.Gone{}, "on_patrol": models.Face{}, "post_file": models.AttachmentCard{}, "composer": views.Composer{},
		"follow_button": views.FollowButton{}, "user_counts": models.Counts{}, "here": tasks.Here{}, "notes_seen": tasks.Badge{}, "notes_new": tasks.Notes{},
		"task_status": tasks.TaskCard{}, "task_tag": models.TaskWaiting,
		"sighting_new": models.SightingCard{}, "sighting_gone": int64(0), "schedule_row": tasks.ScheduleRow{}, "search_result": views.SearchResult{},
		"verdict": views.VerdictPart{}, "photos": views.PhotosPart{}, "seen": views.SeenPart{}, "followers": views.FollowersPart{},
		"dossier_registry": views.DossierRegistry{}, "dossier_places": views.DossierPlaces{}, "dossier_witnesses": views.DossierWitnesses{}, "dossier_posts": views.DossierPosts{},
		"dossier_photos": views.DossierPhotos{}, "dossier_followers": views.DossierFollowers{}, "dossier_missing": views.Chapter{}, "pulse_now": tasks.PulseCharts{}, "pulse_table": tasks.PulseChart{},
		"queue_row": views.QueueRow{}, "queue_figures": views.QueueRow{}, "queue_act": views.QueueRow{}, "jobs_running": []views.RunningJob{}, "job_live": views.JobParts{}, "job_facts": views.JobParts{}, "job_act": views.JobParts{}, "job_log": views.JobParts{}, "jobs_failed": []queue.JobCard{},
		"webhook_now": models.Webhook{}, "webhook_sent": views.WebhookSent{}, "delivery_now": views.DeliveryNow{}, "delivery_attempts": views.DeliveryNow{},
		"webhooks_counts": []models.DeliveryCount{}, "webhook_group": views.WebhookGroup{}, "webhooks_undelivered": &views.WebhookUndelivered{}, "webhook_act": views.WebhookAct{}} {
		if err := templatecheck.CheckHTML(home.Lookup(name), data); err != nil {
			t.Errorf("%s with %T: %v", name, data, err)
		}
	}
}

func blocks(page string) []string {
	if path.Dir(page) == "mail" {
		return []string{"subject", "text", "html"}
	}
	return []string{"base"}
}

// calls are the functions of package route that take a name of the URL table,
// with the place of the name among the arguments.
var calls = map[string]int{"Redirect": 1, "Path": 1}

func TestNamesInTheCodeExist(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	checked := 0
	inspect(t, "../views", func(fset *token.FileSet, n ast.Node) {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return
		}
		fn, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return
		}
		of, ok := fn.X.(*ast.Ident)
		at, known := calls[fn.Sel.Name]
		if !ok || of.Name != "route" || !known {
			return
		}
		if lit, ok := call.Args[at].(*ast.BasicLit); ok {
			checked++
			name, err := strconv.Unquote(lit.Value)
			if err == nil {
				err = s.URLs.Check(name, len(call.Args)-at-1)
			}
			if err != nil {
				t.Errorf("%s: %v", fset.Position(call.Pos()), err)
			}
		}
	})
	if checked < 10 {
		t.Errorf("found only %d calls: have they new names?", checked)
	}
}

func inspect(t *testing.T, folder string, visit func(*token.FileSet, ast.Node)) {
	t.Helper()
	files, err := filepath.Glob(folder + "/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		fset := token.NewFileSet()
		tree, err := parser.ParseFile(fset, file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool { visit(fset, n); return true })
	}
}

// Style that a reader would notice: no view longer than 30 lines, no program
// file longer than 200, main.go not longer than 60.
func TestSizes(t *testing.T) {
	t.Parallel()
	inspect(t, "../views", func(fset *token.FileSet, n ast.Node) {
		fn, ok := n.(*ast.FuncDecl)
		if !ok || strings.HasSuffix(fset.File(fn.Pos()).Name(), "_test.go") {
			return
		}
		if lines := fset.Position(fn.End()).Line - fset.Position(fn.Pos()).Line + 1; lines > 30 {
			t.Errorf("%s has %d lines", fn.Name.Name, lines)
		}
	})
}
