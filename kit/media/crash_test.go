package media_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"superbook/kit/media"
)

const crashDir = "MEDIA_TEST_CRASH_DIR"

// TestCrash kills a process in the middle of its writes, again and again. What
// it had said to be kept has to be there, and no file may be a part of one.
func TestCrash(t *testing.T) {
	t.Parallel()
	if dir := os.Getenv(crashDir); dir != "" {
		writeForever(t, dir)
		return
	}
	s, dir := open(t)
	leftovers := 0
	for round := range 10 {
		for _, key := range killed(t, dir, 1+round*2) {
			if _, err := s.Open(key); err != nil {
				t.Errorf("round %d: kept and lost: %v", round, err)
			}
		}
		for _, key := range keys(t, s, "") {
			if got := read(t, s, key); got != content(key) {
				t.Errorf("round %d: %s has %d bytes", round, key, len(got))
			}
		}
		leftovers += temps(t, dir)
		if _, err := s.SweepTemp(t.Context(), 0); err != nil {
			t.Error(err)
		}
		if n := temps(t, dir); n != 0 {
			t.Errorf("round %d: %d leftovers after the sweep", round, n)
		}
	}
	t.Logf("swept %d leftovers", leftovers)
}

// killed runs a writer, kills it after so many writes, and lists them.
func killed(t *testing.T, dir string, after int) (kept []string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestCrash$")
	cmd.Env = append(os.Environ(), crashDir+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if kept = append(kept, lines.Text()); len(kept) == after {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil || len(kept) < after {
		t.Fatalf("the writer ended by itself after %d writes", len(kept))
	}
	return kept
}

func writeForever(t *testing.T, dir string) {
	s, err := media.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; ; i++ {
		key := fmt.Sprintf("p/%d-%d", os.Getpid(), i)
		if err := s.Write(t.Context(), key, []byte(content(key))); err != nil {
			t.Fatal(err)
		}
		fmt.Println(key)
	}
}

func content(key string) string { return strings.Repeat(key+"\n", 20_000) }
