package problem_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/kit/problem"
)

func TestOfFindsWhatMayBeShown(t *testing.T) {
	t.Parallel()
	inside := errors.New("disk 7 is on fire")
	large := &http.MaxBytesError{Limit: 9}
	for name, tt := range map[string]struct {
		err    error
		status int
		title  string
		detail string
	}{
		"a problem":            {problem.NotFound("No such page."), 404, "Not found", "No such page."},
		"inside another error": {fmt.Errorf("view: %w", problem.Forbidden("Not you.")), 403, "Not allowed", "Not you."},
		"joined with others":   {errors.Join(inside, problem.LoginNeeded()), 401, "Please log in", "Log in first"},
		"a body too large":     {fmt.Errorf("read: %w", large), 413, "Too large", "Send something smaller"},
		"too large for echo":   {echo.NewHTTPError(400, "http: request body too large").SetInternal(large), 413, "Too large", "Send something smaller"},
		"echo's own":           {echo.ErrMethodNotAllowed, 405, "Not possible here", "does not take that kind"},
		"echo's own, unnamed":  {echo.NewHTTPError(418, "secret"), 418, "I'm a teapot", ""},
		"cannot be read":       {echo.NewHTTPError(400, "strconv: secret"), 400, "Bad Request", "could not read"},
		"anything else":        {inside, 500, "Something broke on our side", "not your fault"},
		"nothing special":      {echo.NewHTTPError(502, "secret"), 502, "Bad Gateway", "not your fault"},
	} {
		t.Run(name, func(t *testing.T) {
			p := problem.Of(tt.err)
			if p.Status != tt.status || p.Title != tt.title || !strings.Contains(p.Detail, tt.detail) {
				t.Errorf("%d %q %q", p.Status, p.Title, p.Detail)
			}
			if strings.Contains(p.Title+p.Detail, "secret") || strings.Contains(p.Title+p.Detail, "fire") {
				t.Errorf("the words tell of the cause: %q %q", p.Title, p.Detail)
			}
		})
	}
}

func TestCauseIsForTheLog(t *testing.T) {
	t.Parallel()
	cause := errors.New("no rows")
	first := problem.NotFound("There is no such hero.")
	p := first.Because(cause)
	if !errors.Is(p, cause) || p.Error() != "There is no such hero.: no rows" {
		t.Errorf("for the log: %q", p.Error())
	}
	if errors.Unwrap(first) != nil || first.Error() != "There is no such hero." {
		t.Error("the problem without the cause has changed")
	}
	if other := problem.Of(cause); !errors.Is(other, cause) {
		t.Error("an internal error lost its cause")
	}
	if got := problem.New(500, "").Error(); got != "Something broke on our side" {
		t.Errorf("without words of its own: %q", got)
	}
}

func TestWhatProblemsCarry(t *testing.T) {
	t.Parallel()
	if p := problem.TooMany(time.Minute); p.Status != 429 || p.RetryAfter != time.Minute {
		t.Errorf("%+v", p)
	}
	if p := problem.Refused(map[string]string{"name": "Shorter."}); p.Status != 422 || p.Fields["name"] != "Shorter." {
		t.Errorf("%+v", p)
	}
	if p := problem.TooLarge("Up to 25 MB."); p.Status != 413 || p.Detail != "Up to 25 MB." {
		t.Errorf("%+v", p)
	}
}
