package render_test

import (
	"fmt"
	"html/template"
	"strings"
	"testing"
	"time"

	"superbook/kit/render"
)

func TestAgo(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for before, want := range map[time.Duration]string{
		-time.Hour: "just now", 0: "just now", 59 * time.Second: "just now", time.Minute: "1 minute ago", 59 * time.Minute: "59 minutes ago",
		time.Hour: "1 hour ago", 23 * time.Hour: "23 hours ago", 24 * time.Hour: "1 day ago", 29 * 24 * time.Hour: "29 days ago",
		30 * 24 * time.Hour: "on 30 January 2026",
	} {
		if got := render.Ago(now.Add(-before), now); got != want {
			t.Errorf("%v before: %q, want %q", before, got, want)
		}
	}
}

func TestNumbersAndNames(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0", 7: "7", 999: "999", 1000: "1,000", -999: "-999", -1000: "-1,000", 1234567: "1,234,567"} {
		if got := render.Number(n); got != want {
			t.Errorf("Number(%d) = %q", n, got)
		}
	}
	for n, want := range map[int]string{0: "0 heroes", 1: "1 hero", 2: "2 heroes", 1200: "1,200 heroes"} {
		if got := render.Plural(n, "hero", "heroes"); got != want {
			t.Errorf("Plural(%d) = %q", n, got)
		}
	}
	for n, want := range map[int64]string{0: "0 bytes", 1: "1 byte", 999: "999 bytes", 1000: "1 KB", 1499: "1 KB", 999_499: "999 KB",
		999_500: "1.0 MB", 1_250_000: "1.2 MB", 9_949_999: "9.9 MB", 9_950_000: "10 MB", 104_857_600: "105 MB"} {
		if got := render.Bytes(n); got != want {
			t.Errorf("Bytes(%d) = %q, want %q", n, got, want)
		}
	}
	for name, want := range map[string]string{"Night Heron": "NH", "quill": "Q", "the long way home": "TH", "жар-птица": "ЖП", "": "?", "!!!": "?", "4 stars": "4S", "  o'Hara ": "OH"} {
		if got := render.Initials(name); got != want {
			t.Errorf("Initials(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestToneIsAlwaysTheSameAndSpreads(t *testing.T) {
	t.Parallel()
	seen := map[int]bool{}
	for i := range 200 {
		text := fmt.Sprint("hero-", i)
		tone := render.Tone(text)
		if tone < 1 || tone > 8 || tone != render.Tone(text) {
			t.Fatalf("the tone of %q is %d", text, tone)
		}
		seen[tone] = true
	}
	if len(seen) != 8 {
		t.Errorf("only the tones %v", seen)
	}
}

func TestFuncsInATemplate(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	run := func(text string, data any) (string, error) {
		var out strings.Builder
		tmpl, err := template.New("").Funcs(render.Funcs(func() time.Time { return at.Add(time.Hour) })).Parse(text)
		if err == nil {
			err = tmpl.Execute(&out, data)
		}
		return out.String(), err
	}
	for text, want := range map[string]string{`{{ago .}}`: "1 hour ago", `{{date .}}`: "3 February 2026", `{{stamp .}}`: "2026-02-03T04:05:06Z"} {
		if got, err := run(text, at); err != nil || got != want {
			t.Errorf("%s: %q, %v", text, got, err)
		}
	}
	const small = "data:image/jpeg;base64,/9j/4AAQ="
	if got, err := run(`<img src="{{image .}}">`, small); err != nil || got != `<img src="`+small+`">` {
		t.Errorf("a small picture: %q, %v", got, err)
	}
	for _, hostile := range []string{"", "javascript:alert(1)", "data:text/html;base64,AAAA", "data:image/svg+xml;base64,AAAA",
		"data:image/png;base64,AA\" onload=\"x", "https://evil.test/x.png", small + "\n", "data:image/jpeg;base64,"} {
		if got, err := run(`<img src="{{image .}}">`, hostile); err == nil {
			t.Errorf("%q went through as %q", hostile, got)
		}
	}
}
