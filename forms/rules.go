// Package forms says what visitors may send us, over HTML and JSON alike: the
// fields, the rules, and the words for what is wrong.
package forms

import (
	"net/mail"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"

	"superbook/models"
)

// reserved names would collide with paths, or pretend to be the house.
var reserved = []string{
	"about", "accounts", "admin", "administrator", "anonymous", "api", "dashboard", "dates", "dev", "edit", "everyone", "feed",
	"help", "hero", "heroes", "home", "live", "login", "logout", "mail", "me", "media", "moderator", "new", "newsletter", "nobody",
	"notifications", "null", "official", "photos", "posts", "root", "rooms", "search", "security", "settings",
	"sightings", "signup", "staff", "static", "suggest", "superbook", "superuser", "support", "system", "tasks", "undefined",
	"user", "users", "webmaster", "www",
}

const (
	maxEmail    = 254 // RFC 5321, 4.5.3.1.3, less the angle brackets
	maxName     = 60
	maxBio      = 200
	maxAlt      = 300
	maxPlace    = 80
	maxPowers   = 6
	maxPower    = 24
	maxAddress  = 200
	maxNote     = 500
	maxRemind   = 30   // days
	maxPassword = 1000 // bytes; hashing more would be a way to keep us busy
)

// username tidies a name and says what is wrong with it, or "". A name is
// letters of any script and digits with single signs between; it is safe as a
// part of a path because it never begins with a dot and has no slash.
func username(raw string) (name, words string) {
	name = norm.NFKC.String(strings.TrimSpace(raw))
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		return name, "Choose a username."
	case n < 3 || n > 30:
		return name, "Use 3 to 30 characters."
	case !utf8.ValidString(name):
		return name, "Use letters, digits and _ . - only."
	}
	for i, r := range name {
		letter := unicode.IsLetter(r) || unicode.IsDigit(r)
		if i == 0 && !letter {
			return name, "Begin with a letter or a digit."
		}
		if !letter && !unicode.IsMark(r) && !strings.ContainsRune("_.-", r) {
			return name, "Use letters, digits and _ . - only."
		}
	}
	if strings.HasSuffix(name, ".") {
		return name, "End with a letter or a digit."
	}
	if slices.Contains(reserved, models.Key(name)) {
		return name, "That name is taken by the house. Choose another."
	}
	return name, ""
}

// email says whether an address looks like one: one part, an @, and a domain
// with a dot. Only a mail that arrives could tell more.
func email(s string) bool {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > maxEmail {
		return false
	}
	_, domain, _ := strings.Cut(s, "@")
	return strings.Contains(strings.Trim(domain, "."), ".")
}

// atMost counts characters as a person does: a family with one skirt and two
// hats is one (UAX #29, extended grapheme clusters). The bytes are bounded too,
// because a character can wear any number of accents.
func atMost(s string, characters int) bool {
	return len(s) <= 32*characters && uniseg.GraphemeClusterCount(s) <= characters
}
