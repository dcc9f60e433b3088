package site_test

import (
	"bufio"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"superbook/kit/db"
	"superbook/models"
	"superbook/site/sitetest"
)

// TestProgram builds the program once and starts it in all the ways below.
func TestProgram(t *testing.T) {
	t.Parallel()
	binary := build(t)
	for name, test := range map[string]func(*testing.T, string){
		"the first start, and the second":        firstStart,
		"told to stop while it works on a photo": stopsAfterTheWork,
		"told to stop while somebody follows":    stopsWithAStream,
		"told to stop while two sit in a room":   stopsWithARoom,
		"told to stop in the middle of it all":   drains,
		"a room that is open in two processes":   roomOfTwoProcesses,
		"pages and jobs in two processes":        twoProcesses,
		"killed again and again":                 killedAgainAndAgain,
		"killed again and again, on PostgreSQL":  killedOnPostgres,
		"killed by a fault":                      killedByAFault,
		"killed beside another":                  killedBesideAnother,
		"fifty photos at once":                   fiftyPhotosAtOnce,
		"killed while an upload comes":           killedInAnUpload,
		"down while schedules are due":           downWhileSchedulesAreDue,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, binary)
		})
	}
}

func firstStart(t *testing.T, binary string) {
	p := newProgram(t, binary)
	first := p.start(t)
	v := newVisitor(t, first.url)
	v.get(t, "/", "text/html")
	for _, path := range []string{"/healthz", "/readyz"} {
		v.get(t, path, "*/*")
	}
	if got := listening(t, first.cmd.Process.Pid); got != nil && fmt.Sprint(got) != "["+strings.TrimPrefix(first.url, "http://")+"]" {
		t.Errorf("listens on %v, but says %s", got, first.url)
	}
	key := wantMode(t, filepath.Join(p.dir, "data", "secret.key"), 0o600)
	wantMode(t, filepath.Join(p.dir, "data"), fs.ModeDir|0o700)
	wantMode(t, filepath.Join(p.dir, "data", "media"), fs.ModeDir|0o700)
	wantMode(t, filepath.Join(p.dir, "data", "superbook.db"), 0)
	if left, err := os.ReadDir(p.dir); err != nil || len(left) != 1 {
		t.Errorf("beside data/ there are %v, %v", left, err)
	}
	login := regexp.MustCompile(`Log in as (\S+) with the password (\S+)`).FindStringSubmatch(first.text())
	if login == nil {
		t.Fatalf("does not tell the demo login:\n%s", first.text())
	}
	v.post(t, "/accounts/login", map[string][]string{"username": {login[1]}, "password": {login[2]}})
	first.stop()
	members, photos := count[models.User](t, p), count[models.Photo](t, p)

	began := time.Now()
	second := p.start(t)
	v.url = second.url
	v.get(t, "/users/me/photos", "text/html") // the session is still there
	t.Logf("the second start takes %v to the first page", time.Since(began))
	if again := wantMode(t, filepath.Join(p.dir, "data", "secret.key"), 0o600); again != key {
		t.Error("the second start has another key")
	}
	second.stop()
	if m, n := count[models.User](t, p), count[models.Photo](t, p); members < 36 || m != members || n != photos {
		t.Errorf("the first start made %d members with %d photos, after the second there are %d with %d", members, photos, m, n)
	}
}

// wantMode checks the mode of a file, if it is not 0, and returns the content.
func wantMode(t *testing.T, file string, mode fs.FileMode) string {
	t.Helper()
	info, err := os.Stat(file)
	must(t, err)
	if mode != 0 && info.Mode() != mode {
		t.Errorf("%s has the mode %v, want %v", file, info.Mode(), mode)
	}
	if !info.Mode().IsRegular() {
		return ""
	}
	content, err := os.ReadFile(file)
	must(t, err)
	return string(content)
}

// open opens the data of a program that has ended, or beside one that runs.
func (p program) open(t testing.TB) *db.DB {
	t.Helper()
	address := p.database
	if address == "" {
		address = "sqlite:" + filepath.Join(p.dir, "data", "superbook.db")
	}
	d, err := db.Open(t.Context(), address, slog.New(slog.DiscardHandler))
	must(t, err)
	t.Cleanup(func() { must(t, d.Close()) })
	return d
}

func count[T any](t *testing.T, p program) int64 {
	t.Helper()
	n, err := db.Rows[T](p.open(t).Read).Count(t.Context(), "*")
	must(t, err)
	return n
}

// await asks for a photo until it has one of the states, and returns which.
func await(t *testing.T, v *visitor, id int64, states ...string) string {
	t.Helper()
	for limit := time.Now().Add(patience); ; time.Sleep(2 * time.Millisecond) {
		text := v.get(t, fmt.Sprintf("/photos/%d", id), "application/json")
		for _, state := range states {
			if strings.Contains(text, `"state":"`+state+`"`) {
				return state
			}
		}
		if time.Now().After(limit) {
			t.Fatalf("the photo does not become %v: %s", states, text)
		}
	}
}

func stopsAfterTheWork(t *testing.T, binary string) {
	p := newProgram(t, binary, production...)
	r := p.start(t)
	v := newVisitor(t, r.url)
	v.signUp(t, "wren")
	id, status, err := v.submit(t.Context(), sitetest.JPEG(t, sitetest.Picture(6000, 4000, 1)))
	if must(t, err); id == 0 {
		t.Fatalf("not accepted: %d", status)
	}
	if state := await(t, v, id, "processing", "ready"); state != "processing" {
		t.Fatal("it is too fast to be stopped: make the picture larger")
	}
	t.Logf("ended after %v", r.stop())
	photo, err := models.PhotosIn(p.open(t).Read).Get(t.Context(), id)
	if must(t, err); photo.State != models.Ready {
		t.Errorf("after the end the photo is %s", photo.State)
	}
}

func stopsWithAStream(t *testing.T, binary string) {
	p := newProgram(t, binary, production...)
	r := p.start(t, "serve", "--no-worker")
	v := newVisitor(t, r.url)
	v.signUp(t, "wren")
	id, _, err := v.submit(t.Context(), sitetest.JPEG(t, sitetest.Picture(60, 40, 1)))
	must(t, err)
	stream, err := v.Get(fmt.Sprintf("%s/live?on=photo:%d", r.url, id))
	must(t, err)
	defer stream.Body.Close()
	if stream.StatusCode != 200 {
		t.Fatalf("the stream answers %s", stream.Status)
	}
	if took := r.stop(); took > 5*time.Second {
		t.Errorf("an open stream holds up the end for %v", took)
	}
}

func twoProcesses(t *testing.T, binary string) {
	p := newProgram(t, binary, production...)
	pages := p.start(t, "serve", "--no-worker")
	v := newVisitor(t, pages.url)
	v.signUp(t, "wren")
	id, _, err := v.submit(t.Context(), sitetest.JPEG(t, sitetest.Picture(300, 200, 1)))
	must(t, err)
	stream, err := v.Get(fmt.Sprintf("%s/live?on=photo:%d", pages.url, id))
	must(t, err)
	defer stream.Body.Close()
	worker := p.start(t, "worker")
	if got := listening(t, worker.cmd.Process.Pid); len(got) > 0 {
		t.Errorf("the worker listens on %v", got)
	}
	lines, came := bufio.NewScanner(stream.Body), false
	for !came && lines.Scan() { // the client's own time limit ends it
		came = strings.Contains(lines.Text(), `data-state="ready"`)
	}
	if !came {
		t.Errorf("the stream ends without the photo: %v", lines.Err())
	}
	await(t, v, id, "ready")
	worker.stop()
	pages.stop()
}
