package browser_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"superbook/kit/browsertest"
	"superbook/kit/photo"
	"superbook/site/sitetest"
)

const view = "[data-crop-view]"

// square is what the numbers of a form say, in percent.
type square struct{ X, Y, Side float64 }

func squareOf(tab *browsertest.Tab) square {
	return browsertest.Eval[square](tab, `(n => ({X: n('x'), Y: n('y'), Side: n('side')}))(name => Number(document.querySelector('[name=crop_' + name + ']').value))`)
}

// wantSquare allows for the rounding of the numbers and of pixels.
func wantSquare(t *testing.T, tab *browsertest.Tab, after string, want square) {
	t.Helper()
	got := squareOf(tab)
	if off := max(math.Abs(got.X-want.X), math.Abs(got.Y-want.Y), math.Abs(got.Side-want.Side)); off > 0.3 {
		t.Errorf("after %s the square is %.2f, want %.2f", after, got, want)
	}
}

// openStage chooses a picture of 1200 by 800 pixels.
func openStage(t *testing.T, w *world, tab *browsertest.Tab) {
	t.Helper()
	tab.Open(w.url + "/users/me/photos")
	choose(tab, fileOf(t, "harbour.jpg", photoToLookAt(t)))
	tab.WaitVisible(view)
	tab.WaitFor("document.querySelector('[data-crop-view] img').getBoundingClientRect().width > 100")
}

