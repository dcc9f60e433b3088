package auth

import (
	"net/url"
	"strings"
	"unicode"
)

const maxNext = 2000

// SafeNext gives next back, with its path escaped, if it is a path on our own
// site that is safe to redirect to, and "" otherwise. It is stricter than the
// standards, because browsers and proxies disagree about what they forgive:
// no backslash, no control character, no empty or dot segment, encoded or not.
func SafeNext(next string) string {
	if !strings.HasPrefix(next, "/") || len(next) > maxNext || !plain(next) {
		return ""
	}
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" {
		return ""
	}
	if !plainPath(u.Path) || !plain(u.Fragment) || !ascii(u.RawQuery) {
		return ""
	}
	return u.String()
}

// plainPath looks at the decoded path, so that %2f and %5c hide nothing; a
// second % could be decoded again further down the road.
func plainPath(path string) bool {
	if !plain(path) || strings.Contains(path, "%") || strings.Contains(path, "//") || !strings.HasPrefix(path, "/") {
		return false
	}
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "." || segment == ".." {
			return false
		}
	}
	return true
}

func plain(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return r == '\\' || r == unicode.ReplacementChar || unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Cf)
	})
}

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > 126 || r <= ' ' })
}
