package throttle

import "net/netip"

// AddressKey is the key for an IP address: an IPv4 address itself, and the /64
// network of an IPv6 address, because whoever has one has all 2^64 of it. What
// is no address shares one key.
func AddressKey(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return "no address"
	}
	a = a.Unmap().WithZone("")
	if a.Is4() {
		return a.String()
	}
	return netip.PrefixFrom(a, 64).Masked().String()
}