// photoToLookAt is a plain picture, or the one that PHOTO names, for screenshots.
func photoToLookAt(t *testing.T) []byte {
	t.Helper()
	if file := os.Getenv("PHOTO"); file != "" {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	return sitetest.JPEG(t, sitetest.Picture(1200, 800, 1))
}

func cropLooks(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	tab := w.tab(t, b, w.Hero("grey-heron"))
	for name, width := range map[string]int64{"desktop": 1280, "zoomed": 640, "phone": 390, "narrow": 320} {
		tab.Dark(false)
		tab.Viewport(width, 844, width < 400)
		openStage(t, w, tab)
		for _, light := range []string{"light", "dark"} {
			tab.Dark(light == "dark")
			browsertest.Eval[bool](tab, coloured)
			spotless(t, tab, name+", "+light)
			if folder := os.Getenv("SCREENSHOTS"); folder != "" {
				tab.Screenshot(filepath.Join(folder, "crop-"+name+"-"+light+".png"))
			}
		}
		if got := browsertest.Eval[int64](tab, "document.documentElement.scrollWidth"); got > width {
			t.Errorf("%s: %d pixels wide in a window of %d", name, got, width)
		}
		if small := browsertest.Eval[[]string](tab, tooSmall); len(small) != 0 {
			t.Errorf("%s: too small to hit: %v", name, small)
		}
	}
	quiet(t, tab)
}

// tooSmall finds controls of the form below 24 pixels, the least of WCAG 2.5.8.
const tooSmall = `[...document.querySelectorAll('form[data-upload] :is(button, input:not(.vh), label.btn, [tabindex="0"])')]
	.filter(el => el.checkVisibility()).map(el => [el, el.getBoundingClientRect()]).filter(([, box]) => Math.min(box.width, box.height) < 24)
	.map(([el, box]) => el.outerHTML.slice(0, 80) + ' ' + box.width + ' × ' + box.height)`

func cropByKeys(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	tab := w.tab(t, b, w.Hero("grey-heron"))
	openStage(t, w, tab)
	tabTo(t, tab, view)
	tab.Press(browsertest.KeyRight)
	wantSquare(t, tab, "one key", square{16.66 + 100*0.02*800/1200, 0, 100})
	tab.Press("+++")
	side := 100 / 1.331
	wantSquare(t, tab, "three times +", square{18 + (100-side)/2*800/1200, (100 - side) / 2, side})
	tab.Press("--")
	tab.Press("-----")
	wantSquare(t, tab, "- until the end", square{18, 0, 100})
	tab.WaitText("[data-crop-status]", "Zoom 1.0 times, 18 percent from the left, 0 percent from the top.")
	for range 30 {
		tab.Press(browsertest.KeyRight)
	}
	wantSquare(t, tab, "keys beyond the edge", square{100 - 100*800.0/1200, 0, 100})
	tabTo(t, tab, "[data-crop-zoom]")
	tabTo(t, tab, "[data-crop-middle]")
	tab.Press(browsertest.KeyEnter)
	if got := squareOf(tab); got != (square{}) {
		t.Errorf("back in the middle the numbers are %v, want none", got)
	}
	tabTo(t, tab, "[data-crop-exact]")
	tab.Press(browsertest.KeyEnter)
	tabTo(t, tab, "#crop_x")
	tab.Press("10\t20\t50")
	tab.WaitFor("Math.abs(document.querySelector('[data-crop-zoom]').value - 2) < 0.01")
	wantPlace(t, tab, 10, 20, 50)
	spotless(t, tab, "with the numbers")
	quiet(t, tab)
}

// wantPlace compares where the stage shows the picture of 1200 by 800 with numbers.
func wantPlace(t *testing.T, tab *browsertest.Tab, x, y, side float64) {
	t.Helper()
	got := browsertest.Eval[square](tab, `((frame, picture) => ({X: 100 * (frame.left - picture.left) / picture.width,
		Y: 100 * (frame.top - picture.top) / picture.height, Side: 100 * frame.height / picture.height}))(
		document.querySelector('[data-crop-frame]').getBoundingClientRect(), document.querySelector('[data-crop-frame] img').getBoundingClientRect())`)
	if off := max(math.Abs(got.X-x), math.Abs(got.Y-y), math.Abs(got.Side-side)); off > 0.3 {
		t.Errorf("the stage shows %.2f, the numbers say %v %v %v", got, x, y, side)
	}
}

func cropByPointer(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	tab := w.tab(t, b, w.Hero("grey-heron"))
	openStage(t, w, tab)
	frame := browsertest.Eval[float64](tab, "document.querySelector('[data-crop-frame]').clientWidth")
	tab.Drag(view, -30, 0) // the picture follows the hand, so the square goes to the right
	wantSquare(t, tab, "a drag", square{(400.0/2 + 30*800/frame) / 12, 0, 100})
	tab.Wheel(view, -60)
	side := 100 / 1.1
	wantSquare(t, tab, "the wheel", square{(400.0/2+30*800/frame)/12 + (100-side)/2*800/1200, (100 - side) / 2, side})
	tab.Wheel(view, 6000)
	tab.WaitFor("document.querySelector('[data-crop-zoom]').value < 1.1")
	tab.Click("[data-crop-middle]")
	browsertest.Eval[bool](tab, "(z => { z.value = 4; return z.dispatchEvent(new Event('input', {bubbles: true})) })(document.querySelector('[data-crop-zoom]'))")
	wantSquare(t, tab, "the slider", square{50 - 12.5*800/1200, 37.5, 25})
	at := tab.Middle(view)
	tab.ClickAt(browsertest.Point{X: at.X + frame/4, Y: at.Y - frame/4})
	wantSquare(t, tab, "a click", square{50 - 12.5*800/1200 + 25.0/4*800/1200, 37.5 - 25.0/4, 25})
	got := squareOf(tab)
	wantPlace(t, tab, got.X, got.Y, got.Side)

	tab.Viewport(390, 844, true)
	openStage(t, w, tab)
	tab.Pinch(view, 80, 160)
	wantSquare(t, tab, "two fingers", square{50 - 25*800.0/1200, 25, 50})
	quiet(t, tab)
}

// cropSent submits a photo with its square, and chooses another one later.
func cropSent(t *testing.T, b *browsertest.Browser) {
	w := openWorld(t)
	w.Work()
	tab := w.tab(t, b, w.Hero("grey-heron"))
	kept := func(when string, shown square) {
		t.Helper()
		got, want := w.Photos()[0].Crop(), photo.Crop{X: int(math.Round(100 * shown.X)), Y: int(math.Round(100 * shown.Y)), Side: int(math.Round(100 * shown.Side))}
		if got != want || want == (photo.Crop{}) {
			t.Errorf("%s the photo has the square %v, the stage showed %v", when, got, want)
		}
	}
	openStage(t, w, tab)
	browsertest.Eval[bool](tab, "(z => { z.value = 4; return z.dispatchEvent(new Event('input', {bubbles: true})) })(document.querySelector('[data-crop-zoom]'))")
	tab.Drag(view, 50, -40)
	sent := squareOf(tab)
	tab.Click(sendButton)
	tab.WaitFor(onPhoto)
	tab.WaitVisible(fmt.Sprintf(statusIs, "ready"))
	kept("after it was submitted,", sent)

	tab.Click("main .actions a[href$='/crop']")
	tab.WaitVisible(view)
	tab.WaitFor("document.querySelector('[data-crop-view] img').getBoundingClientRect().width > 100")
	wantSquare(t, tab, "a visit later", sent)
	wantPlace(t, tab, sent.X, sent.Y, sent.Side)
	w.cropLooksFine(t, tab)
	tabTo(t, tab, view)
	tab.Press("-" + browsertest.KeyRight + browsertest.KeyRight)
	sent = squareOf(tab)
	tab.Click("main form .btn.main")
	tab.WaitFor(onPhoto)
	w.Settle()
	kept("after another choice,", sent)
	quiet(t, tab)
}

// cropLooksFine looks at the page that changes the square of a photo.
func (w *world) cropLooksFine(t *testing.T, tab *browsertest.Tab) {
	t.Helper()
	for _, shift := range tab.Shifts() {
		t.Error("on the crop page", shift)
	}
	for _, dark := range []bool{false, true} {
		tab.Dark(dark)
		browsertest.Eval[bool](tab, coloured)
		spotless(t, tab, fmt.Sprintf("crop page, dark: %t", dark))
		if folder := os.Getenv("SCREENSHOTS"); folder != "" {
			tab.Screenshot(filepath.Join(folder, fmt.Sprintf("crop-page-%t.png", dark)))
		}
	}
	tab.Dark(false)
}
