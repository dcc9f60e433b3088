package browser_test

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/kit/browsertest"
	"superbook/models"
	"superbook/site/sitetest"
)

// fileOf is a file on the disk of the visitor.
func fileOf(t *testing.T, name string, content []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// heavy is a small photo with 10 MB of comments in it: long to send, in parts,
// and soon done.
func heavy(t *testing.T) []byte {
	t.Helper()
	comments := slices.Repeat([][]byte{sitetest.Segment(0xfe, strings.Repeat("A long story. ", 4000))}, 180)
	return sitetest.WithSegments(picture(t), comments...)
}

// holdUploads lets only the first part of each large file arrive. reached is closed
// when one stands there; letGo lets the rest through, and waits until the site
// has dealt with it.
func (w *world) holdUploads(t *testing.T) (reached <-chan struct{}, letGo func()) {
	at, gate := make(chan struct{}), make(chan struct{})
	stand := sync.OnceFunc(func() { close(at) })
	var busy sync.WaitGroup
	letGo = sync.OnceFunc(func() { close(gate); busy.Wait() })
	t.Cleanup(letGo)
	w.Web.Pre(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			if request := r.Method + " " + r.URL.Path; request == submitting || request == attaching || strings.HasPrefix(request, appending) {
				busy.Add(1)
				defer busy.Done()
				r.Body = &held{ReadCloser: r.Body, free: 1 << 20, wait: func() { stand(); <-gate }}
			}
			return next(c)
		}
	})
	return at, letGo
}

// held is a body of which the rest waits.
type held struct {
	io.ReadCloser
	free int // bytes that may pass
	wait func()
}

// Read reads, perhaps after a wait.
func (h *held) Read(p []byte) (int, error) {
	if h.free <= 0 {
		h.wait()
	}
	n, err := h.ReadCloser.Read(p)
	h.free -= n
	return n, err
}

// choose takes a file for the form, and waits for its preview, which moves what
// stands below. A file that is refused has none.
func choose(tab *browsertest.Tab, file string) {
	tab.SetFile("#photo", file)
	tab.WaitFor("(i => i.hidden || i.complete && i.naturalWidth > 0)(document.querySelector('[data-upload-preview]'))")
}

// waitFor waits for what the site does behind the page.
func waitFor(t *testing.T, what string, done <-chan struct{}) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatalf("waited in vain for %s", what)
	}
}

// logIn fills in the form for it, to which the address leads strangers.
func (w *world) logIn(t *testing.T, tab *browsertest.Tab, u models.User, address string) {
	t.Helper()
	tab.Open(w.url + address)
	tab.Type("main #username", u.Username)
	tab.Type("main #password", sitetest.Password)
	tab.Click("main form .btn.main")
	tab.WaitURL(address)
}

// asked counts the requests that reach a site, by method and path.
type asked struct {
	mu sync.Mutex
	n  map[string]int
}

// ask counts from now on. It is called before the first visit.
func (w *world) ask() *asked {
	a := &asked{n: map[string]int{}}
	w.Web.Pre(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			a.mu.Lock()
			a.n[c.Request().Method+" "+c.Request().URL.Path]++
			a.mu.Unlock()
			return next(c)
		}
	})
	return a
}

// times counts the requests that begin so.
func (a *asked) times(request string) (n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for asked, times := range a.n {
		if strings.HasPrefix(asked, request) {
			n += times
		}
	}
	return n
}

const (
	submitting = "POST /users/me/photos"
	attaching  = "POST /attachments"
	appending  = "PATCH /uploads/"
)
