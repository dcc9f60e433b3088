package browser_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/kit/browsertest"
)

// loseAnswer lets the first request that is this one be done, and ends its
// connection in the middle of the answer.
func (w *world) loseAnswer(t *testing.T, request string) {
	t.Helper()
	var n atomic.Int64
	w.Web.Pre(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if c.Request().Method+" "+c.Request().URL.Path != request || n.Add(1) > 1 {
				return next(c)
			}
			line, lost := c.Response().Writer, httptest.NewRecorder()
			c.Response().Writer = lost
			if err := next(c); err != nil || lost.Code != http.StatusAccepted {
				t.Errorf("the answer that is lost is %d, %v", lost.Code, err)
			}
			conn, _, err := http.NewResponseController(line).Hijack()
			if err != nil {
				return err
			}
			_, err = io.WriteString(conn, "HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\n{")
			return errors.Join(err, conn.Close())
		}
	})
}

// photoAnswerLost is saved, but its page hears nothing of it, and asks again.
func photoAnswerLost(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	asked := w.ask()
	w.loseAnswer(t, submitting)
	tab := w.tab(t, b, w.Hero("grey-heron"))
	tab.Open(w.url + "/users/me/photos")
	choose(tab, fileOf(t, "harbour.jpg", heavy(t)))
	tab.Click(sendButton)
	tab.WaitFor(onPhoto)
	if n := asked.times(submitting); n != 2 || len(w.Photos()) != 1 {
		t.Errorf("it was submitted %d times, to %d photos", n, len(w.Photos()))
	}
}

// photoGivenUp is refused by its form for what it is: nothing of it stays.
func photoGivenUp(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	asked := w.ask()
	tab := w.tab(t, b, w.Hero("grey-heron"))
	tab.Open(w.url + "/users/me/photos")
	tab.SetFile("#photo", fileOf(t, "half.jpg", heavy(t)[:6<<20]))
	tab.Click(sendButton)
	tab.WaitText("[data-upload-error]", "end of that picture is missing")
	left := func() bool {
		return slices.ContainsFunc(w.Kept(), func(name string) bool { return strings.HasPrefix(name, "partial/") })
	}
	for limit := time.Now().Add(20 * time.Second); left(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("the files %q are left", w.Kept())
		}
	}
	if n := asked.times("DELETE /uploads/"); n != 1 {
		t.Errorf("it was given up %d times", n)
	}
}
