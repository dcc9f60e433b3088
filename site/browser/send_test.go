package browser_test

import (
	"errors"
	"fmt"
	"image"
	_ "image/jpeg"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/labstack/echo/v4"

	"superbook/kit/browsertest"
	"superbook/models"
	"superbook/site/sitetest"
	"superbook/tasks"
)

// photoScaled sends a photo that is too large in each way, lying on its side.
func photoScaled(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	hero := w.Hero("grey-heron")
	tab := w.tab(t, b, hero)
	lying := sitetest.WithSegments(sitetest.JPEG(t, sitetest.Picture(4000, 3000, 1)), sitetest.Exif(6, "Port Sable"))
	large := fileOf(t, "large.jpg", lying)
	if err := os.Truncate(large, 25<<20+1); err != nil {
		t.Fatal(err)
	}
	tab.Open(w.url + "/users/me/photos")
	choose(tab, large)
	tab.Click(sendButton)
	tab.WaitFor(onPhoto)
	p := w.Photos()[0]
	if p.Width != 1920 || p.Height != 2560 || p.Format != "jpeg" {
		t.Errorf("what came is a %s of %d by %d", p.Format, p.Width, p.Height)
	}
	tab.WaitText(".facts", "1,920 × 2,560")
	m := w.original(t, p)
	for i, from := range []int{2, 0, 3, 1} { // a quarter turn to the right
		wantColour(t, m, i, from)
	}
	quiet(t, tab)
}

// original decodes the file that a photo came as.
func (w *world) original(t *testing.T, p models.Photo) image.Image {
	t.Helper()
	file, err := os.Open(filepath.Join(w.Settings.DataDir, "media", "files", tasks.Original(p.Folder)))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	m, _, err := image.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// wantColour holds the middle of a quarter of m against a colour of sitetest.Picture.
func wantColour(t *testing.T, m image.Image, quarter, colour int) {
	t.Helper()
	size, want := m.Bounds().Size(), sitetest.Colours[colour]
	r, g, bl, _ := m.At(size.X*(1+2*(quarter%2))/4, size.Y*(1+2*(quarter/2))/4).RGBA()
	for i, pair := range [][2]int{{int(r >> 8), int(want.R)}, {int(g >> 8), int(want.G)}, {int(bl >> 8), int(want.B)}} {
		if d := pair[0] - pair[1]; d < -6 || d > 6 {
			t.Errorf("quarter %d, channel %d: %d, want %d", quarter, i, pair[0], pair[1])
		}
	}
}

// photoResumed loses the line in the middle of 10 MB, and goes on from there,
// though the server is too busy at first to say from where.
func photoResumed(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	w.Work()
	asked, from, heads := w.ask(), &atomic.Int64{}, &atomic.Int64{}
	w.Web.Pre(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if c.Request().Method == http.MethodPatch {
				n, _ := strconv.ParseInt(c.Request().Header.Get("Upload-Offset"), 10, 64)
				from.Store(n)
			}
			if n := heads.Load(); c.Request().Method == http.MethodHead && n < 2 && heads.CompareAndSwap(n, n+1) {
				return c.NoContent([]int{http.StatusTooManyRequests, http.StatusInternalServerError}[n])
			}
			return next(c)
		}
	})
	reached, letGo := w.holdUploads(t)
	tab := w.tab(t, b, w.Hero("grey-heron"))
	tab.Open(w.url + "/users/me/photos")
	choose(tab, fileOf(t, "harbour.jpg", heavy(t)))
	tab.Click(sendButton)
	waitFor(t, "the first part of the photo", reached)
	tab.Offline(true)
	tab.WaitText("[data-upload-status]", "You are offline.")
	tab.WaitVisible("[data-upload-cancel]")
	spotless(t, tab, "while it waits for the line")
	letGo()
	tab.Offline(false)
	tab.WaitFor(onPhoto)
	tab.WaitVisible(fmt.Sprintf(statusIs, "ready"))
	if n := asked.times(appending); n != 2 || from.Load() < 1<<20 {
		t.Errorf("it came in %d parts, the last from byte %d on", n, from.Load())
	}
	if n := asked.times(submitting); n != 1 || len(w.Photos()) != 1 {
		t.Errorf("it was submitted %d times, to %d photos", n, len(w.Photos()))
	}
	if n := asked.times("POST /uploads"); n != 1 || heads.Load() != 2 {
		t.Errorf("it was begun %d times, and the server was busy %d times", n, heads.Load())
	}
}

