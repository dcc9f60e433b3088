package throttle

import "testing"

func TestAddressKey(t *testing.T) {
	t.Parallel()
	for ip, want := range map[string]string{
		"192.0.2.7":               "192.0.2.7",
		"::ffff:192.0.2.7":        "192.0.2.7",
		"2001:db8:1:2:3:4:5:6":    "2001:db8:1:2::/64",
		"2001:db8:1:2:ffff::1":    "2001:db8:1:2::/64",
		"2001:0db8:0001:0003::":   "2001:db8:1:3::/64",
		"fe80::1%eth0":            "fe80::/64",
		"::1":                     "::/64",
		"":                        "no address",
		"localhost":               "no address",
		"192.0.2.7:80":            "no address",
		"192.0.2.7, 198.51.100.1": "no address",
	} {
		if got := AddressKey(ip); got != want {
			t.Errorf("AddressKey(%q) = %q, want %q", ip, got, want)
		}
	}
}

func FuzzAddressKey(f *testing.F) {
	f.Add("2001:db8::1%x")
	f.Add("192.0.2.7")
	f.Fuzz(func(t *testing.T, ip string) {
		if key := AddressKey(ip); key == "" || len(key) > 24 {
			t.Fatalf("%q gave the key %q", ip, key)
		}
	})
}
