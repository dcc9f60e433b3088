package outbound

import (
	"testing"
)

func TestOneAddressInManySpellings(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"https://example.org", "https://example.org/", "HTTPS://Example.ORG:443/", "https://example.org.:0443", "https://example.org?", "https://example.org/./a/.."},
		{"http://example.org:8080/hook?a=b c", "http://EXAMPLE.org:8080/%68ook?a=b%20c", "http://example.org:8080//hook?a=b+c"},
		{"http://example.org/", "http://example.org:80"},
		{"https://xn--bcher-kva.example/", "https://bücher.example", "https://Bücher.example"},
		{"https://example.org/Hook"},
		{"https://example.org/hook"},
		{"https://example.org/hook/"},
		{"https://example.org:80/hook"},
		{"https://[2001:4860::1]/", "https://[2001:4860:0:0::0001]:443"},
		{"https://8.8.8.8/", "https://[::ffff:8.8.8.8]"},
		{"https://fullwidth.example/", "https://ｆullwidth.example"},
	} {
		for _, raw := range same {
			if got := Key(raw); got != Key(same[0]) {
				t.Errorf("%s is %s, want %s", raw, got, Key(same[0]))
			}
		}
	}
}

func TestOtherAddressesStayOthers(t *testing.T) {
	t.Parallel()
	known := map[string]string{}
	for _, raw := range []string{"https://example.org", "http://example.org", "https://example.org:8443", "https://www.example.org", "https://example.org/a",
		"https://example.org/A", "https://example.org/a/", "https://example.org/?a", "https://example.org/?A", "https://bücher.example", "https://8.8.8.8"} {
		key := Key(raw)
		if other := known[key]; other != "" {
			t.Errorf("%s and %s are one", raw, other)
		}
		known[key] = raw
	}
}
