package outbound

import (
	"errors"
	"net/netip"
	"slices"
)

// ErrAddress says that an address is not one of the public Internet.
var ErrAddress = errors.New("outbound: not a public address")

// ErrPort says that a port is none that web servers use.
var ErrPort = errors.New("outbound: not a port for the web")

func prefixes(all ...string) []netip.Prefix {
	ps := make([]netip.Prefix, len(all))
	for i, s := range all {
		ps[i] = netip.MustParsePrefix(s)
	}
	return ps
}

// special lists what is not for everybody, from IANA's registries of
// special-purpose addresses (RFC 6890 and those after it). Of IPv6 only
// 2000::/3 is given out at all, so that the list holds only what lies within it.
func special() []netip.Prefix {
	return prefixes(
		"0.0.0.0/8",       // this network; 0.0.0.0 reaches one's own machine
		"10.0.0.0/8",      // private
		"100.64.0.0/10",   // between a provider and its customers (CGNAT)
		"127.0.0.0/8",     // loopback
		"169.254.0.0/16",  // link-local; 169.254.169.254 tells a cloud's secrets
		"172.16.0.0/12",   // private
		"192.0.0.0/24",    // protocol assignments
		"192.0.2.0/24",    // documentation
		"192.31.196.0/24", // AS112
		"192.52.193.0/24", // AMT
		"192.88.99.0/24",  // 6to4 relays
		"192.168.0.0/16",  // private
		"192.175.48.0/24", // AS112
		"198.18.0.0/15",   // benchmarks
		"198.51.100.0/24", // documentation
		"203.0.113.0/24",  // documentation
		"224.0.0.0/4",     // multicast
		"240.0.0.0/4",     // reserved, and 255.255.255.255
		"2001::/23",       // protocol assignments: Teredo, ORCHID, benchmarks, AMT
		"2001:db8::/32",   // documentation
		"2002::/16",       // 6to4, which carries any IPv4 address
		"2620:4f:8000::/48",
		"3fff::/20", // documentation
	)
}

var (
	unicast = netip.MustParsePrefix("2000::/3")
	nat64   = netip.MustParsePrefix("64:ff9b::/96") // RFC 6052: an IPv4 address for those who have only IPv6
)

// public judges an address as it would be dialled, by the one that is inside
// where it carries another.
func public(a netip.Addr, special []netip.Prefix) bool {
	if a.Zone() != "" { // of one link only
		return false
	}
	if a = a.Unmap(); nat64.Contains(a) {
		b := a.As16()
		a = netip.AddrFrom4([4]byte(b[12:]))
	}
	if !a.IsValid() || a.Is6() && !unicast.Contains(a) {
		return false
	}
	return !slices.ContainsFunc(special, func(p netip.Prefix) bool { return p.Contains(a) })
}

// webPort takes 80, 443 and what needs no privilege to listen on, without the
// ports that browsers refuse because other protocols could take a request for
// theirs (https://fetch.spec.whatwg.org/#port-blocking).
func webPort(port uint16) bool {
	blocked := []uint16{1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080}
	return port == 80 || port == 443 || port >= 1024 && !slices.Contains(blocked, port)
}
