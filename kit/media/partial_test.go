package media_test

import (
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"superbook/kit/media"
)

// partial makes a partial file with content.
func partial(t testing.TB, s *media.Store, id, content string) {
	t.Helper()
	if err := s.CreatePartial(id); err != nil {
		t.Fatal(err)
	}
	p := openPartial(t, s, id)
	if err := p.Append(t.Context(), strings.NewReader(content), int64(len(content))); err != nil {
		t.Fatal(err)
	}
	closePartial(t, p)
}

func openPartial(t testing.TB, s *media.Store, id string) *media.Partial {
	t.Helper()
	p, err := s.OpenPartial(id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func closePartial(t testing.TB, p *media.Partial) {
	t.Helper()
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestAppend(t *testing.T) {
	t.Parallel()
	lost := errors.New("connection lost")
	for name, c := range map[string]struct {
		r     io.Reader
		limit int64
		want  string
		err   error
	}{
		"some":               {strings.NewReader("234"), 8, "01234", nil},
		"exactly the rest":   {strings.NewReader("23456789"), 8, "0123456789", nil},
		"nothing":            {strings.NewReader(""), 8, "01", nil},
		"nothing, none left": {strings.NewReader(""), 0, "01", nil},
		"a byte at a time":   {iotest.OneByteReader(strings.NewReader("2345")), 8, "012345", nil},
		"one too many":       {strings.NewReader("234567890"), 8, "01", media.ErrTooLarge},
		"one, none left":     {strings.NewReader("x"), 0, "01", media.ErrTooLarge},
		"cut at once":        {iotest.ErrReader(lost), 8, "01", lost},
		"cut in the middle":  {io.MultiReader(strings.NewReader("234"), iotest.ErrReader(lost)), 8, "01234", lost},
		"cut at the end":     {io.MultiReader(strings.NewReader("23456789"), iotest.ErrReader(lost)), 8, "0123456789", lost},
		"ends where it may not": {io.MultiReader(strings.NewReader("234"), iotest.ErrReader(io.ErrUnexpectedEOF)), 8, "01234",
			io.ErrUnexpectedEOF},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, dir := open(t)
			partial(t, s, "a", "01")
			p := openPartial(t, s, "a")
			if err := p.Append(t.Context(), c.r, c.limit); !errors.Is(err, c.err) || c.err == nil && err != nil {
				t.Errorf("error %v, want %v", err, c.err)
			}
			size, err := s.PartialSize("a")
			if err != nil || size != int64(len(c.want)) || p.Size != size {
				t.Errorf("sizes %d and %d, %v", p.Size, size, err)
			}
			closePartial(t, p)
			again, err := media.Open(dir) // as after a restart
			if err != nil {
				t.Fatal(err)
			}
			defer again.Close()
			if p = openPartial(t, again, "a"); p.Size != int64(len(c.want)) {
				t.Errorf("%d bytes after a restart", p.Size)
			}
			closePartial(t, p)
			if b, err := os.ReadFile(filepath.Join(dir, "partial", "a")); err != nil || string(b) != c.want {
				t.Errorf("the file has %q, %v", b, err)
			}
		})
	}
}

func TestPartialBecomesAnUpload(t *testing.T) {
	t.Parallel()
	s, dir := open(t)
	partial(t, s, "a", "content")
	old := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(filepath.Join(dir, "partial", "a"), old, old); err != nil {
		t.Fatal(err)
	}
	p := openPartial(t, s, "a")
	for _, keep := range []string{"", "p/1", "p/2"} {
		u, err := p.Upload(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if n, err := s.SweepTemp(t.Context(), time.Hour); n != 0 || err != nil {
			t.Errorf("a sweep takes %d, %v", n, err)
		}
		if u.Size != 7 || u.SHA256 != sha256.Sum256([]byte("content")) {
			t.Errorf("size %d and hash %x are wrong", u.Size, u.SHA256)
		}
		if keep != "" {
			if err := u.Keep(keep); err != nil {
				t.Fatal(err)
			}
		}
		if err := u.Discard(); err != nil {
			t.Error(err)
		}
		if size, err := s.PartialSize("a"); size != 7 || err != nil || temps(t, dir) != 0 {
			t.Errorf("of the partial file are left %d bytes, %v, and %d temporary files", size, err, temps(t, dir))
		}
	}
	closePartial(t, p)
	if err := errors.Join(s.RemovePartial("a"), s.RemovePartial("a")); err != nil {
		t.Error(err)
	}
	for _, key := range []string{"p/1", "p/2"} {
		if got := read(t, s, key); got != "content" {
			t.Errorf("%s reads %q", key, got)
		}
	}
	if _, err := s.OpenPartial("a"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("open after removal: %v", err)
	}
}

func TestPartialIDs(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	partial(t, s, "a", "")
	if err := s.CreatePartial("a"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("created twice: %v", err)
	}
	if _, err := s.PartialSize("none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("size of none: %v", err)
	}
	for _, id := range append(hostile(), "a/b") {
		_, open := s.OpenPartial(id)
		_, size := s.PartialSize(id)
		for _, err := range []error{s.CreatePartial(id), open, size, s.RemovePartial(id)} {
			if !errors.Is(err, media.ErrKey) {
				t.Errorf("%q: %v", id, err)
			}
		}
	}
}

func TestPartialsThatNobodyTouches(t *testing.T) {
	t.Parallel()
	s, dir := open(t)
	for _, id := range []string{"old", "young"} {
		partial(t, s, id, "x")
	}
	old := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(filepath.Join(dir, "partial", "old"), old, old); err != nil {
		t.Fatal(err)
	}
	if ids, err := s.Partials(t.Context(), time.Now().Add(-time.Hour)); err != nil || !slices.Equal(ids, []string{"old"}) {
		t.Errorf("%q, %v", ids, err)
	}
	if n, err := s.SweepTemp(t.Context(), 0); n != 0 || err != nil {
		t.Errorf("the sweep of temporary files takes %d, %v", n, err)
	}
	if all := keys(t, s, ""); all != nil {
		t.Errorf("partial files are among the keys: %q", all)
	}
}
