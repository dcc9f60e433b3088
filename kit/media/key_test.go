package media_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"superbook/kit/media"
)

// hostile are strings that must never become a path.
func hostile() []string {
	return []string{
		"", ".", "..", "/", "a/", "/a", "a//b", "../a", "a/../b", "a/..", "./a", "a/./b", "..a", ".hidden", "a.", "a/b.",
		"/etc/passwd", "A", "ä", "a b", "a\x00", "a\nb", `a\b`, `..\a`, "c:a", "a:b", "a%2f..", "a*", "~", "\xff",
		strings.Repeat("a", 201), strings.Repeat("a/", 300) + "a",
	}
}

func TestHostileKeys(t *testing.T) {
	t.Parallel()
	s, dir := open(t)
	for _, key := range hostile() {
		if err := s.Write(t.Context(), key, nil); !errors.Is(err, media.ErrKey) {
			t.Errorf("write %q: %v", key, err)
		}
		if f, err := s.Open(key); !errors.Is(err, media.ErrKey) {
			t.Errorf("open %q: %v %v", key, f, err)
		}
		if err := s.RemoveAll(key); !errors.Is(err, media.ErrKey) {
			t.Errorf("remove %q: %v", key, err)
		}
		if err := s.Walk(t.Context(), key, func(string, time.Time) error { return nil }); key != "" && !errors.Is(err, media.ErrKey) {
			t.Errorf("walk %q: %v", key, err)
		}
	}
	u, err := s.Receive(t.Context(), strings.NewReader("x"), 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := u.Keep("../a"); !errors.Is(err, media.ErrKey) {
		t.Errorf("keep: %v", err)
	}
	if err := u.Keep("a"); err != nil {
		t.Errorf("keep after a refused key: %v", err)
	}
	if temps(t, dir) != 0 {
		t.Error("temporary files stay behind")
	}
}

func TestLinksDoNotLeadOut(t *testing.T) {
	t.Parallel()
	s, dir := open(t)
	outside := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(outside, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Symlink(outside, filepath.Join(dir, "files", "link")),
		os.Symlink(filepath.Dir(outside), filepath.Join(dir, "files", "folder"))); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	for _, key := range []string{"link", "folder/secret"} {
		if _, err := s.Open(key); err == nil {
			t.Errorf("opened %s", key)
		}
	}
	if err := s.Write(t.Context(), "folder/new", nil); err == nil {
		t.Error("wrote through a link")
	}
	if err := errors.Join(s.RemoveAll("folder"), s.RemoveAll("link")); err != nil {
		t.Error(err)
	}
	if b, err := os.ReadFile(outside); err != nil || string(b) != "secret" {
		t.Errorf("the file outside is %q, %v", b, err)
	}
}

func FuzzKey(f *testing.F) {
	for _, key := range append(hostile(), "a", "a/b.jpg", "p/12/512-0a1b2c.jpg", "a..b", "-", "_") {
		f.Add(key)
	}
	f.Fuzz(func(t *testing.T, key string) {
		s, dir := open(t)
		err := s.Write(t.Context(), key, []byte(key))
		if errors.Is(err, media.ErrKey) {
			return
		}
		if err != nil {
			t.Fatalf("write %q: %v", key, err)
		}
		b, err := os.ReadFile(filepath.Join(dir, "files", filepath.FromSlash(key)))
		if err != nil || string(b) != key {
			t.Fatalf("%q is not where it belongs: %q, %v", key, b, err)
		}
		file, err := s.Open(key)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(file); err != nil || string(got) != key {
			t.Fatalf("%q reads %q, %v", key, got, err)
		}
		if err := errors.Join(file.Close(), s.RemoveAll(key)); err != nil {
			t.Fatal(err)
		}
	})
}
