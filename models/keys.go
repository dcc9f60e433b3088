package models

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Key folds text so that what people take for the same compares equal: Unicode
// NFKC, then case folding (UAX #15 and Unicode 3.13). Both databases compare
// keys byte by byte.
func Key(s string) string {
	return norm.NFKC.String(cases.Fold().String(norm.NFKC.String(strings.TrimSpace(s))))
}

// Slug is a key that is safe in a URL: letters and digits of any script, with
// single hyphens between.
func Slug(s string) string { return strings.Join(words(s), "-") }

// words splits text into its folded words.
func words(s string) []string {
	return strings.FieldsFunc(Key(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
}

// after is greater than every key with this prefix, so that prefix ≤ k < after
// is a range scan on any index: U+10FFFF is the last code point in UTF-8's byte
// order too, and no text holds it.
func after(prefix string) string { return prefix + "\U0010FFFF" }
