package site_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long anything that has to come may take on a busy machine.
const patience = 60 * time.Second

// build makes the program as "go build" does.
func build(t testing.TB) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "superbook")
	if out, err := exec.Command("go", "build", "-o", binary, "superbook").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return binary
}

// program is how to start the site in a folder of its own.
type program struct {
	binary, dir string
	env         []string
	database    string // "" for SQLite in dir
}

// newProgram has an empty folder, and of the environment only what is given.
func newProgram(t testing.TB, binary string, env ...string) program {
	t.Helper()
	return program{binary: binary, dir: t.TempDir(), env: append([]string{"ADDR=127.0.0.1:0", "PATH=" + os.Getenv("PATH")}, env...)}
}

// production is the environment in which nothing is made up.
var production = []string{"DEBUG=false", "SECRET_KEY=" + strings.Repeat("k", 32), "LOG_LEVEL=error"}

func (p program) command(t testing.TB, args ...string) *exec.Cmd {
	cmd := exec.Command(p.binary, args...)
	cmd.Dir, cmd.Env = p.dir, p.env
	return cmd
}

// run runs a command to its end and returns what it says.
func (p program) run(t testing.TB, args ...string) string {
	t.Helper()
	out, err := p.command(t, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("superbook %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// process is the program while it runs.
type process struct {
	t      testing.TB
	cmd    *exec.Cmd
	ended  chan error
	ready  chan struct{} // closed once it has said where it is, or has ended
	mu     sync.Mutex
	output bytes.Buffer
	url    string
}

// start starts the program and waits until it says that it is there.
func (p program) start(t testing.TB, args ...string) *process {
	t.Helper()
	r := p.launch(t, args...)
	select {
	case <-r.ready:
	case <-time.After(patience):
	}
	if text := r.text(); !strings.Contains(text, "(Ctrl-C stops it)") {
		t.Fatalf("superbook %v does not start:\n%s", args, text)
	}
	return r
}

// launch starts the program and waits for nothing.
func (p program) launch(t testing.TB, args ...string) *process {
	t.Helper()
	r := &process{t: t, cmd: p.command(t, args...), ended: make(chan error, 1), ready: make(chan struct{})}
	out, err := r.cmd.StdoutPipe()
	must(t, err)
	r.cmd.Stderr = r
	must(t, r.cmd.Start())
	t.Cleanup(func() { _ = r.cmd.Process.Kill() })
	go func() {
		r.listen(out)
		r.ended <- r.cmd.Wait()
	}()
	return r
}

var addressLine = regexp.MustCompile(`SuperBook is at (http://\S+)`)

// listen reads what the program prints, up to its end.
func (r *process) listen(out io.Reader) {
	said := sync.OnceFunc(func() { close(r.ready) })
	defer said()
	for lines := bufio.NewScanner(out); lines.Scan(); {
		fmt.Fprintln(r, lines.Text())
		if m := addressLine.FindStringSubmatch(lines.Text()); m != nil {
			r.url = m[1]
		}
		if strings.Contains(lines.Text(), "(Ctrl-C stops it)") {
			said()
		}
	}
}

// Write keeps what the program logs.
func (r *process) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.output.Write(b)
}

func (r *process) text() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.output.String()
}

// stop ends the program as systemd or Ctrl-C would, checks that it ends with
// status 0, and returns how long it took.
func (r *process) stop() time.Duration {
	r.t.Helper()
	began := time.Now()
	must(r.t, r.cmd.Process.Signal(syscall.SIGTERM))
	select {
	case err := <-r.ended:
		if err != nil {
			r.t.Errorf("ended with %v:\n%s", err, r.text())
		}
	case <-time.After(patience):
		r.t.Errorf("does not end:\n%s", r.text())
	}
	return time.Since(began)
}

// kill ends the program as a crash would.
func (r *process) kill() {
	_ = r.cmd.Process.Kill()
	<-r.ended
}
