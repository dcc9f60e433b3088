package media_test

import (
	"errors"
	"io"
	"io/fs"
	"testing"
	"testing/synctest"
	"time"
)

// stream is a line that never ends. Each time that it is read it says so first.
type stream struct {
	read func()
	size int // bytes that one read gives at most
	n    int64
}

func (s *stream) Read(b []byte) (int, error) {
	s.read()
	n := min(s.size, len(b))
	s.n += int64(n)
	return n, nil
}

// What nobody wants any more is not written down until its line has ended.
func TestAppendEndsWhenTheFileIsRemoved(t *testing.T) {
	t.Parallel()
	for name, replaced := range map[string]bool{"removed": false, "another has its name": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := open(t)
			partial(t, s, "a", "")
			p := openPartial(t, s, "a")
			defer closePartial(t, p)
			line := &stream{size: 1 << 20}
			line.read = func() {
				if line.n > 0 {
					return
				}
				err := s.RemovePartial("a")
				if replaced {
					err = errors.Join(err, s.CreatePartial("a"))
				}
				if err != nil {
					t.Error(err)
				}
			}
			if err := p.Append(t.Context(), line, 1<<30); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("error %v", err)
			}
			if line.n > 5<<20 {
				t.Errorf("%d bytes were taken after it was removed", line.n)
			}
			if err := p.Append(t.Context(), line, 1<<30); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("again: error %v", err)
			}
		})
	}
}

// The last bytes do not make whole what is gone.
func TestAppendLooksAtItsEnd(t *testing.T) {
	t.Parallel()
	for name, limit := range map[string]int64{"the whole of it": 3, "a part": 8} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := open(t)
			partial(t, s, "a", "")
			p := openPartial(t, s, "a")
			defer closePartial(t, p)
			line := &stream{size: 3, read: func() {
				if err := s.RemovePartial("a"); err != nil {
					t.Error(err)
				}
			}}
			if err := p.Append(t.Context(), io.LimitReader(line, 3), limit); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("error %v", err)
			}
		})
	}
}

// A line that brings a byte now and then does not hold on to what is gone.
func TestAppendLooksNowAndThenOnASlowLine(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	partial(t, s, "a", "")
	p := openPartial(t, s, "a")
	defer closePartial(t, p)
	synctest.Test(t, func(t *testing.T) {
		line := &stream{size: 1}
		line.read = func() {
			time.Sleep(time.Second)
			if line.n == 3 {
				if err := s.RemovePartial("a"); err != nil {
					t.Error(err)
				}
			}
		}
		if err := p.Append(t.Context(), line, 1<<20); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("error %v", err)
		}
		if line.n > 10 {
			t.Errorf("%d seconds went by after it was removed", line.n-3)
		}
	})
}
