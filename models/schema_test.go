package models_test

import (
	"io/fs"
	"strings"
	"testing"

	"gorm.io/gorm"

	"superbook/models"
	"superbook/models/migrations"
	"superbook/site"
	"superbook/site/sitetest"
)

// Every field of a model is a column of its migrated table, and every column
// is a field: what one has and the other lacks would be found by a visitor.
func TestModelsAgreeWithTheMigrations(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	for _, m := range models.All() {
		stmt := &gorm.Statement{DB: s.DB.Write}
		if err := stmt.Parse(m); err != nil {
			t.Fatal(err)
		}
		fields := map[string]bool{}
		for _, name := range stmt.Schema.DBNames {
			fields[name] = true
		}
		columns, err := s.DB.Write.Migrator().ColumnTypes(stmt.Schema.Table)
		if err != nil || len(columns) == 0 {
			t.Fatalf("%s: %d columns, %v", stmt.Schema.Table, len(columns), err)
		}
		for _, c := range columns {
			if !fields[c.Name()] {
				t.Errorf("%s.%s is in the migrations only", stmt.Schema.Table, c.Name())
			}
			delete(fields, c.Name())
		}
		for name := range fields {
			t.Errorf("%s.%s is in the model only", stmt.Schema.Table, name)
		}
	}
}

func TestMigrationsGoDownAndUpAgain(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	var out strings.Builder
	run := func(direction string) {
		t.Helper()
		out.Reset()
		if err := site.Migrate(t.Context(), s.DB, direction, &out); err != nil {
			t.Fatalf("migrate %s: %v", direction, err)
		}
	}
	files, err := fs.Glob(migrations.FS, "*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d migrations, %v", len(files), err)
	}
	for range files {
		run("down")
	}
	if s.DB.Write.Migrator().HasTable("users") {
		t.Error("users is there after every migration was taken back")
	}
	run("status")
	if n := strings.Count(out.String(), "pending"); n != len(files) {
		t.Errorf("%d migrations are pending, want %d:\n%s", n, len(files), &out)
	}
	run("up")
	s.Hero("nightheron") // the tables work again
}
