package db_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/pressly/goose/v3"

	"superbook/kit/db"
)

var migrations = fstest.MapFS{
	"README.md": {Data: []byte("{{not looked at}}")},
	"0001_people.sql": {Data: []byte(`-- +goose Up
CREATE TABLE people (
	id {{id}}, name {{key}} NOT NULL UNIQUE, born {{ time }}, photo {{bytes}}, age {{int}}, active {{bool}} NOT NULL DEFAULT true
);
-- +goose Down
DROP TABLE people;
`)},
	"0002_index.sql": {Data: []byte(`-- +goose Up
CREATE INDEX people_born ON people (born);
-- +goose Down
DROP INDEX people_born;
`)},
}

func TestMigrations(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		m, err := d.Migrator(migrations)
		must(t, err)
		status := func() string {
			t.Helper()
			list, err := m.Status(ctx)
			must(t, err)
			var out []string
			for _, one := range list {
				mark := "-"
				if !one.Applied.IsZero() {
					mark = "+"
				}
				if !strings.Contains(one.String(), one.Name) {
					t.Errorf("line %q does not name %s", one, one.Name)
				}
				out = append(out, mark+one.Name)
			}
			return strings.Join(out, " ")
		}
		if got := status(); got != "-0001_people.sql -0002_index.sql" {
			t.Errorf("before: %s", got)
		}
		done, err := m.Up(ctx)
		if must(t, err); len(done) != 2 || done[1].Version != 2 {
			t.Errorf("applied %v", done)
		}
		must(t, d.Write.Exec("INSERT INTO people (name, active) VALUES ('Zoe', ?), ('adam', ?)", true, false).Error)
		var names []string
		must(t, d.Read.Table("people").Order("name").Pluck("name", &names).Error)
		if strings.Join(names, " ") != "Zoe adam" {
			t.Errorf("keys sort as %v, want byte order", names)
		}
		if again, err := m.Up(ctx); err != nil || len(again) != 0 {
			t.Errorf("a second time: %v, %v", again, err)
		}
		down, err := m.Down(ctx)
		if must(t, err); down.Version != 2 {
			t.Errorf("went down by %v", down)
		}
		if got := status(); got != "+0001_people.sql -0002_index.sql" {
			t.Errorf("after one down: %s", got)
		}
		_, err = m.Down(ctx)
		must(t, err)
		if _, err := m.Down(ctx); !errors.Is(err, goose.ErrNoNextVersion) {
			t.Errorf("down with nothing left: %v", err)
		}
		if _, err := m.Up(ctx); err != nil {
			t.Errorf("up again: %v", err)
		}
	})
}

func TestMigrationWithUnknownWord(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		files := fstest.MapFS{"0001_x.sql": {Data: []byte("-- +goose Up\nCREATE TABLE x (id {{id}}, n {{money}});\n")}}
		_, err := d.Migrator(files)
		if err == nil || !strings.Contains(err.Error(), "0001_x.sql") || !strings.Contains(err.Error(), "{{money}}") {
			t.Errorf("error %v names not both file and word", err)
		}
	})
}

func TestMigrationsRunOnce(t *testing.T) {
	t.Parallel()
	address := postgresURL(t)
	var wg sync.WaitGroup
	applied := make(chan int, 4)
	for range 4 {
		d := open(t, address)
		wg.Go(func() {
			m, err := d.Migrator(migrations)
			if err != nil {
				t.Error(err)
				return
			}
			done, err := m.Up(t.Context())
			if err != nil {
				t.Error(err)
			}
			applied <- len(done)
		})
	}
	wg.Wait()
	close(applied)
	total := 0
	for n := range applied {
		total += n
	}
	if total != len(migrations)-1 {
		t.Errorf("%d migrations ran, want %d", total, len(migrations)-1)
	}
}
