package site_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"superbook/site"
)

// environment holds these variables of ours, and no others.
func environment(t *testing.T, set map[string]string) {
	t.Helper()
	for f := range reflect.TypeFor[site.Settings]().Fields() {
		if name := f.Tag.Get("env"); name != "" {
			t.Setenv(name, set[name])
		}
	}
}

func TestDefaultsSuitALaptop(t *testing.T) {
	environment(t, nil)
	set, err := site.FromEnv()
	if err != nil {
		t.Fatal(err)
	}
	want := site.Settings{Addr: "127.0.0.1:8000", BaseURL: "http://127.0.0.1:8000", DataDir: "data", Debug: true,
		MailFrom: "SuperBook <post@superbook.example>", MediaWorkers: 2, MediaBudgetMB: 256, LogLevel: "info", StopTimeout: 20 * time.Second}
	if !reflect.DeepEqual(set, want) {
		t.Errorf("the defaults are %+v", set)
	}
}

func TestSettingsComeFromTheEnvironment(t *testing.T) {
	for env, ok := range map[string]func(site.Settings) bool{
		"ADDR=:9000":                                        func(s site.Settings) bool { return s.BaseURL == "http://localhost:9000" },
		"ADDR=0.0.0.0:80":                                   func(s site.Settings) bool { return s.BaseURL == "http://localhost:80" },
		"ADDR=[::1]:80":                                     func(s site.Settings) bool { return s.BaseURL == "http://[::1]:80" },
		"BASE_URL=https://book.example.org/":                func(s site.Settings) bool { return s.Secure() && s.BaseURL == "https://book.example.org" },
		"TRUSTED_PROXIES=10.0.0.0/8,fd00::/8":               func(s site.Settings) bool { return len(s.TrustedProxies) == 2 },
		"WEBHOOKS_LOCAL=true":                               func(s site.Settings) bool { return s.WebhooksLocal },
		"STOP_TIMEOUT=1m30s":                                func(s site.Settings) bool { return s.StopTimeout == 90*time.Second },
		"DRAIN_DELAY=15s":                                   func(s site.Settings) bool { return s.DrainDelay == 15*time.Second },
		"MAIL_URL=smtps://u:pw@mail.example:465":            func(s site.Settings) bool { return s.MailURL != "" },
		"METRICS_ADDR=:9100":                                func(s site.Settings) bool { return s.MetricsAddr == ":9100" },
		"METRICS_TOKEN=0123456789abcdef":                    func(s site.Settings) bool { return s.MetricsToken != "" },
		"FAULTS=photo.process:slow=5s;mail.reminder:fail=1": func(s site.Settings) bool { return s.Faults != "" },
		"MAIL_URL=log:":                                     func(s site.Settings) bool { return s.MailURL == "log:" },
		"DATABASE_URL=sqlite:/tmp/x.db":                     func(s site.Settings) bool { return s.DatabaseURL != "" },
		"DATABASE_URL=postgres://u:pw@h/superbook":          func(s site.Settings) bool { return s.DatabaseURL != "" },
	} {
		name, value, _ := strings.Cut(env, "=")
		environment(t, map[string]string{name: value})
		if set, err := site.FromEnv(); err != nil || !ok(set) {
			t.Errorf("%s: %+v, %v", env, set, err)
		}
	}
}

// badSettings are values that are refused, each under the name of its variable.
var badSettings = []string{
	"ADDR=nowhere", "ADDR=127.0.0.1", "ADDR=127.0.0.1:http", "ADDR=:99999", "ADDR=:",
	"BASE_URL=book.example.org", "BASE_URL=ftp://book.example.org", "BASE_URL=https://", "BASE_URL=://x",
	"DEBUG=maybe", "WEBHOOKS_LOCAL=sometimes", "TRUSTED_PROXIES=10.0.0.1", "TRUSTED_PROXIES=10.0.0.0/8,proxy", "LOG_LEVEL=loud",
	"MEDIA_WORKERS=0", "MEDIA_WORKERS=two", "MEDIA_BUDGET_MB=1", "MEDIA_BUDGET_MB=lots", "STOP_TIMEOUT=5", "STOP_TIMEOUT=soon", "DRAIN_DELAY=-1s", "DRAIN_DELAY=10",
	"DATABASE_URL=mysql://user:hush-hush@host/name", "REGISTRY_URL=ftp://user:hush-hush@host", "REGISTRY_URL=registry",
	"METRICS_ADDR=nowhere", "METRICS_ADDR=127.0.0.1:8000", "METRICS_ADDR=:99999", "METRICS_TOKEN=hush-hush",
	"MAIL_URL=mail.example.org", "MAIL_URL=smtp:user:hush-hush@host", "MAIL_URL=smtp://user:hush-hush%@host", "MAIL_URL=smtp://user:hush-hush@",
	"MAIL_URL=smtp://user:hush-hush@host:0x1", "MAIL_FROM=nobody",
	"FAULTS=slow=5s", "FAULTS=photo.proces:fail=1", "FAULTS=photo.process:fail=x", "FAULTS=photo.process:slow=1d", "FAULTS=photo.process",
}

func TestBadSettingsAreNamed(t *testing.T) {
	for _, bad := range badSettings {
		name, value, _ := strings.Cut(bad, "=")
		environment(t, map[string]string{name: value})
		_, err := site.FromEnv()
		if !errors.Is(err, site.ErrSettings) || !strings.HasPrefix(err.Error(), "settings: "+name+": ") {
			t.Errorf("%s: %v", bad, err)
			continue
		}
		if strings.Contains(err.Error(), "hush-hush") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: the error tells a secret, or takes more than a line: %v", bad, err)
		}
	}
}

