package media_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"superbook/kit/media"
)

func open(t testing.TB) (*media.Store, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "media")
	s, err := media.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, dir
}

func read(t testing.TB, s *media.Store, key string) string {
	t.Helper()
	f, err := s.Open(key)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func keys(t testing.TB, s *media.Store, prefix string) (all []string) {
	t.Helper()
	err := s.Walk(t.Context(), prefix, func(key string, modified time.Time) error {
		if age := time.Since(modified); age > time.Minute || age < -time.Minute {
			t.Errorf("%s was modified %v ago", key, age)
		}
		all = append(all, key)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// temps counts the half-written files.
func temps(t testing.TB, dir string) int {
	t.Helper()
	files, err := os.ReadDir(filepath.Join(dir, "tmp"))
	if err != nil {
		t.Fatal(err)
	}
	return len(files)
}

func TestOpenErrors(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	if err := s.Write(t.Context(), "a/b", []byte("x")); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"none", "a/none", "a", "a/b/c"} {
		if _, err := s.Open(key); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("open %s: %v", key, err)
		}
	}
}

func TestRemoveAllAndWalk(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	for _, key := range []string{"p/1/a.jpg", "p/1/b.jpg", "p/2/a.jpg", "q.txt"} {
		if err := s.Write(t.Context(), key, []byte(key)); err != nil {
			t.Fatal(err)
		}
	}
	if got := keys(t, s, "p"); !slices.Equal(got, []string{"p/1/a.jpg", "p/1/b.jpg", "p/2/a.jpg"}) {
		t.Errorf("under p: %v", got)
	}
	for _, prefix := range []string{"p/1", "q.txt", "p/1", "none", "none/at/all", "p/2/a.jpg/below"} {
		if err := s.RemoveAll(prefix); err != nil {
			t.Errorf("remove %s: %v", prefix, err)
		}
	}
	if got := keys(t, s, ""); !slices.Equal(got, []string{"p/2/a.jpg"}) {
		t.Errorf("left: %v", got)
	}
	if got := keys(t, s, "none"); got != nil {
		t.Errorf("under none: %v", got)
	}
	enough := errors.New("enough")
	if err := s.Walk(t.Context(), "", func(string, time.Time) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("walk: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Walk(ctx, "", func(string, time.Time) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("walk after the end: %v", err)
	}
}

func TestWalkAfterGoesOnBehindAName(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	for _, key := range []string{"p/1/a", "p/1/z", "p/2/1/a", "p/2/3", "p/3/0", "p/4"} {
		if err := s.Write(t.Context(), key, nil); err != nil {
			t.Fatal(err)
		}
	}
	for after, want := range map[string][]string{
		"": {"p/1/a", "p/1/z", "p/2/1/a", "p/2/3", "p/3/0", "p/4"}, "1": {"p/2/1/a", "p/2/3", "p/3/0", "p/4"},
		"2": {"p/3/0", "p/4"}, "25": {"p/3/0", "p/4"}, "4": nil,
	} {
		var seen []string
		err := s.WalkAfter(t.Context(), "p", after, func(key string, _ time.Time) error { seen = append(seen, key); return nil })
		if err != nil || !slices.Equal(seen, want) {
			t.Errorf("after %q: %v, %v", after, seen, err)
		}
	}
}

func TestWalkWhileFilesGo(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	for _, key := range []string{"a/1", "b/1", "b/2", "c/1"} {
		if err := s.Write(t.Context(), key, nil); err != nil {
			t.Fatal(err)
		}
	}
	var seen []string
	err := s.Walk(t.Context(), "", func(key string, _ time.Time) error {
		seen = append(seen, key)
		return s.RemoveAll("b")
	})
	if err != nil || !slices.Equal(seen, []string{"a/1", "c/1"}) {
		t.Errorf("saw %v, %v", seen, err)
	}
}

func TestSweepTemp(t *testing.T) {
	t.Parallel()
	s, dir := open(t)
	old := time.Now().Add(-2 * time.Hour)
	leftover := filepath.Join(dir, "tmp", "leftover")
	if err := errors.Join(os.WriteFile(leftover, []byte("half"), 0o600), os.Chtimes(leftover, old, old)); err != nil {
		t.Fatal(err)
	}
	u, err := s.Receive(t.Context(), strings.NewReader("alive"), 10)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := s.SweepTemp(t.Context(), time.Hour); n != 1 || err != nil {
		t.Errorf("swept %d, %v; want 1", n, err)
	}
	if n, err := s.SweepTemp(t.Context(), time.Hour); n != 0 || err != nil {
		t.Errorf("swept %d again, %v", n, err)
	}
	if err := u.Keep("alive"); err != nil {
		t.Errorf("the sweep took a living upload: %v", err)
	}
}

func TestModes(t *testing.T) {
	t.Parallel()
	s, dir := open(t)
	if err := s.Write(t.Context(), "a/b", nil); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]fs.FileMode{"": 0o700, "tmp": 0o700, "files": 0o700, "files/a": 0o700, "files/a/b": 0o600} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%q has mode %v, %v; want %v", name, info.Mode(), err, want)
		}
	}
}
