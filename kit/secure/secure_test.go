package secure

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"superbook/kit/problem"
)

func run(m echo.MiddlewareFunc, r *http.Request) (*httptest.ResponseRecorder, error) {
	w := httptest.NewRecorder()
	c := echo.New().NewContext(r, w)
	return w, m(func(c echo.Context) error { return c.String(http.StatusOK, "done") })(c)
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	for _, https := range []bool{false, true} {
		w, err := run(Headers(https), httptest.NewRequest("GET", "/", nil))
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{
			"Content-Security-Policy":    policy,
			"X-Content-Type-Options":     "nosniff",
			"Referrer-Policy":            "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin",
		} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("https %v: %s is %q", https, name, got)
			}
		}
		if got := w.Header().Get("Strict-Transport-Security"); (got != "") != https {
			t.Errorf("https %v: HSTS is %q", https, got)
		}
	}
}

func TestPolicyAllowsNothingInline(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"unsafe", "*", "http:", "https:"} {
		if strings.Contains(policy, word) {
			t.Errorf("the policy holds %q", word)
		}
	}
	for _, part := range []string{"default-src 'self'", "img-src 'self' data: blob:", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"} {
		if !strings.Contains(policy, part) {
			t.Errorf("the policy lacks %q", part)
		}
	}
}

func TestHeadersOfErrors(t *testing.T) {
	t.Parallel()
	e := echo.New()
	e.Use(Headers(false))
	w := httptest.NewRecorder()
	e.ServeHTTP(w, httptest.NewRequest("GET", "/nowhere", nil))
	if w.Code != http.StatusNotFound || w.Header().Get("Content-Security-Policy") == "" {
		t.Fatalf("status %d, headers %v", w.Code, w.Header())
	}
}

func TestCrossOrigin(t *testing.T) {
	t.Parallel()
	type headers map[string]string
	for name, tc := range map[string]struct {
		method  string
		headers headers
		passes  bool
	}{
		"own form":                  {"POST", headers{"Sec-Fetch-Site": "same-origin", "Origin": "https://ours.test"}, true},
		"typed by the visitor":      {"POST", headers{"Sec-Fetch-Site": "none"}, true},
		"old browser, own form":     {"POST", headers{"Origin": "https://ours.test"}, true},
		"own form over plain HTTP":  {"POST", headers{"Origin": "http://ours.test"}, true},
		"no browser":                {"POST", nil, true},
		"link from elsewhere":       {"GET", headers{"Sec-Fetch-Site": "cross-site", "Origin": "https://other.test"}, true},
		"HEAD from elsewhere":       {"HEAD", headers{"Sec-Fetch-Site": "cross-site"}, true},
		"OPTIONS from elsewhere":    {"OPTIONS", headers{"Sec-Fetch-Site": "cross-site"}, true},
		"other site":                {"POST", headers{"Sec-Fetch-Site": "cross-site"}, false},
		"other site, forged Origin": {"POST", headers{"Sec-Fetch-Site": "cross-site", "Origin": "https://ours.test"}, false},
		"sister domain":             {"POST", headers{"Sec-Fetch-Site": "same-site", "Origin": "https://blog.ours.test"}, false},
		"old browser, other site":   {"POST", headers{"Origin": "https://other.test"}, false},
		"old browser, other port":   {"POST", headers{"Origin": "https://ours.test:8443"}, false},
		"old browser, longer name":  {"POST", headers{"Origin": "https://ours.test.other.test"}, false},
		"sandboxed frame":           {"POST", headers{"Origin": "null"}, false},
		"unknown word":              {"POST", headers{"Sec-Fetch-Site": "whatever"}, false},
		"DELETE from elsewhere":     {"DELETE", headers{"Sec-Fetch-Site": "cross-site"}, false},
		"PUT from elsewhere":        {"PUT", headers{"Origin": "https://other.test"}, false},
		"odd method from elsewhere": {"FROB", headers{"Sec-Fetch-Site": "cross-site"}, false},
	} {
		r := httptest.NewRequest(tc.method, "https://ours.test/posts", nil)
		for k, v := range tc.headers {
			r.Header.Set(k, v)
		}
		w, err := run(CrossOrigin(), r)
		var p *problem.Problem
		if tc.passes != (err == nil) || err == nil && w.Code != 200 {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && (!errors.As(err, &p) || p.Status != http.StatusForbidden || p.Detail == "" || w.Body.Len() != 0) {
			t.Errorf("%s: refused with %v and %q", name, err, w.Body)
		}
	}
}
