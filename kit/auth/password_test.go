package auth

import (
	"strings"
	"testing"
)

func TestPasswordProblem(t *testing.T) {
	t.Parallel()
	personal := []string{"Nightjar", "mara.voss@example.test", "ann", ""}
	for password, want := range map[string]string{
		"tin roof rattles":           "",
		"zwölf blaue Äpfel":          "",
		"ночной дозор под мостом":    "",
		"bannister on the left":      "",
		"":                           "at least 10",
		"short":                      "at least 10",
		"ещёкорот":                   "at least 10",
		strings.Repeat("ab", 501):    "too long",
		"aaaaaaaaaaaa":               "over and over",
		"жжжжжжжжжжжж":               "over and over",
		"my nightjar flies":          "name",
		"NIGHTJAR2026!":              "name",
		"mara.voss rides":            "name",
		"xmara.voss@example.testx":   "name",
		"1234567890":                 "Many people",
		"QwertyUiop":                 "Many people",
		"password123":                "Many people",
		"P@ssw0rd!!!":                "Many people",
		"!!!Welcome2026":             "Many people",
		"1q2w3e4r5t":                 "Many people",
		"  iloveyou  ":               "Many people",
		"correcthorsebatterystaple9": "Many people",
	} {
		got := PasswordProblem(password, personal...)
		if (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("PasswordProblem(%q) = %q, want %q", password, got, want)
		}
	}
}

// A word that isCommon can never look up would be dead weight.
func TestCommonPasswords(t *testing.T) {
	t.Parallel()
	n := 0
	for line := range strings.Lines(commonPasswords) {
		word := strings.TrimSuffix(line, "\n")
		if n++; word == "" || word != strings.ToLower(strings.TrimSpace(word)) {
			t.Errorf("line %d: %q", n, word)
		}
		if !isCommon(word) || !isCommon(strings.ToUpper(word)) {
			t.Errorf("%q is not recognised", word)
		}
	}
	if n < 300 {
		t.Fatalf("only %d words", n)
	}
}

func FuzzPasswordProblem(f *testing.F) {
	f.Add("password", "name")
	f.Add("\xff\xfe", "\x00")
	f.Fuzz(func(t *testing.T, password, name string) {
		if PasswordProblem(password, name) == "" && (len(password) < minPassword || len(password) > MaxPassword) {
			t.Fatalf("%q was accepted", password)
		}
	})
}
