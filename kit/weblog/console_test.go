package weblog

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestConsole(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		log  func(*slog.Logger)
		want string
	}{
		"plain":        {func(l *slog.Logger) { l.Info("started", "port", 8000) }, "INFO  started port=8000"},
		"quoted":       {func(l *slog.Logger) { l.Warn("odd", "a", "x y", "b", "", "c", `q"`) }, `WARN  odd a="x y" b="" c="q\""`},
		"error":        {func(l *slog.Logger) { l.Error("broke", "error", errors.New("no disk")) }, `ERROR broke error="no disk"`},
		"duration":     {func(l *slog.Logger) { l.Info("x", "took", 1234567*time.Nanosecond) }, "INFO  x took=1.23ms"},
		"group":        {func(l *slog.Logger) { l.Info("x", slog.Group("g", "a", 1, slog.Group("h", "b", 2))) }, "INFO  x g.a=1 g.h.b=2"},
		"with":         {func(l *slog.Logger) { l.With("a", 1).WithGroup("g").With("b", 2).Info("x", "c", 3) }, "INFO  x a=1 g.b=2 g.c=3"},
		"forged line":  {func(l *slog.Logger) { l.Info("a\nERROR b", "k\n", "v\nERROR c") }, `INFO  a\nERROR b k\n="v\nERROR c"`},
		"escape codes": {func(l *slog.Logger) { l.Info("a\x1b[2J", "k", "\x1b[31m") }, `INFO  a\x1b[2J k="\x1b[31m"`},
		"too low":      {func(l *slog.Logger) { l.Debug("hidden") }, ""},
	} {
		var b bytes.Buffer
		tc.log(slog.New(withRequest{newConsole(&b, false, slog.LevelInfo)}))
		_, got, _ := strings.Cut(strings.TrimSuffix(b.String(), "\n"), " ")
		if got != tc.want || strings.Count(b.String(), "\n") > 1 {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

func TestShort(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "0s", 17: "17ns", 1234: "1.23µs", 123456: "123µs", 12345678: "12.3ms", 1234567890: "1.23s",
		83*time.Second + 456*time.Millisecond: "1m23.5s", time.Hour + 123456789: "1h0m0s", -1234567: "-1.23ms",
	} {
		if got := short(d).String(); got != want {
			t.Errorf("short(%d) = %s, want %s", d, got, want)
		}
	}
}

func TestNewLogger(t *testing.T) {
	var b bytes.Buffer
	NewLogger(&b, false, slog.LevelInfo).Info("started", "port", 8000)
	var line struct {
		Msg  string
		Port int
	}
	if err := json.Unmarshal(b.Bytes(), &line); err != nil || line.Msg != "started" || line.Port != 8000 {
		t.Fatalf("%s: %v", &b, err)
	}
	for _, tc := range []struct {
		noColor string
		escapes bool
	}{{"", true}, {"1", false}} {
		t.Setenv("NO_COLOR", tc.noColor)
		b.Reset()
		NewLogger(&b, true, slog.LevelInfo).Info("started")
		if got := strings.Contains(b.String(), "\x1b["); got != tc.escapes {
			t.Errorf("NO_COLOR=%q: %q", tc.noColor, &b)
		}
		if plain := regexp.MustCompile("\x1b\\[[0-9]*m").ReplaceAllString(b.String(), ""); !regexp.MustCompile(`^\d\d:\d\d:\d\d\.\d{3} INFO  started\n$`).MatchString(plain) {
			t.Errorf("line %q", plain)
		}
	}
}

func TestLinesNeverMix(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	l := slog.New(newConsole(&b, false, slog.LevelInfo))
	var all sync.WaitGroup
	for w := range 8 {
		all.Go(func() {
			for range 50 {
				l.With("worker", w).Info("line")
			}
		})
	}
	all.Wait()
	if lines := regexp.MustCompile(`(?m)^\S+ INFO  line worker=\d$`).FindAllString(b.String(), -1); len(lines) != 400 {
		t.Fatalf("%d whole lines", len(lines))
	}
}
