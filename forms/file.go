package forms

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxFileName = 120 // characters
	maxEnding   = 12  // characters of a name's ending, which is kept when the name is cut
)

// FileName makes a stranger's name of a file safe to show and to offer: one
// line, no folders, nothing that turns the direction of reading (which makes
// "gpj.exe" look like "exe.jpg"). It is never empty.
func FileName(raw string) string {
	name := asBrowsersWrite.Replace(strings.ToValidUTF8(raw, "�"))
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Join(strings.Fields(strings.Map(harmless, name)), " ")
	if name = strings.Trim(name, ". "); name == "" {
		return "file"
	}
	return cut(name)
}

// asBrowsersWrite undoes how browsers write a name into the head of a form's
// part: https://html.spec.whatwg.org/#multipart-form-data
var asBrowsersWrite = strings.NewReplacer("%22", `"`, "%0D", " ", "%0A", " ")

// harmless drops what is invisible, except the joiners that scripts and
// pictures of families are made with.
func harmless(r rune) rune {
	const zwnj, zwj = 0x200c, 0x200d
	switch {
	case r == zwnj || r == zwj:
		return r
	case unicode.IsSpace(r), unicode.IsControl(r):
		return ' '
	case unicode.In(r, unicode.Cf, unicode.Co):
		return -1
	}
	return r
}

func cut(name string) string {
	if utf8.RuneCountInString(name) <= maxFileName {
		return name
	}
	ending := path.Ext(name)
	if utf8.RuneCountInString(ending) > maxEnding {
		ending = ""
	}
	stem := []rune(strings.TrimSuffix(name, ending))
	stem = stem[:maxFileName-utf8.RuneCountInString(ending)]
	return strings.TrimRight(string(stem), ". ") + ending
}
