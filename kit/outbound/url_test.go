package outbound

import (
	"strings"
	"testing"
)

func TestCheckURL(t *testing.T) {
	t.Parallel()
	for raw, words := range map[string]string{
		"https://example.org/hook": "", "http://hooks.example.org:8080/a?b=c": "", "https://8.8.8.8/": "", "https://[2606:4700:4700::1111]/": "",
		"https://bücher.example.org/": "", "HTTPS://EXAMPLE.ORG": "", "https://example.org./": "",
		"":                                              "Give the address",
		"example.org/hook":                              "Begin the address",
		"ftp://example.org":                             "Begin the address",
		"javascript:alert(1)":                           "Begin the address",
		"https:example.org":                             "no host",
		"https:///hook":                                 "no host",
		"https://:443/":                                 "no host",
		"https://ray:secret@example.org":                "Leave name and password",
		"https://example.org/#part":                     "from # on",
		"https://example.org/#":                         "from # on",
		"https://example.org/a b":                       "no address",
		"https://example.org\\@10.0.0.1/":               "no address",
		"https://exa\u202emple.org/":                    "no address",
		"https://example.org/\x00":                      "no address",
		"https://example.org:22/":                       "Use the port",
		"https://example.org:0/":                        "Use the port",
		"https://example.org:99999/":                    "Use the port",
		"https://" + strings.Repeat("a", 500) + ".org/": "Keep the address",
	} {
		if got := CheckURL(raw, false); words == "" && got != "" || !strings.Contains(got, words) {
			t.Errorf("%q: %q, want %q", raw, got, words)
		}
	}
}

func TestInnerNamesAreRefusedAtOnce(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"localhost", "LOCALHOST.", "a.localhost", "printer.local", "db", "metadata.google.internal", "x.lan", "127.0.0.1", "127.1", "2130706433",
		"0x7f000001", "0x7f.1", "017700000001", "10.0.0.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "[fd00::1]", "[fe80::1%25eth0]", "[64:ff9b::7f00:1]", "example..", "."} {
		raw := "http://" + host + "/"
		if got := CheckURL(raw, false); got == "" {
			t.Errorf("%s is taken", raw)
		}
		if strings.Contains(host, "..") || host == "." {
			continue
		}
		if got := CheckURL(raw, true); got != "" {
			t.Errorf("%s, told to call local addresses: %s", raw, got)
		}
	}
}

func FuzzCheckURL(f *testing.F) {
	for _, s := range []string{"https://example.org/hook", "http://[::1%25a]:80", "https://..", "http://1.", "//", "https://a:b@c#d", "http://%6c%6f"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if CheckURL(raw, false) == "" && CheckURL(raw, true) != "" {
			t.Errorf("%q is taken where less may be", raw)
		}
	})
}
