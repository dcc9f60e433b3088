package media_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"superbook/kit/media"
)

func TestReceive(t *testing.T) {
	t.Parallel()
	lost := errors.New("connection lost")
	big := make([]byte, 1<<20+7)
	rand.Read(big)
	for name, c := range map[string]struct {
		r       io.Reader
		limit   int64
		content []byte
		err     error
	}{
		"below the limit":       {bytes.NewReader(big), 1 << 21, big, nil},
		"exactly the limit":     {bytes.NewReader(big), int64(len(big)), big, nil},
		"one over the limit":    {bytes.NewReader(big), int64(len(big)) - 1, nil, media.ErrTooLarge},
		"no limit to speak of":  {strings.NewReader("x"), math.MaxInt64, []byte("x"), nil},
		"nothing":               {strings.NewReader(""), 10, nil, nil},
		"nothing, limit zero":   {strings.NewReader(""), 0, nil, nil},
		"a byte, limit zero":    {strings.NewReader("x"), 0, nil, media.ErrTooLarge},
		"a byte at a time":      {iotest.OneByteReader(bytes.NewReader(big[:5000])), 5000, big[:5000], nil},
		"cut at once":           {iotest.ErrReader(lost), 10, nil, lost},
		"cut in the middle":     {io.MultiReader(strings.NewReader("half"), iotest.ErrReader(lost)), 10, nil, lost},
		"cut at the limit":      {io.MultiReader(strings.NewReader("half"), iotest.ErrReader(lost)), 4, nil, lost},
		"ends where it may not": {io.MultiReader(strings.NewReader("half"), iotest.ErrReader(io.ErrUnexpectedEOF)), 4, nil, io.ErrUnexpectedEOF},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, dir := open(t)
			u, err := s.Receive(t.Context(), c.r, c.limit)
			if !errors.Is(err, c.err) {
				t.Fatalf("error %v, want %v", err, c.err)
			}
			if c.err != nil {
				if n := temps(t, dir); n != 0 {
					t.Errorf("%d files stay behind", n)
				}
				return
			}
			if u.Size != int64(len(c.content)) || u.SHA256 != sha256.Sum256(c.content) {
				t.Errorf("size %d and hash %x are wrong", u.Size, u.SHA256)
			}
			got, err := io.ReadAll(io.NewSectionReader(u, 0, u.Size))
			if err != nil || !bytes.Equal(got, c.content) {
				t.Errorf("reads back %d bytes, %v", len(got), err)
			}
			if err := u.Keep("a/b/photo.jpg"); err != nil {
				t.Fatal(err)
			}
			if read(t, s, "a/b/photo.jpg") != string(c.content) {
				t.Error("what was kept differs")
			}
			if err := errors.Join(u.Discard(), u.Discard()); err != nil {
				t.Errorf("discard after keep: %v", err)
			}
			if !slices.Equal(keys(t, s, ""), []string{"a/b/photo.jpg"}) || temps(t, dir) != 0 {
				t.Errorf("there are %v and %d temporary files", keys(t, s, ""), temps(t, dir))
			}
		})
	}
}

func TestReceiveEndsWithItsContext(t *testing.T) {
	t.Parallel()
	s, dir := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	go func() {
		w.Write([]byte("some"))
		cancel()
		w.Write([]byte("more"))
		w.Close()
	}()
	if _, err := s.Receive(ctx, r, 100); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	r.Close()
	if n := temps(t, dir); n != 0 {
		t.Errorf("%d files stay behind", n)
	}
}

func TestDiscard(t *testing.T) {
	t.Parallel()
	s, dir := open(t)
	u, err := s.Receive(t.Context(), strings.NewReader("x"), 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(u.Discard(), u.Discard()); err != nil {
		t.Error(err)
	}
	if err := u.Keep("key"); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("keep after discard: %v", err)
	}
	if temps(t, dir) != 0 || len(keys(t, s, "")) != 0 {
		t.Error("something stays behind")
	}
}

func TestKeepOverAFolderFails(t *testing.T) {
	t.Parallel()
	s, dir := open(t)
	if err := s.Write(t.Context(), "a/b", []byte("x")); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"a", "a/b/c"} {
		if err := s.Write(t.Context(), key, []byte("y")); err == nil {
			t.Errorf("%s was written", key)
		}
	}
	if got := read(t, s, "a/b"); got != "x" || temps(t, dir) != 0 {
		t.Errorf("a/b says %q, and there are %d temporary files", got, temps(t, dir))
	}
}

func TestConcurrentWritersOfOneKey(t *testing.T) {
	t.Parallel()
	s, dir := open(t)
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			u, err := s.Receive(t.Context(), strings.NewReader(strings.Repeat(string(rune('a'+i)), 100_000)), 1<<20)
			if err == nil {
				err = errors.Join(u.Keep("same/key"), u.Discard())
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	got := read(t, s, "same/key")
	if len(got) != 100_000 || strings.Trim(got, got[:1]) != "" {
		t.Errorf("the file is a mixture of %d bytes", len(got))
	}
	if temps(t, dir) != 0 {
		t.Error("temporary files stay behind")
	}
}
