package auth

import (
	"net/url"
	"strings"
	"testing"
)

func TestSafeNext(t *testing.T) {
	t.Parallel()
	for next, want := range map[string]string{
		"/":                             "/",
		"/heroes?q=a&page=2":            "/heroes?q=a&page=2",
		"/users/ana#photos":             "/users/ana#photos",
		"/a?next=https://other.test":    "/a?next=https://other.test",
		"/a%20b":                        "/a%20b",
		"/a b":                          "/a%20b",
		"/users/\u0436":                 "/users/%D0%B6",
		"/users/%D0%B6":                 "/users/%D0%B6",
		"":                              "",
		"heroes":                        "",
		"//other.test":                  "",
		"///other.test":                 "",
		"/\\other.test":                 "",
		"\\/other.test":                 "",
		"/\t/other.test":                "",
		"/\n/other.test":                "",
		"/x\r\nSet-Cookie: a=b":         "",
		"/x%0d%0aSet-Cookie:%20a=b":     "",
		"/x\x00":                        "",
		"/%2f/other.test":               "",
		"/%2fother.test":                "",
		"/%2F%2Fother.test":             "",
		"/%5cother.test":                "",
		"/%255cother.test":              "",
		"/.//other.test":                "",
		"/..//other.test":               "",
		"/a/../b":                       "",
		"/a/%2e%2e//other.test":         "",
		"/a//b":                         "",
		"https://other.test/":           "",
		"https:other.test":              "",
		"javascript:alert(1)":           "",
		" /x":                           "",
		"/x?a=\u0436":                   "",
		"/x?a=b c":                      "",
		"/%zz":                          "",
		"/\u202egnp.x":                  "",
		"/\xff":                         "",
		"/\u2028x":                      "",
		"/" + strings.Repeat("x", 2000): "",
	} {
		if got := SafeNext(next); got != want {
			t.Errorf("SafeNext(%q) = %q, want %q", next, got, want)
		}
	}
}

func FuzzSafeNext(f *testing.F) {
	for _, s := range []string{"/", "/x?y#z", "//a", "/\\a", "/%2f", "/%5C", "/a/../b", "https://a", "/\t/a", "/a%00", "/?//a", "/#//a", "/a:b@c"} {
		f.Add(s)
	}
	base := &url.URL{Scheme: "https", Host: "ours.test", Path: "/accounts/login"}
	f.Fuzz(func(t *testing.T, s string) {
		got := SafeNext(s)
		if got == "" {
			return
		}
		if SafeNext(got) != got {
			t.Fatalf("%q: %q is not safe a second time", s, got)
		}
		if len(got) < 1 || got[0] != '/' || len(got) > 1 && (got[1] == '/' || got[1] == '\\') || strings.ContainsAny(got, "\\\r\n\t\x00") {
			t.Fatalf("%q gave %q", s, got)
		}
		u, err := base.Parse(got)
		if err != nil || u.Host != "ours.test" || u.Scheme != "https" || strings.HasPrefix(u.Path, "//") {
			t.Fatalf("%q leads to %v, %v", s, u, err)
		}
	})
}