// cutOff ends the connection of the first requests that begin so in the middle
// of the answer; before one has begun, Chromium itself would ask again.
func (w *world) cutOff(t *testing.T, request string, times int64) {
	t.Helper()
	var n atomic.Int64
	w.Web.Pre(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if c.Request().Method+" "+c.Request().URL.Path != request || n.Add(1) > times {
				return next(c)
			}
			if _, err := io.Copy(io.Discard, c.Request().Body); err != nil {
				return err
			}
			conn, _, err := c.Response().Hijack()
			if err != nil {
				return err
			}
			_, err = io.WriteString(conn, "HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\n{")
			return errors.Join(err, conn.Close())
		}
	})
}

// photoTriedAgain is too small for parts: it is sent again whole.
func photoTriedAgain(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	w.cutOff(t, submitting, 2)
	tab := w.tab(t, b, w.Hero("grey-heron"))
	tab.Open(w.url + "/users/me/photos")
	choose(tab, fileOf(t, "harbour.jpg", picture(t)))
	tab.Click(sendButton)
	tab.WaitText("[data-upload-status]", "The connection was lost. Trying again in 1 s")
	tab.WaitText("[data-upload-status]", "Trying again in 2 s")
	tab.WaitFor(onPhoto)
	if n := len(w.Photos()); n != 1 {
		t.Errorf("there are %d photos", n)
	}
}

// photoArrives is dropped, pasted, and looked at before anything is sent.
func photoArrives(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	asked := w.ask()
	tab := w.tab(t, b, w.Hero("grey-heron"))
	tab.Open(w.url + "/users/me/photos")
	named := func(name string) {
		tab.WaitFor(fmt.Sprintf("(i => i.files.length === 1 && i.files[0].name === %q)(document.querySelector('#photo'))", name))
		tab.WaitFor(fmt.Sprintf(shown, "[data-crop-view] img"))
	}
	tab.Drop("#alt", fileOf(t, "harbour.jpg", picture(t)), fileOf(t, "more.jpg", picture(t)))
	named("harbour.jpg")
	tab.WaitText("[data-upload-status]", "One picture at a time")
	tab.Paste(map[string][]byte{"pasted.png": sitetest.PNG(t, sitetest.Picture(40, 90, 1))})
	named("pasted.png")
	tab.WaitText("[data-upload-warning]", "This picture is very small")
	tab.WaitText("[data-upload-status]", "")
	spotless(t, tab, "with a small picture")
	tab.WaitGone(".camera")
	tab.Viewport(390, 844, true)
	tab.WaitVisible(".camera label")
	tab.SetFile("#camera", fileOf(t, "me.jpg", picture(t)))
	named("me.jpg")
	tab.WaitFor("document.querySelector('[data-upload-warning]').textContent === ''")
	if n := asked.times(submitting) + asked.times("POST /uploads"); n != 0 {
		t.Errorf("something was sent %d times", n)
	}
	tab.Click(sendButton)
	tab.WaitFor(onPhoto)
	quiet(t, tab)
}

// filesArrive drops five files on a post, and pastes one more.
func filesArrive(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	w.cutOff(t, attaching, 1)
	tab := w.tab(t, b, w.Hero("grey-heron"))
	tab.Open(w.url + "/feed")
	tab.Drop(".composer", fileOf(t, "plan.txt", []byte("words")), fileOf(t, "wide.jpg", sitetest.JPEG(t, sitetest.Picture(5000, 200, 1))),
		fileOf(t, "none.txt", nil))
	tab.WaitText("#files-error", "“none.txt” is empty.")
	tab.WaitFor("document.querySelectorAll('.chosen-file [data-token]:enabled').length === 2") // one of them after a line was lost
	tab.Click("#text")
	tab.Paste(map[string][]byte{"a.txt": []byte("a"), "b.txt": []byte("b"), "c.txt": []byte("c"), "d.txt": []byte("d")})
	tab.WaitText("#files-error", "Four files are the most. “c.txt” and 1 more were left out.")
	tab.WaitFor("document.querySelectorAll('.chosen-file [data-token]:enabled').length === 4")
	spotless(t, tab, "with four files")
	tab.Click(".composer .btn.ink")
	tab.WaitVisible("#posts .files")
	if p := w.Photos(); len(p) != 1 || p[0].Width != 2560 || p[0].Height != 102 {
		t.Errorf("the photo of the post is %+v", p)
	}
}