func TestProductionNeedsAKeyOfItsOwn(t *testing.T) {
	for key, ok := range map[string]bool{"": false, "short": false, strings.Repeat("k", 31): false, strings.Repeat("k", 32): true} {
		environment(t, map[string]string{"DEBUG": "false", "SECRET_KEY": key})
		_, err := site.FromEnv()
		if (err == nil) != ok || err != nil && !strings.Contains(err.Error(), "SECRET_KEY") {
			t.Errorf("a key of %d: %v", len(key), err)
		}
		if err != nil && key != "" && strings.Contains(err.Error(), key) {
			t.Error("the error tells the key")
		}
	}
}

func TestFaultsAreNothingForProduction(t *testing.T) {
	environment(t, map[string]string{"DEBUG": "false", "SECRET_KEY": strings.Repeat("k", 32), "FAULTS": "mail.reminder:fail=1"})
	if _, err := site.FromEnv(); !errors.Is(err, site.ErrSettings) || !strings.Contains(err.Error(), "FAULTS: it is for development only") {
		t.Errorf("%v", err)
	}
}

func TestPrintMasksSecrets(t *testing.T) {
	const secret = "hush-hush"
	environment(t, map[string]string{
		"METRICS_TOKEN": secret + "-of-metrics", "METRICS_ADDR": "127.0.0.1:9100",
		"SECRET_KEY": secret + strings.Repeat("k", 32), "DATABASE_URL": "postgres://amy:" + secret + "@db.example/superbook?sslpassword=" + secret,
		"MAIL_URL": "smtp://amy:" + secret + "@mail.example:587", "REGISTRY_URL": "https://registry.example/?api_key=" + secret + "&lang=en",
		"TRUSTED_PROXIES": "10.0.0.0/8",
	})
	set, err := site.FromEnv()
	if err != nil {
		t.Fatal(err)
	}
	print := func() string {
		var out strings.Builder
		if err := set.Print(&out); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	text := print()
	for _, want := range []string{"db.example/superbook", "mail.example:587", "registry.example", "lang=en", "SECRET_KEY", "********", "[10.0.0.0/8]", "127.0.0.1:8000", "127.0.0.1:9100"} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %q in\n%s", want, text)
		}
	}
	if fields, lines := reflect.TypeFor[site.Settings]().NumField()-1, strings.Count(text, "\n"); lines != fields {
		t.Errorf("%d lines for %d settings", lines, fields)
	}
	for _, odd := range []string{"host=h user=u password=" + secret, "smtp:u:" + secret + "@h", "x://u:" + secret + "%@h", "u:" + secret + "@h"} {
		set.DatabaseURL = odd
		text += print()
	}
	if strings.Contains(text, secret) {
		t.Errorf("a secret is shown:\n%s", text)
	}
}

func TestKeyIsMadeOnceAndForUsOnly(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "data")
	first, second := site.Settings{DataDir: dir}, site.Settings{DataDir: dir}
	for _, s := range []*site.Settings{&first, &second} {
		if err := s.Prepare(); err != nil {
			t.Fatal(err)
		}
	}
	if len(first.SecretKey) < 32 || first.SecretKey != second.SecretKey {
		t.Errorf("the keys are %q and %q", first.SecretKey, second.SecretKey)
	}
	for name, mode := range map[string]fs.FileMode{dir: 0o700, filepath.Join(dir, "secret.key"): 0o600} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	elsewhere := site.Settings{DataDir: t.TempDir()}
	if err := elsewhere.Prepare(); err != nil || elsewhere.SecretKey == first.SecretKey {
		t.Errorf("another site has the same key, or none: %v", err)
	}
	own := site.Settings{DataDir: dir, SecretKey: "given"}
	if err := own.Prepare(); err != nil || own.SecretKey != "given" {
		t.Errorf("the key that was given became %q, %v", own.SecretKey, err)
	}
}

// The file may exist before its content does: nobody may read half a key.
func TestStartsAtTheSameTimeAgreeOnTheKey(t *testing.T) {
	t.Parallel()
	for range 50 {
		dir := t.TempDir()
		var wg sync.WaitGroup
		sets, errs := make([]site.Settings, 8), make([]error, 8)
		for i := range sets {
			wg.Go(func() { sets[i].DataDir = dir; errs[i] = sets[i].Prepare() })
		}
		wg.Wait()
		for i := range sets {
			if errs[i] != nil || sets[i].SecretKey != sets[0].SecretKey {
				t.Fatalf("%q, %v; the first has %q", sets[i].SecretKey, errs[i], sets[0].SecretKey)
			}
		}
		if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
			t.Fatalf("%d files are left, %v", len(files), err)
		}
	}
}

func TestPlacesThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, nil, 0o600))
	set := site.Settings{DataDir: file}
	if err := set.Prepare(); !errors.Is(err, site.ErrSettings) || !strings.Contains(err.Error(), "DATA_DIR") {
		t.Errorf("a file as the folder: %v", err)
	}
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "secret.key"), []byte("half"), 0o600))
	set = site.Settings{DataDir: dir}
	if err := set.Prepare(); !errors.Is(err, site.ErrSettings) || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("half a key: %v", err)
	}
}
