package outbound

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// maxURL is how many bytes an address may have.
const maxURL = 500

// CheckURL says in words what is wrong with an address to call, or "". It asks
// no name server: what a name leads to is judged with each call.
func CheckURL(raw string, local bool) (words string) {
	if raw == "" {
		return "Give the address to call, like https://example.org/hook."
	}
	if len(raw) > maxURL {
		return "Keep the address to " + strconv.Itoa(maxURL) + " characters."
	}
	u, err := url.Parse(raw)
	switch {
	case err != nil || strings.ContainsFunc(raw, odd):
		return "That is no address. Write it like https://example.org/hook."
	case u.Scheme != "https" && u.Scheme != "http":
		return "Begin the address with https:// (or http://)."
	case u.Opaque != "" || u.Hostname() == "":
		return "There is no host in that address. Write it like https://example.org/hook."
	case u.User != nil:
		return "Leave name and password out of the address; messages are signed instead."
	case u.Fragment != "" || strings.Contains(raw, "#"):
		return "Leave out the part from # on: it never reaches a server."
	}
	return checkHost(u, local)
}

// odd marks what belongs into no address: spaces, and what looks like nothing.
func odd(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) || r == '\\' }

// checkHost refuses early what would be refused with every call.
func checkHost(u *url.URL, local bool) string {
	if text := u.Port(); text != "" {
		port, err := strconv.ParseUint(text, 10, 16)
		if err != nil || !webPort(uint16(port)) {
			return "Use the port 80, 443, or one from 1024 up that is for the web."
		}
	}
	if local {
		return ""
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	address, err := netip.ParseAddr(host)
	if err == nil && !public(address, special()) || err != nil && inner(host) {
		return "We call only addresses that everybody can reach, and this is not one."
	}
	return ""
}

// inner names are known to lead nowhere outside: RFC 6761, RFC 8375, and
// names of one part. An IPv4 address in one of its old forms (017700000001,
// 0x7f.1) has a last part that begins with a digit, which no domain has.
func inner(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	switch last {
	case "localhost", "local", "internal", "invalid", "test", "example", "onion", "arpa", "lan", "home", "corp", host:
		return true
	}
	return last == "" || last[0] >= '0' && last[0] <= '9'
}
