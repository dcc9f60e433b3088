package sitetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // makes and drops the databases of tests

	"superbook/kit/db"
	"superbook/site"
)

var databases atomic.Int64

// Database makes an empty database of the test's own on the PostgreSQL server,
// or answers "" when there is none.
func Database(t testing.TB) string {
	t.Helper()
	if os.Getenv("TEST_DATABASE_URL") == "" {
		return ""
	}
	name := create(t, "")
	t.Cleanup(func() { drop(t, name) })
	return address(t, name)
}

// migrated is the same with the site's tables.
func migrated(t testing.TB) string {
	t.Helper()
	if os.Getenv("TEST_DATABASE_URL") == "" {
		return ""
	}
	name := create(t, " TEMPLATE "+original.borrow(t))
	t.Cleanup(func() { drop(t, name) })
	return address(t, name)
}

// template is a database that nobody works in: to copy it takes a quarter of
// the time of the migrations. The last test that has a copy drops it, for nothing
// else knows when the tests end; should others follow, they make it anew.
type template struct {
	sync.Mutex
	name      string
	borrowers int
}

var original template

// borrow returns the template's name, which is good until the test ends.
func (m *template) borrow(t testing.TB) string {
	t.Helper()
	m.Lock()
	defer m.Unlock()
	if m.borrowers == 0 {
		m.name = create(t, "")
		if err := migrate(t.Context(), address(t, m.name)); err != nil {
			drop(t, m.name)
			t.Fatal(err)
		}
	}
	m.borrowers++
	t.Cleanup(func() { m.release(t) })
	return m.name
}

func (m *template) release(t testing.TB) {
	m.Lock()
	defer m.Unlock()
	if m.borrowers--; m.borrowers == 0 {
		drop(t, m.name)
	}
}

// migrate is what the command migrate does. It leaves no connection, or nobody could copy.
func migrate(ctx context.Context, address string) error {
	d, err := db.Open(ctx, address, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	return errors.Join(site.Migrate(ctx, d, "up", io.Discard), d.Close())
}

func create(t testing.TB, options string) (name string) {
	t.Helper()
	name = fmt.Sprintf("superbook_%d_%d", os.Getpid(), databases.Add(1))
	exec(t, "CREATE DATABASE "+name+options)
	return name
}

func drop(t testing.TB, name string) { t.Helper(); exec(t, "DROP DATABASE "+name+" WITH (FORCE)") }

func exec(t testing.TB, statement string) {
	t.Helper()
	conn, err := sql.Open("pgx", os.Getenv("TEST_DATABASE_URL"))
	must(t, err)
	defer conn.Close()
	_, err = conn.ExecContext(context.WithoutCancel(t.Context()), statement)
	must(t, err)
}

func address(t testing.TB, name string) string {
	t.Helper()
	u, err := url.Parse(os.Getenv("TEST_DATABASE_URL"))
	must(t, err)
	u.Path = "/" + name
	return u.String()
}
