package fault_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestKill lets a process of its own die in the middle of a job; the next one
// finds the job and does it.
func TestKill(t *testing.T) {
	t.Parallel()
	const folder = "FAULT_TEST_FOLDER"
	if dir := os.Getenv(folder); dir != "" {
		b := newBench(t, dir, "work:kill=1")
		b.add()
		b.settle()
		return
	}
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0], "-test.run=^TestKill$")
	cmd.Env = append(os.Environ(), folder+"="+dir)
	out, err := cmd.CombinedOutput()
	if err == nil || cmd.ProcessState.Exited() {
		t.Fatalf("it ended by itself: %v\n%s", err, out)
	}
	b := newBench(t, dir, "work:kill=1") // of attempts, only the first
	b.settle()
	state, attempt, failures := b.job(1)
	if state != "completed" || attempt != 2 || !strings.Contains(failures, "the process ended while this job ran") {
		t.Errorf("%s after %d attempts: %s", state, attempt, failures)
	}
}
