package outbound

import (
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// Key writes an address that CheckURL accepts in one spelling, so that two that
// lead to the same place can be known as one. It is for comparing and not for
// calling: it says a little less than the address does.
func Key(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	u = u.JoinPath() // without "..", "." and "//"
	u.Scheme, u.Host, u.RawPath, u.ForceQuery = strings.ToLower(u.Scheme), hostKey(u), "", false
	if u.Path == "" {
		u.Path = "/"
	}
	if plain, err := url.QueryUnescape(u.RawQuery); err == nil {
		u.RawQuery = plain
	}
	return u.String()
}

// hostKey is host and port, without a port that the scheme means anyway.
func hostKey(u *url.URL) string {
	host := strings.TrimSuffix(u.Hostname(), ".")
	if ascii, err := idna.Lookup.ToASCII(host); err == nil { // as net/http has it looked up
		host = ascii
	}
	if a, err := netip.ParseAddr(host); err == nil {
		host = a.Unmap().String()
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	port := strings.TrimLeft(u.Port(), "0")
	if port == "" || port == "443" && strings.EqualFold(u.Scheme, "https") || port == "80" && strings.EqualFold(u.Scheme, "http") {
		return strings.ToLower(host)
	}
	return strings.ToLower(host) + ":" + port
}
