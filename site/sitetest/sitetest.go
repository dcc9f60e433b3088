// Package sitetest gives a test its own SuperBook, with its own database, a
// named cast, and browsers to visit it with.
package sitetest

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // makes and drops the databases of tests
	"gorm.io/gorm"

	"superbook/kit/auth"
	"superbook/kit/db"
	"superbook/kit/mail"
	"superbook/kit/throttle"
	"superbook/models"
	"superbook/site"
)

// Password is the password of the whole cast.
const Password = "correct horse battery"

// Site is a site and what a test does to it. Jobs wait until Work is called.
type Site struct {
	*site.Site
	Mails *mail.Outbox

	t              testing.TB
	reads, updates hooks
}

// Option changes the settings before the site is made.
type Option func(*site.Settings)

// New makes a site that ends with the test: on PostgreSQL when
// TEST_DATABASE_URL names a server, otherwise on SQLite.
func New(t testing.TB, opts ...Option) *Site {
	t.Helper()
	dir := t.TempDir()
	set := site.Settings{
		Addr: "127.0.0.1:0", BaseURL: "http://superbook.test", DataDir: dir, DatabaseURL: Database(t),
		SecretKey: strings.Repeat("k", 32), MailURL: "log:", MailFrom: "post@superbook.test", MediaWorkers: 2, MediaBudgetMB: 512,
		LogLevel: "warn", StopTimeout: 10 * time.Second,
	}
	for _, o := range opts {
		o(&set)
	}
	migrate(t, set)
	s, err := site.New(t.Context(), set, slog.New(slog.NewTextHandler(testLog{t}, &slog.HandlerOptions{Level: slog.LevelWarn})))
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	box, err := mail.NewOutbox(filepath.Join(dir, "mail"))
	must(t, err)
	s.Tasks.Mail, s.Views.Outbox = box, box
	s.Views.Hasher = auth.NewHasher(auth.CheapParams(), 4)
	s.Views.Patience = 10 * time.Second // a busy machine makes no part late, unless the test is about that
	made := &Site{Site: s, Mails: box, t: t}
	must(t, s.DB.Read.Callback().Query().Before("*").Register("sitetest:reads", made.reads.call))
	must(t, s.DB.Write.Callback().Update().Before("*").Register("sitetest:updates", made.updates.call))
	return made
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// testLog hands log lines to the test, which shows them when it fails.
type testLog struct{ t testing.TB }

func (l testLog) Write(b []byte) (int, error) {
	defer func() { _ = recover() }() // a line after the end of the test is lost, not a panic
	l.t.Logf("%s", strings.TrimSpace(string(b)))
	return len(b), nil
}

// migrate is what the command migrate does, where the site does not do it by itself.
func migrate(t testing.TB, set site.Settings) {
	t.Helper()
	if set.DatabaseURL == "" {
		return
	}
	d, err := db.Open(t.Context(), set.DatabaseURL, slog.New(slog.DiscardHandler))
	must(t, err)
	must(t, site.Migrate(t.Context(), d, "up", io.Discard))
	must(t, d.Close())
}

var databases atomic.Int64

// Database makes a database of the test's own on the PostgreSQL server, or
// answers "" when there is none.
func Database(t testing.TB) string {
	t.Helper()
	server := os.Getenv("TEST_DATABASE_URL")
	if server == "" {
		return ""
	}
	name := fmt.Sprintf("superbook_%d_%d", os.Getpid(), databases.Add(1))
	exec := func(statement string) {
		conn, err := sql.Open("pgx", server)
		must(t, err)
		defer conn.Close()
		_, err = conn.ExecContext(context.WithoutCancel(t.Context()), statement)
		must(t, err)
	}
	exec("CREATE DATABASE " + name)
	t.Cleanup(func() { exec("DROP DATABASE " + name + " WITH (FORCE)") })
	u, err := url.Parse(server)
	must(t, err)
	u.Path = "/" + name
	return u.String()
}

// Member makes a user of the cast, with Password.
func (s *Site) Member(username string, p models.Profile) models.User {
	s.t.Helper()
	hash, err := s.Views.Hasher.Hash(s.t.Context(), Password)
	must(s.t, err)
	var u models.User
	must(s.t, s.DB.Tx(s.t.Context(), func(tx *gorm.DB) (err error) {
		u, err = models.CreateUser(s.t.Context(), tx,
			models.User{Username: username, Email: username + "@superbook.test", PasswordHash: hash, Staff: username == "staff"}, p)
		return err
	}))
	return u
}

// Hero makes a hero.
func (s *Site) Hero(username string) models.User {
	s.t.Helper()
	return s.Member(username, models.Profile{Kind: models.Hero, Origin: "Port Sable", Powers: []string{"Fog craft"}})
}

// Fan makes a fan.
func (s *Site) Fan(username string) models.User {
	s.t.Helper()
	return s.Member(username, models.Profile{Kind: models.Fan})
}

// Staff makes the one who keeps the house.
func (s *Site) Staff() models.User { s.t.Helper(); return s.Fan("staff") }

// Unlimited lets everybody try as often as they like: for tests in which one
// machine is many people.
func (s *Site) Unlimited() {
	free := reflect.ValueOf(throttle.New(throttle.Rate{Burst: 1_000_000, Every: time.Second}, 1000, nil))
	limits := reflect.ValueOf(&s.Views.Limits).Elem()
	for i := range limits.NumField() {
		limits.Field(i).Set(free)
	}
}

// Work starts to work jobs, until the test ends.
func (s *Site) Work() {
	s.t.Helper()
	must(s.t, s.Jobs.Start(s.t.Context()))
	s.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		must(s.t, s.Jobs.Stop(ctx))
	})
}

// Settle waits until no job of these kinds waits or runs.
func (s *Site) Settle(kinds ...string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 60*time.Second)
	defer cancel()
	must(s.t, s.Jobs.Wait(ctx, kinds...))
}

// Server answers real connections, for streams and browsers, and notes who is
// on patrol.
func (s *Site) Server() *httptest.Server {
	srv := httptest.NewServer(s.Web)
	patrolEnded, boardsEnded := s.StartPatrol(s.t.Context()), s.StartBoards(s.t.Context())
	s.t.Cleanup(func() { s.Live.Close(); srv.Close(); patrolEnded(); boardsEnded() })
	return srv
}

// Path is the path with that name.
func (s *Site) Path(name string, args ...any) string {
	s.t.Helper()
	p, err := s.URLs.Path(name, args...)
	must(s.t, err)
	return p
}

// As is a browser in which the user has logged in. The zero User is a stranger.
func (s *Site) As(t testing.TB, u models.User) *Browser {
	t.Helper()
	b := &Browser{t: t, s: s, cookies: map[string]*http.Cookie{}}
	if u.ID != 0 {
		b.Post("login", url.Values{"username": {u.Username}, "password": {Password}}).Is(http.StatusSeeOther)
	}
	return b
}
