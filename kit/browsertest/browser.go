// Package browsertest drives a real Chromium in tests: pages, forms, looks,
// complaints of the console, and accessibility by axe-core. Only tests import it.
package browsertest

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

const (
	stepLimit  = 20 * time.Second // for one step; a browser on a busy machine is slow
	startLimit = time.Minute
)

// Browser is a running Chromium with a fresh profile.
type Browser struct{ ctx context.Context }

// Start runs a headless Chromium that ends with the test. CHROMIUM names the
// program; otherwise it is looked for in the PATH. Without one the test is
// skipped, or fails when CI is "true".
func Start(t testing.TB) *Browser {
	t.Helper()
	program := find()
	if program == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("no Chromium found: install it, or set CHROMIUM to its path")
		}
		t.Skip("no Chromium found; set CHROMIUM to its path to run this test")
	}
	alloc, free := chromedp.NewExecAllocator(context.Background(), options(t, program)...)
	ctx, _ := chromedp.NewContext(alloc) // ended by Cancel below, which also waits
	t.Cleanup(func() {
		defer free()
		end, stop := context.WithTimeout(ctx, startLimit)
		defer stop()
		if err := chromedp.Cancel(end); err != nil {
			t.Errorf("end the browser: %v", err)
		}
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", program, err)
	}
	return &Browser{ctx}
}

func find() string {
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if name == "" {
			continue
		}
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

func options(t testing.TB, program string) []chromedp.ExecAllocatorOption {
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program),
		chromedp.UserDataDir(profile(t)),
		chromedp.DisableGPU,
		chromedp.WSURLReadTimeout(startLimit),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
	)
	if os.Geteuid() == 0 {
		opts = append(opts, chromedp.NoSandbox) // Chromium's sandbox refuses to run as root
	}
	return opts
}

// profile is a folder of its own and not t.TempDir, which fails the test when
// a child of the browser still writes while the folder is removed.
func profile(t testing.TB) string {
	dir, err := os.MkdirTemp("", "browsertest")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for end := time.Now().Add(stepLimit); os.RemoveAll(dir) != nil && time.Now().Before(end); {
			time.Sleep(pause)
		}
	})
	return dir
}
