package forms_test

import (
	"strings"
	"testing"

	"superbook/forms"
	"superbook/models"
)

// signup is a form that is accepted.
func signup() forms.Signup {
	return forms.Signup{Username: "nightheron", Email: "heron@example.org", Kind: models.Hero,
		Password: "correct horse battery", Password2: "correct horse battery"}
}

func TestUsernames(t *testing.T) {
	t.Parallel()
	for name, kept := range map[string]string{
		"nightheron": "nightheron", "Night.Heron": "Night.Heron", "night_heron-7": "night_heron-7", "007": "007", "a-_": "a-_",
		"  wren  ": "wren",
		"abc":      "abc", strings.Repeat("n", 30): strings.Repeat("n", 30), strings.Repeat("ж", 30): strings.Repeat("ж", 30),
		"Жар-птица": "Жар-птица", "夜鷺さん": "夜鷺さん", "बगुला": "बगुला", "مالك": "مالك", "Ὀδυσσεύς": "Ὀδυσσεύς", "헤론새": "헤론새", "नमस्ते७": "नमस्ते७",
		"e\u0301lan": "élan", "ｗｒｅｎ": "wren", "ﬁrefly": "firefly",
	} {
		f := signup()
		f.Username = name
		if f.Check(); !f.OK() || f.Username != kept {
			t.Errorf("%q is kept as %q: %v", name, f.Username, f.All())
		}
	}
	for name, words := range map[string]string{
		"": "Choose", "   ": "Choose", "ab": "3 to 30", "жж": "3 to 30", strings.Repeat("n", 31): "3 to 30", strings.Repeat("ж", 31): "3 to 30",
		"ﷺﷺ": "3 to 30", // two characters that stand for 36
		"..": "3 to 30", "...": "Begin", ".hidden": "Begin", "-abc": "Begin", "_abc": "Begin", "\u0301abc": "Begin", "abc.": "End",
		"a/b": "letters", "a\\b": "letters", "a b": "letters", "a\tb": "letters", "a\x00b": "letters", "a%2fb": "letters", "a?b": "letters",
		"a#b": "letters", "a@b": "letters", "a:b": "letters", "a<b>": "letters", "abc\u200d": "letters", "a\u202ebc": "letters", "ab\ufeffc": "letters",
		"ab☂": "letters", "a\xffb": "letters", "a／b": "letters", "ab…": "End",
		"admin": "house", "ADMIN": "house", "ａｄｍｉｎ": "house", " Login ": "house", "superbook": "house", "media": "house", "static": "house",
		"photos": "house", "edit": "house", "Ｓｔａｆｆ": "house",
	} {
		f := signup()
		f.Username = name
		if f.Check(); !strings.Contains(f.Error("username"), words) || words == "" {
			t.Errorf("%q: %q, want words with %q", name, f.Error("username"), words)
		}
	}
}

func TestMailAddresses(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 254-len("@example.org"))
	for address, ok := range map[string]bool{
		"heron@example.org": true, "  heron@example.org ": true, "heron+day@mail.example.co.uk": true, "жар@пример.рф": true,
		"o'hara@example.org": true, long + "@example.org": true,
		long + "a@example.org": false, "": false, "heron": false, "@example.org": false, "heron@": false, "heron@harbour": false,
		"heron@example.": false, "heron@.org": false, "a b@example.org": false, "heron@example.org, wren@example.org": false,
		"Heron <heron@example.org>": false, "<heron@example.org>": false, "heron@example.org\r\nBcc: x@y.z": false, "he\x00ron@example.org": false,
		"heron@@example.org": false, "heron@exam ple.org": false,
	} {
		f := signup()
		f.Email = address
		if f.Check(); f.OK() != ok {
			t.Errorf("%.60q: %v", address, f.All())
		}
		g := forms.PasswordForgotten{Email: address}
		if g.Check(); g.OK() != ok {
			t.Errorf("asking for a link, %.60q: %v", address, g.All())
		}
	}
}

func TestNewPasswords(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ password, again, field string }{
		{"lanterns over the harbour", "lanterns over the harbour", ""},
		{"фонари над гаванью", "фонари над гаванью", ""},
		{"десятьзнак", "десятьзнак", ""}, // ten characters, twenty bytes
		{strings.Repeat("ab ", 333), strings.Repeat("ab ", 333), ""},
		{"", "", "password"},
		{"девятьзна", "девятьзна", "password"},
		{strings.Repeat("ab ", 334), strings.Repeat("ab ", 334), "password"},
		{"1234567890", "1234567890", "password"},
		{"xxxxxxxxxxxx", "xxxxxxxxxxxx", "password"},
		{"my name is NightHeron", "my name is NightHeron", "password"},
		{"lanterns over the harbour", "Lanterns over the harbour", "password2"},
		{"lanterns over the harbour", "", "password2"},
		{" lanterns over ", "lanterns over", "password2"}, // spaces belong to it
	} {
		s := signup()
		s.Password, s.Password2 = tt.password, tt.again
		s.Check()
		c := forms.PasswordChange{Username: "nightheron", Old: "x", Password: tt.password, Password2: tt.again}
		c.Check()
		r := forms.PasswordReset{Username: "nightheron", Password: tt.password, Password2: tt.again}
		r.Check()
		for name, wrong := range map[string]map[string]string{"sign-up": s.All(), "change": c.All(), "reset": r.All()} {
			if tt.field == "" && len(wrong) != 0 || tt.field != "" && (len(wrong) != 1 || wrong[tt.field] == "") {
				t.Errorf("%s with %.30q and %.30q: %v, want words about %q", name, tt.password, tt.again, wrong, tt.field)
			}
		}
	}
}

func TestLoginKeepsThePasswordAsItIs(t *testing.T) {
	t.Parallel()
	f := forms.Login{Name: " night\theron ", Password: "  with spaces ", Next: "//evil.test"}
	if f.Check(); !f.OK() || f.Name != "night heron" || f.Password != "  with spaces " || f.Next != "" {
		t.Errorf("%+v", f)
	}
}

func TestPhotoWords(t *testing.T) {
	t.Parallel()
	for alt, ok := range map[string]bool{"": true, "A heron.": true, strings.Repeat("ж", 300): true, strings.Repeat("ж", 301): false} {
		f := forms.Photo{Alt: alt}
		if f.Check(); f.OK() != ok {
			t.Errorf("%d characters: %v", len([]rune(alt)), f.All())
		}
	}
}
