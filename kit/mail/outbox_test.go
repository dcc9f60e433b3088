package mail

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"superbook/kit/problem"
)

func newOutbox(t *testing.T) *Outbox {
	t.Helper()
	o, err := NewOutbox(filepath.Join(t.TempDir(), "mail"))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestOutbox(t *testing.T) {
	t.Parallel()
	o := newOutbox(t)
	for i := range 3 {
		m := hello
		m.Subject = fmt.Sprint("mail ", i)
		if err := o.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := o.List(t.Context())
	if err != nil || len(kept) != 3 {
		t.Fatal(kept, err)
	}
	for i, m := range kept {
		if m.Subject != fmt.Sprint("mail ", 2-i) || m.Text != hello.Text || m.HTML != hello.HTML || m.To != hello.To || m.At.IsZero() {
			t.Errorf("mail %d: %+v", i, m)
		}
		if got, err := o.Get(m.ID); got != m || err != nil {
			t.Errorf("Get gave %+v, %v", got, err)
		}
	}
}

func TestOutboxIsSharedAndOutlivesItself(t *testing.T) {
	t.Parallel()
	here := newOutbox(t)
	there, err := NewOutbox(here.folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []*Outbox{here, there, here} {
		if err := o.Send(t.Context(), hello); err != nil {
			t.Fatal(err)
		}
		for name, reader := range map[string]*Outbox{"here": here, "there": there} {
			kept, err := reader.List(t.Context())
			if err != nil || len(kept) == 0 {
				t.Fatalf("%s: %v, %v", name, kept, err)
			}
		}
	}
	a, _ := here.List(t.Context())
	b, _ := there.List(t.Context())
	if len(a) != 3 || len(b) != 3 || a[0] != b[0] {
		t.Fatalf("%v and %v", a, b)
	}
}

func TestOutboxKeepsTheLastHundred(t *testing.T) {
	t.Parallel()
	o := newOutbox(t)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range keep/4 + 5 {
				if err := o.Send(t.Context(), hello); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	last := hello
	last.Subject = "last"
	if err := o.Send(t.Context(), last); err != nil {
		t.Fatal(err)
	}
	kept, err := o.List(t.Context())
	if err != nil || len(kept) != keep || kept[0].Subject != "last" || len(o.read) > keep {
		t.Fatalf("%d kept, %d in memory, %v", len(kept), len(o.read), err)
	}
	files, _ := os.ReadDir(o.folder)
	if len(files) != keep {
		t.Fatalf("%d files", len(files))
	}
}

func TestOutboxGet(t *testing.T) {
	t.Parallel()
	o := newOutbox(t)
	secret := filepath.Join(filepath.Dir(o.folder), "secret.json")
	if err := os.WriteFile(secret, []byte(`{"text":"secret"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"", "x", "../secret", "..%2fsecret", "00000000000000000000-AAAAAAAA", secret} {
		var p *problem.Problem
		if m, err := o.Get(id); !errors.As(err, &p) || p.Status != http.StatusNotFound {
			t.Errorf("Get(%q) = %+v, %v", id, m, err)
		}
	}
}

func TestOutboxIsPrivate(t *testing.T) {
	t.Parallel()
	o := newOutbox(t)
	if err := o.Send(t.Context(), hello); err != nil {
		t.Fatal(err)
	}
	kept, _ := o.List(t.Context())
	for path, want := range map[string]os.FileMode{o.folder: 0o700, o.path(kept[0].ID): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
}

func TestOutboxReportsABrokenFile(t *testing.T) {
	t.Parallel()
	o := newOutbox(t)
	if err := os.WriteFile(o.path("00000000000000000001-AAAAAAAA"), []byte("junk"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := o.List(t.Context()); err == nil {
		t.Fatal("a broken file passed unseen")
	}
}
