package tus_test

import (
	"math"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/labstack/echo/v4"

	"superbook/kit/problem"
	"superbook/kit/tus"
)

func TestNumber(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]int64{"0": 0, "7": 7, "007": 7, "104857600": 104857600, "9223372036854775807": math.MaxInt64,
		"9223372036854775808": math.MaxInt64, "18446744073709551616": math.MaxInt64, "99999999999999999999999999": math.MaxInt64,
		"": -1, "-1": -1, "-0": -1, "+1": -1, "1.0": -1, "1e3": -1, "0x1": -1, " 1": -1, "1 ": -1, "1_0": -1, "ten": -1, "١": -1} {
		n, err := tus.Number(http.Header{tus.Length: {value}}, tus.Length)
		if want < 0 && (err == nil || problem.Of(err).Status != 400) || want >= 0 && (err != nil || n != want) {
			t.Errorf("%q: %d, %v", value, n, err)
		}
	}
}

func TestGuards(t *testing.T) {
	t.Parallel()
	for version, status := range map[string]int{"1.0.0": 0, "": 412, "1.0": 412, "1.0.1": 412, "1.0.0,0.2.2": 412} {
		r, w := httptest.NewRequest(http.MethodPost, "/", nil), httptest.NewRecorder()
		r.Header.Set(tus.Resumable, version)
		seen := false
		err := tus.Answers(tus.Required(func(c echo.Context) error { seen = true; return nil }))(echo.New().NewContext(r, w))
		if seen != (status == 0) || !seen && problem.Of(err).Status != status {
			t.Errorf("version %q: seen %v, %v", version, seen, err)
		}
		if w.Header().Get(tus.Resumable) != "1.0.0" || !seen && w.Header().Get(tus.Versions) != "1.0.0" {
			t.Errorf("version %q is answered with %v", version, w.Header())
		}
		if json := r.Header.Get("Accept") == "application/problem+json"; json != (version != "") {
			t.Errorf("version %q wants JSON: %v", version, json)
		}
	}
}
