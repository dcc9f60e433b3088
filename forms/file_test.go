package forms_test

import (
	"path"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"superbook/forms"
)

func TestFileName(t *testing.T) {
	t.Parallel()
	for sent, want := range map[string]string{
		"": "file", ".": "file", "..": "file", "/": "file", " . . ": "file", "\x00\x1b": "file",
		"plan.pdf": "plan.pdf", "a/b.txt": "b.txt", `a\b.txt`: "b.txt", ".htaccess": "htaccess", "name.": "name",
		"a\r\nb\x00\x1b[31m.txt": "a b [31m.txt", "a  b\u00a0c.txt": "a b c.txt", "gif\u202efdp.exe": "giffdp.exe", "\ufeffa\u2066b.txt": "ab.txt",
		"\xff\xfe.txt": "�.txt", "%22quoted%22.txt": `"quoted".txt`, "50%.txt": "50%.txt",
		strings.Repeat("ü", 200) + ".jpeg":                       strings.Repeat("ü", 115) + ".jpeg",
		strings.Repeat("a", 130) + "." + strings.Repeat("b", 30): strings.Repeat("a", 120),
		"x." + strings.Repeat("b", 300):                          "x." + strings.Repeat("b", 118),
	} {
		if got := forms.FileName(sent); got != want {
			t.Errorf("%q became %q, want %q", sent, got, want)
		}
	}
}

func FuzzFileName(f *testing.F) {
	for _, seed := range []string{"plan.pdf", "../../x", "a%22%0D%0Ab", "gif\u202efdp.exe", strings.Repeat("é", 130) + ".txt", "\xff", "👨‍👩‍👧.png"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		name := forms.FileName(raw)
		switch {
		case name == "" || name == "." || name == "..", !utf8.ValidString(name), utf8.RuneCountInString(name) > 120:
			t.Errorf("%q became %q", raw, name)
		case strings.ContainsAny(name, "/\\") || path.Base(name) != name:
			t.Errorf("%q became %q, which has a folder", raw, name)
		case strings.ContainsFunc(name, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }):
			t.Errorf("%q became %q, which hides something", raw, name)
		}
	})
}
