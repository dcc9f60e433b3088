package outbound

import (
	"errors"
	"net"
	"net/netip"
	"testing"
)

// Of every forbidden range the first and the last address, and of many what
// lies just outside.
func TestOnlyPublicAddressesAreCalled(t *testing.T) {
	t.Parallel()
	ranges := special()
	for text, want := range map[string]bool{
		"8.8.8.8": true, "1.1.1.1": true, "93.184.216.34": true, "2606:4700:4700::1111": true, "2a00:1450:4001::5e": true,
		"0.0.0.0": false, "0.255.255.255": false, "1.0.0.0": true,
		"9.255.255.255": true, "10.0.0.0": false, "10.255.255.255": false, "11.0.0.0": true,
		"100.63.255.255": true, "100.64.0.0": false, "100.127.255.255": false, "100.128.0.0": true,
		"126.255.255.255": true, "127.0.0.1": false, "127.255.255.255": false, "128.0.0.0": true,
		"169.253.255.255": true, "169.254.0.0": false, "169.254.169.254": false, "169.254.255.255": false, "169.255.0.0": true,
		"172.15.255.255": true, "172.16.0.0": false, "172.31.255.255": false, "172.32.0.0": true,
		"192.0.0.0": false, "192.0.0.255": false, "192.0.1.0": true, "192.0.2.0": false, "192.0.2.255": false,
		"192.31.196.1": false, "192.52.193.1": false, "192.88.99.1": false, "192.175.48.1": false,
		"192.167.255.255": true, "192.168.0.0": false, "192.168.255.255": false, "192.169.0.0": true,
		"198.17.255.255": true, "198.18.0.0": false, "198.19.255.255": false, "198.20.0.0": true,
		"198.51.100.0": false, "198.51.100.255": false, "203.0.113.0": false, "203.0.113.255": false,
		"223.255.255.255": true, "224.0.0.0": false, "239.255.255.255": false, "240.0.0.0": false, "255.255.255.255": false,
		"::": false, "::1": false, "::8.8.8.8": false, "fc00::": false, "fd00::1": false, "fdff:ffff::": false, "fe80::1": false,
		"fe80::1%eth0": false, "2606:4700::1%eth0": false, "fec0::1": false, "ff02::1": false, "100::1": false, "5f00::1": false, "1fff::1": false,
		"2001::1": false, "2001:2::1": false, "2001:10::1": false, "2001:20::1": false, "2001:1ff:ffff::1": false, "2001:200::1": true,
		"2001:db8::1": false, "2002:7f00:1::": false, "2002:808:808::": false, "2620:4f:8000::1": false, "3fff::1": false, "3fff:fff::1": false, "3fff:1000::1": true,
		"4000::1": false, "::ffff:8.8.8.8": true, "::ffff:127.0.0.1": false, "::ffff:169.254.169.254": false, "::ffff:10.0.0.1": false,
		"64:ff9b::8.8.8.8": true, "64:ff9b::127.0.0.1": false, "64:ff9b::169.254.169.254": false, "64:ff9b::a00:1": false, "64:ff9b:1::808:808": false,
	} {
		if got := public(netip.MustParseAddr(text), ranges); got != want {
			t.Errorf("%s is public: %v, want %v", text, got, want)
		}
	}
	if public(netip.Addr{}, ranges) {
		t.Error("no address is public")
	}
}

func TestPorts(t *testing.T) {
	t.Parallel()
	for port, want := range map[uint16]bool{80: true, 443: true, 1024: true, 8080: true, 65535: true,
		0: false, 1: false, 22: false, 25: false, 79: false, 81: false, 442: false, 1023: false, 6000: false, 6667: false, 10080: false} {
		if got := webPort(port); got != want {
			t.Errorf("port %d: %v, want %v", port, got, want)
		}
	}
}

// What listens on one's own public address may count on the firewall outside.
func TestOwnPublicAddressIsRefused(t *testing.T) {
	t.Parallel()
	g := newGuard(false)
	g.own = func() ([]net.Addr, error) {
		return []net.Addr{&net.IPNet{IP: net.ParseIP("8.8.4.4"), Mask: net.CIDRMask(24, 32)}, &net.IPNet{IP: net.ParseIP("2606:4700::7"), Mask: net.CIDRMask(64, 128)}}, nil
	}
	for text, want := range map[string]error{"8.8.4.4:443": ErrAddress, "[::ffff:8.8.4.4]:443": ErrAddress, "[2606:4700::7]:80": ErrAddress,
		"8.8.4.5:443": nil, "[2606:4700::8]:80": nil, "8.8.4.5:22": ErrPort, "127.0.0.1:80": ErrAddress} {
		if err := g.check(netip.MustParseAddrPort(text)); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", text, err, want)
		}
	}
	local := newGuard(true)
	if err := local.check(netip.MustParseAddrPort("127.0.0.1:8000")); err != nil {
		t.Errorf("told to call local addresses: %v", err)
	}
}
