package media_test

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"

	"superbook/kit/media"
)

func TestPartialIsOpenOnce(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	partial(t, s, "a", "")
	partial(t, s, "b", "")
	var all sync.WaitGroup
	var wrote atomic.Int64
	for i := range 16 {
		all.Go(func() {
			p, err := s.OpenPartial("a")
			if errors.Is(err, media.ErrBusy) {
				return
			}
			if err == nil {
				piece := strings.Repeat(string(rune('a'+i)), 50_000)
				err = errors.Join(p.Append(t.Context(), iotest.HalfReader(strings.NewReader(piece)), 1<<20), p.Close())
			}
			if err != nil {
				t.Error(err)
			}
			wrote.Add(1)
		})
	}
	all.Wait()
	p := openPartial(t, s, "a")
	if p.Size != wrote.Load()*50_000 || p.Size == 0 {
		t.Errorf("%d bytes of %d writers", p.Size, wrote.Load())
	}
	u, err := p.Upload(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(io.NewSectionReader(u, 0, u.Size))
	for i := 0; i < len(b); i += 50_000 {
		if piece := string(b[i : i+50_000]); strings.Trim(piece, piece[:1]) != "" {
			t.Errorf("the piece at %d is a mixture", i)
		}
	}
	if err := errors.Join(err, u.Discard()); err != nil {
		t.Error(err)
	}
	closePartial(t, openPartial(t, s, "b")) // another file is free all the while
	closePartial(t, p)
}

const holdDir = "MEDIA_TEST_HOLD_DIR"

// TestPartialIsOpenInOneProcess holds a file in another process, which is then
// killed: nothing has to be tidied before the next one can have it.
func TestPartialIsOpenInOneProcess(t *testing.T) {
	t.Parallel()
	if dir := os.Getenv(holdDir); dir != "" {
		s, err := media.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		p := openPartial(t, s, "a")
		os.Stdout.WriteString("held\n")
		_, _ = io.Copy(io.Discard, os.Stdin) // until it is killed
		closePartial(t, p)
		return
	}
	s, dir := open(t)
	partial(t, s, "a", "half")
	cmd := exec.Command(os.Args[0], "-test.run=^TestPartialIsOpenInOneProcess$")
	cmd.Env = append(os.Environ(), holdDir+"="+dir)
	in, inErr := cmd.StdinPipe()
	out, outErr := cmd.StdoutPipe()
	if err := errors.Join(inErr, outErr, cmd.Start()); err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "held\n" {
		t.Fatalf("the other process says %q, %v", line, err)
	}
	if _, err := s.OpenPartial("a"); !errors.Is(err, media.ErrBusy) {
		t.Errorf("open in two processes: %v", err)
	}
	if n, err := s.PartialSize("a"); n != 4 || err != nil {
		t.Errorf("its size is %d, %v", n, err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	closePartial(t, openPartial(t, s, "a"))
}
