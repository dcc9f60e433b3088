package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"superbook/kit/auth"
	"superbook/kit/db"
	"superbook/models"
	"superbook/urls"
	"superbook/views"
)

func TestURLsPrintsEveryRow(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	lines := strings.Split(strings.TrimSpace(f.is(0, "urls")), "\n")
	table, err := urls.Table(&views.Views{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	rows := table.Rows()
	if len(lines) != len(rows) {
		t.Fatalf("%d lines for %d rows", len(lines), len(rows))
	}
	for i, r := range rows {
		if got, want := strings.Join(words(lines[i]), " "), fmt.Sprintf("%s %s %s", r.Method, r.Path, r.Name); got != want {
			t.Errorf("line %d is %q, want %q", i+1, got, want)
		}
	}
	if files, err := os.ReadDir(f.dir); err != nil || len(files) != 0 {
		t.Errorf("files are left behind: %v, %v", files, err)
	}
}

func TestSettingsAreListedWithoutSecrets(t *testing.T) {
	t.Parallel()
	out := newFolder(t).is(0, "settings", "SECRET_KEY=hush-hush-hush-hush-hush-hush-hush", "MAIL_URL=smtp://u:hush-hush@mail.example:587")
	if strings.Contains(out, "hush") || !strings.Contains(out, "mail.example:587") || !strings.Contains(out, "STOP_TIMEOUT") {
		t.Errorf("%s", out)
	}
}

func TestMigrateGoesUpAndDown(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	pending := func() int { return strings.Count(f.is(0, "migrate status"), "pending") }
	all := pending()
	if up := f.is(0, "migrate"); strings.Count(up, "applied") != all || all == 0 || pending() != 0 {
		t.Errorf("of %d migrations:\n%s", all, up)
	}
	if again := f.is(0, "migrate up"); again != "" {
		t.Errorf("a second time: %s", again)
	}
	for done := 1; done <= all; done++ {
		if down := f.is(0, "migrate down"); strings.Count(down, "took back") != 1 || pending() != done {
			t.Errorf("step %d: %s, %d pending", done, down, pending())
		}
	}
	f.is(0, "migrate up")
}

func TestAccountsFromTheCommandLine(t *testing.T) {
	t.Parallel()
	f := newFolder(t, "DEBUG=false", "SECRET_KEY="+strings.Repeat("k", 32), "MAIL_URL=log:")
	const create = "createsuperuser --username keeper --email keeper@example.org"
	if out := f.is(0, create, "PASSWORD=lanterns over the harbour"); !strings.Contains(out, "Made the staff account keeper") {
		t.Errorf("making the account says %q", out)
	}
	for _, tt := range []struct{ command, password, says string }{
		{create, "lanterns over the harbour", "taken"},
		{"createsuperuser --username KEEPER --email keeper@example.org", "lanterns over the harbour", "taken"},
		{"createsuperuser --username .. --email keeper@example.org", "lanterns over the harbour", "username: "},
		{"createsuperuser --username second --email nobody", "lanterns over the harbour", "email: "},
		{"createsuperuser --username second --email second@example.org", "short", "password: "},
		{"createsuperuser --username second --email second@example.org", "", "password: "},
		{"changepassword keeper", "short", "password: "},
		{"changepassword keeper", "", "password: "},
		{"changepassword nobody", "lanterns over the harbour", "no such member"},
	} {
		status, _, stderr := f.run(words(tt.command), "PASSWORD="+tt.password)
		if status != 1 || !strings.Contains(stderr, tt.says) || strings.Count(stderr, "\n") != 1 || strings.Contains(stderr, "lanterns") {
			t.Errorf("%s with %q: status %d\n%s", tt.command, tt.password, status, stderr)
		}
	}
	f.is(0, "changepassword Keeper", "PASSWORD=another set of words")
	f.fits("keeper", "another set of words", true)
	f.fits("keeper", "lanterns over the harbour", false)
}

func TestVIPsFromTheCommandLine(t *testing.T) {
	t.Parallel()
	f := newFolder(t, "DEBUG=false", "SECRET_KEY="+strings.Repeat("k", 32), "MAIL_URL=log:")
	f.is(0, "createsuperuser --username keeper --email keeper@example.org", "PASSWORD=lanterns over the harbour")
	for _, step := range []struct {
		command string
		vip     bool
	}{{"settings", false}, {"vip KEEPER", true}, {"vip keeper", true}, {"vip keeper --off", false}} {
		f.is(0, step.command)
		d, err := db.Open(t.Context(), "sqlite:"+filepath.Join(f.dir, "data", "superbook.db"), nil)
		if err != nil {
			t.Fatal(err)
		}
		if u, err := models.UserByUsername(t.Context(), d.Read, "keeper"); err != nil || u.VIP != step.vip {
			t.Errorf("after %s: VIP is %t, %v", step.command, u.VIP, err)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
	if stderr := f.fails("vip nobody"); !strings.Contains(stderr, "no such member") {
		t.Errorf("for nobody: %s", stderr)
	}
}

func TestReindexFromTheCommandLine(t *testing.T) {
	t.Parallel()
	f := newFolder(t, "DEBUG=false", "SECRET_KEY="+strings.Repeat("k", 32), "MAIL_URL=log:")
	f.is(0, "seed --bulk 20 --posts 40 --likes 10")
	d, err := db.Open(t.Context(), "sqlite:"+filepath.Join(f.dir, "data", "superbook.db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	words := func() (n int64) {
		if err := d.Read.Model(&models.PostWord{}).Count(&n).Error; err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := words()
	if err := d.Write.Exec("DELETE FROM post_words").Error; err != nil || before == 0 {
		t.Fatalf("%d words, %v", before, err)
	}
	f.is(0, "reindex")
	if after := words(); after != before {
		t.Errorf("%d words are found again, want %d", after, before)
	}
}

func TestReprocessFromTheCommandLine(t *testing.T) {
	t.Parallel()
	f := newFolder(t, "DEBUG=false", "SECRET_KEY="+strings.Repeat("k", 32), "MAIL_URL=log:")
	for _, command := range []string{"reprocess", "reprocess --all --rate 0 --workers 3"} {
		if out := f.is(0, command); !strings.Contains(out, "0 of 0 photos are cut anew") {
			t.Errorf("%s says %q", command, out)
		}
	}
	for _, command := range []string{"reprocess --rate -1", "reprocess --workers 0", "reprocess everything"} {
		f.is(2, command)
	}
}

// fails runs a command that goes wrong, and gives its words.
func (f folder) fails(command string) (stderr string) {
	f.t.Helper()
	status, _, stderr := f.run(words(command))
	if status != 1 {
		f.t.Errorf("%s: status %d", command, status)
	}
	return stderr
}

// fits checks in the database whether a member of the staff has this password.
func (f folder) fits(username, password string, want bool) {
	f.t.Helper()
	d, err := db.Open(f.t.Context(), "sqlite:"+filepath.Join(f.dir, "data", "superbook.db"), nil)
	if err != nil {
		f.t.Fatal(err)
	}
	u, err := models.UserByUsername(f.t.Context(), d.Read, username)
	if err != nil || !u.Staff || u.Email != "keeper@example.org" {
		f.t.Errorf("%s is %+v, %v", username, u, err)
	}
	ok, err := auth.NewHasher(auth.DefaultParams(), 1).Verify(f.t.Context(), password, u.PasswordHash)
	if err != nil || ok != want {
		f.t.Errorf("the password %q fits: %v, want %v (%v)", password, ok, want, err)
	}
	if err := d.Close(); err != nil {
		f.t.Error(err)
	}
}
