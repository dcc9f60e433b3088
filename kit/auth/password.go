package auth

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"
)

const minPassword = 10 // characters

//go:embed common.txt
var commonPasswords string

// PasswordProblem says in words for the visitor what is wrong with a new
// password, or "". personal holds what others can guess: username, mail, name.
func PasswordProblem(password string, personal ...string) string {
	switch {
	case utf8.RuneCountInString(password) < minPassword:
		return "Use at least 10 characters. A short sentence works well."
	case len(password) > MaxPassword:
		return "That is too long. Use at most 1,000 characters."
	case sameRune(password):
		return "Use more than one character over and over."
	case holdsPersonal(password, personal):
		return "Leave your name and your mail address out of the password."
	case isCommon(password):
		return "Many people use that password, so it is easy to guess. Pick another one."
	}
	return ""
}

func sameRune(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return strings.Trim(s, string(first)) == ""
}

// holdsPersonal lets pieces of up to three characters pass: "ann" in a long
// sentence gives nothing away.
func holdsPersonal(password string, personal []string) bool {
	password = strings.ToLower(password)
	for _, p := range personal {
		p = strings.ToLower(strings.TrimSpace(p))
		local, _, _ := strings.Cut(p, "@")
		for _, piece := range []string{p, local} {
			if utf8.RuneCountInString(piece) > 3 && strings.Contains(password, piece) {
				return true
			}
		}
	}
	return false
}

// isCommon also sees through what guessing programs try first: letters written
// as digits, and digits or signs around a common word.
func isCommon(password string) bool {
	lower := strings.ToLower(strings.TrimSpace(password))
	bare := strings.TrimFunc(lower, func(r rune) bool { return !unicode.IsLetter(r) })
	for _, guess := range []string{lower, bare, unleet.Replace(lower), unleet.Replace(bare)} {
		if guess != "" && listed(guess) {
			return true
		}
	}
	return false
}

var unleet = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i")

func listed(word string) bool {
	for line := range strings.Lines(commonPasswords) {
		if strings.TrimSpace(line) == word {
			return true
		}
	}
	return false
}
