package render

import (
	"fmt"
	"hash/fnv"
	"html/template"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Funcs gives the functions that templates of any site can use:
//
//	{{ago .CreatedAt}}                    how long ago, in words
//	{{when .ScheduledAt}}                 how long ago, or until then, in words
//	{{date .CreatedAt}}                   2 January 2006
//	{{stamp .CreatedAt}}                  RFC 3339, for <time datetime>
//	{{number 12345}}                      12,345
//	{{bytes 1234567}}                     1.2 MB
//	{{plural .Found "hero" "heroes"}}     1 hero, 2 heroes
//	{{initials .Name}}                    one or two letters
//	{{tone .Username}}                    1 to 8, always the same for the same text
//	{{image .Placeholder}}                a data: address of a small picture, as a source
func Funcs(now func() time.Time) template.FuncMap {
	return template.FuncMap{
		"ago":      func(t time.Time) string { return Ago(t, now()) },
		"when":     func(t time.Time) string { return When(t, now()) },
		"date":     func(t time.Time) string { return t.Format("2 January 2006") },
		"stamp":    func(t time.Time) string { return t.Format(time.RFC3339) },
		"number":   Number[int],
		"bytes":    Bytes,
		"plural":   Plural,
		"initials": Initials,
		"tone":     Tone,
		"image":    image,
	}
}

// Ago says in words how long before now a time was.
func Ago(t, now time.Time) string {
	switch d := now.Sub(t); {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return Plural(int(d.Minutes()), "minute", "minutes") + " ago"
	case d < 24*time.Hour:
		return Plural(int(d.Hours()), "hour", "hours") + " ago"
	case d < 30*24*time.Hour:
		return Plural(int(d.Hours()/24), "day", "days") + " ago"
	}
	return "on " + t.Format("2 January 2006")
}

// When is Ago, and for a time to come it says in words how long that is.
func When(t, now time.Time) string {
	switch d := t.Sub(now); {
	case d <= 0:
		return Ago(t, now)
	case d < time.Minute:
		return "in a moment"
	case d < time.Hour:
		return "in " + Plural(int(d.Minutes()), "minute", "minutes")
	case d < 24*time.Hour:
		return "in " + Plural(int(d.Hours()), "hour", "hours")
	case d < 30*24*time.Hour:
		return "in " + Plural(int(d.Hours()/24), "day", "days")
	}
	return "on " + t.Format("2 January 2006")
}

// Number writes a whole number with commas between thousands.
func Number[N int | int64](n N) string {
	s := strconv.FormatInt(int64(n), 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Bytes writes the size of a file, as file managers do: in thousands.
func Bytes(n int64) string {
	switch {
	case n < 1000:
		return Plural(int(n), "byte", "bytes")
	case n < 999_500:
		return strconv.FormatInt((n+500)/1000, 10) + " KB"
	case n < 9_950_000:
		return strconv.FormatFloat(float64(n)/1e6, 'f', 1, 64) + " MB"
	}
	return strconv.FormatInt((n+500_000)/1_000_000, 10) + " MB"
}

// Plural writes a number with the right form of what is counted.
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Number(n) + " " + many
}

// Initials are the first letters of the first and the last word of a name.
func Initials(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(words) == 0 {
		return "?"
	}
	first := string([]rune(words[0])[:1])
	if len(words) == 1 {
		return strings.ToUpper(first)
	}
	return strings.ToUpper(first + string([]rune(words[len(words)-1])[:1]))
}

// Tone picks one of eight colours for a text, always the same.
func Tone(text string) int {
	h := fnv.New32a()
	h.Write([]byte(text))
	return int(h.Sum32()%8) + 1
}

// smallImage is a picture in base64 and nothing else.
var smallImage = regexp.MustCompile(`^data:image/(jpeg|png);base64,[A-Za-z0-9+/]+=*$`)

// image lets a data: address pass the filter of html/template, which knows only
// http and mailto.
func image(address string) (template.URL, error) {
	if !smallImage.MatchString(address) {
		return "", fmt.Errorf("image: not a JPEG or PNG in a data: address: %.40q", address)
	}
	return template.URL(address), nil
}
