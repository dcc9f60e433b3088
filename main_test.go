package main

import (
	"bytes"
	"errors"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var binary string

// TestMain builds the program once, as "go build" does.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "superbook")
	if err != nil {
		log.Fatal(err)
	}
	binary = filepath.Join(dir, "superbook")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		log.Fatalf("go build: %v\n%s", err, out)
	}
	status := m.Run()
	if err := os.RemoveAll(dir); err != nil {
		log.Print(err)
	}
	os.Exit(status)
}

// folder is where a program runs, and its environment.
type folder struct {
	t   *testing.T
	dir string
	env []string
}

func newFolder(t *testing.T, env ...string) folder {
	return folder{t, t.TempDir(), append([]string{"ADDR=127.0.0.1:0", "LOG_LEVEL=error"}, env...)}
}

// run runs a command in it with some more variables.
func (f folder) run(args []string, more ...string) (status int, stdout, stderr string) {
	f.t.Helper()
	cmd := exec.Command(binary, args...)
	var out, errs bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = f.dir, append(f.env, more...), &out, &errs
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		f.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String()
}

func words(s string) []string { return strings.Fields(s) }

// is checks a status and that nothing but an error is on standard error.
func (f folder) is(want int, command string, more ...string) (stdout string) {
	f.t.Helper()
	status, stdout, stderr := f.run(words(command), more...)
	if status != want || (want == 0) != (stderr == "") {
		f.t.Fatalf("superbook %s: status %d, want %d\n%s\n%s", command, status, want, stdout, stderr)
	}
	return stdout
}

func TestWrongCommandsAndSettingsEndWithStatusTwo(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ command, env, says string }{
		{"frobnicate", "DEBUG=", "frobnicate"},
		{"--nonsense", "DEBUG=", "--nonsense"},
		{"serve --worker", "DEBUG=", "--worker"},
		{"serve now", "DEBUG=", "now"},
		{"migrate sideways", "DEBUG=", "sideways"},
		{"seed --bulk many", "DEBUG=", "many"},
		{"changepassword", "DEBUG=", "username"},
		{"", "DEBUG=maybe", "DEBUG"},
		{"serve", "ADDR=nowhere", "ADDR"},
		{"serve", "DEBUG=false", "SECRET_KEY"},
		{"serve", "DEBUG=false FAULTS=mail.reminder:fail=1", "FAULTS: it is for development only"},
		{"worker", "FAULTS=swep:fail=1", "FAULTS: \"swep\" is no kind of task"},
		{"worker", "BASE_URL=here", "BASE_URL"},
		{"migrate status", "STOP_TIMEOUT=5", "STOP_TIMEOUT"},
		{"seed", "DATABASE_URL=mysql://u:hush-hush@h/x", "DATABASE_URL"},
		{"settings", "REGISTRY_URL=ftp://u:hush-hush@h/x", "REGISTRY_URL"},
		{"createsuperuser", "MAIL_URL=smtp:hush-hush@h", "MAIL_URL"},
		{"migrate", "DATA_DIR=/dev/null/x", "DATA_DIR"},
	} {
		t.Run(strings.TrimSpace(tt.env+" "+tt.command), func(t *testing.T) {
			t.Parallel()
			f := newFolder(t)
			status, out, stderr := f.run(words(tt.command), words(tt.env)...)
			if status != 2 || !strings.HasPrefix(stderr, "superbook: ") || !strings.Contains(stderr, tt.says) || strings.Count(stderr, "\n") != 1 {
				t.Errorf("status %d\n%s", status, stderr)
			}
			if strings.Contains(out+stderr, "hush-hush") {
				t.Errorf("a password is shown:\n%s%s", out, stderr)
			}
			if files, err := os.ReadDir(f.dir); err != nil || len(files) != 0 {
				t.Errorf("files are left behind: %v, %v", files, err)
			}
		})
	}
}

func TestHelpNamesEveryCommand(t *testing.T) {
	t.Parallel()
	help := newFolder(t).is(0, "--help")
	for _, command := range words("serve worker migrate seed createsuperuser changepassword urls settings") {
		if !strings.Contains(help, "\n  "+command) {
			t.Errorf("there is no %s in\n%s", command, help)
		}
		if own := newFolder(t).is(0, command+" --help"); !strings.Contains(own, "Usage: superbook "+command) {
			t.Errorf("the help of %s is\n%s", command, own)
		}
	}
}
