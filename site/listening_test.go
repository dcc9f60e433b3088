package site_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// listening are the addresses that a process listens on; nil where there is
// no /proc to ask.
func listening(t *testing.T, pid int) []string {
	t.Helper()
	if runtime.GOOS != "linux" {
		return nil
	}
	folder := fmt.Sprintf("/proc/%d/fd", pid)
	fds, err := os.ReadDir(folder)
	must(t, err)
	mine := map[string]bool{}
	for _, fd := range fds {
		if to, err := os.Readlink(filepath.Join(folder, fd.Name())); err == nil {
			mine[to] = true
		}
	}
	all := []string{}
	for _, table := range []string{"tcp", "tcp6"} {
		f, err := os.Open(fmt.Sprintf("/proc/%d/net/%s", pid, table))
		must(t, err)
		defer f.Close()
		for lines := bufio.NewScanner(f); lines.Scan(); {
			col := strings.Fields(lines.Text())
			if len(col) > 9 && col[3] == "0A" && mine["socket:["+col[9]+"]"] {
				all = append(all, ipv4(col[1]))
			}
		}
	}
	return all
}

// ipv4 reads an address as /proc has it; others stay as they are.
func ipv4(s string) string {
	var a, b, c, d byte
	var port uint16
	if _, err := fmt.Sscanf(s, "%02X%02X%02X%02X:%04X", &d, &c, &b, &a, &port); err != nil || len(s) != 13 {
		return s
	}
	return fmt.Sprintf("%d.%d.%d.%d:%d", a, b, c, d, port)
}
