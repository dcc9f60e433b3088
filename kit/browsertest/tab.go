package browsertest

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Tab is one page with cookies, cache and storage of its own. Every method ends
// the test when it does not succeed in time. A selector is one of CSS.
type Tab struct {
	t       testing.TB
	ctx     context.Context
	console *console
	bare    bool // scripts are off
	prefers map[string]string
}

// Tab opens an empty page that shares nothing with other tabs. It closes with t.
func (b *Browser) Tab(t testing.TB) *Tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	tab := &Tab{t: t, ctx: ctx, console: newConsole(), prefers: map[string]string{}}
	if err := chromedp.Do(ctx); err != nil { // binds the tab's life to ctx
		t.Fatalf("open a tab: %v", err)
	}
	if err := chromedp.Listen(ctx, tab.console.hear); err != nil {
		t.Fatalf("listen to the console: %v", err)
	}
	return tab
}

// Open goes to url and waits until the page is loaded.
func (b *Tab) Open(url string) {
	b.t.Helper()
	b.do("open "+url, chromedp.Navigate(url))
}

// Reload loads the page again.
func (b *Tab) Reload() {
	b.t.Helper()
	b.do("reload", chromedp.Reload())
}

// Click waits for the element to be visible and clicks it with the mouse.
func (b *Tab) Click(selector string) {
	b.t.Helper()
	b.do("click "+selector, chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// Type presses the keys of text in the element.
func (b *Tab) Type(selector, text string) {
	b.t.Helper()
	b.do("type in "+selector, chromedp.SendKeys(chromedp.CSS(selector), text, chromedp.NodeVisible))
}

// URL is the address of the page.
func (b *Tab) URL() string {
	b.t.Helper()
	return Eval[string](b, "location.href")
}

// HTML is the page as it stands now.
func (b *Tab) HTML() string {
	b.t.Helper()
	return Eval[string](b, "document.documentElement.outerHTML")
}

// Eval runs a JavaScript expression in the page, waits for it when it is a
// promise, and returns its value.
func Eval[T any](b *Tab, expression string) T {
	b.t.Helper()
	v, err := eval[T](b, expression)
	if err != nil {
		b.t.Fatalf("evaluate %.200s: %v", expression, err)
	}
	return v
}

func eval[T any](b *Tab, expression string) (T, error) {
	ctx, stop := context.WithTimeout(b.ctx, stepLimit)
	defer stop()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// Screenshot writes a picture of the whole page, as PNG, to path.
func (b *Tab) Screenshot(path string) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, stepLimit)
	defer stop()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(path, png, 0o644)
	}
	if err != nil {
		b.t.Fatalf("take a screenshot: %v", err)
	}
}

// Viewport sets the size of the page in CSS pixels. A mobile one has touch, and
// heeds the page's viewport meta tag.
func (b *Tab) Viewport(width, height int64, mobile bool) {
	b.t.Helper()
	b.do("set the viewport",
		call(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1, Mobile: mobile}),
		call(emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: mobile}))
}

// Dark sets whether the visitor prefers dark pages.
func (b *Tab) Dark(dark bool) {
	b.t.Helper()
	b.prefer("prefers-color-scheme", map[bool]string{false: "light", true: "dark"}[dark])
}

// Calm sets whether the visitor prefers that little moves.
func (b *Tab) Calm(calm bool) {
	b.t.Helper()
	b.prefer("prefers-reduced-motion", map[bool]string{false: "no-preference", true: "reduce"}[calm])
}

// prefer sets a media feature beside those that are set.
func (b *Tab) prefer(feature, value string) {
	b.t.Helper()
	b.prefers[feature] = value
	features := []*emulation.MediaFeature{}
	for name, value := range b.prefers {
		features = append(features, &emulation.MediaFeature{Name: name, Value: value})
	}
	b.do("prefer "+value, call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features}))
}

// NoScript turns the scripts of the pages off, from the next Open on. Eval works all the same.
func (b *Tab) NoScript() {
	b.t.Helper()
	b.bare = true
	b.disableScripts(true)
}

func (b *Tab) disableScripts(off bool) {
	b.t.Helper()
	b.do("switch scripts", call(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: off}))
}

// SetCookie gives the browser a cookie (its name and value) for the site at url.
func (b *Tab) SetCookie(url string, c *http.Cookie) {
	b.t.Helper()
	b.do("set the cookie "+c.Name, call(network.SetCookie, network.SetCookieParams{URL: url, Name: c.Name, Value: c.Value}))
}

func (b *Tab) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, stepLimit)
	defer stop()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%s: %v\n%s", what, err, b.state())
	}
}

// call makes a step of a command of the DevTools protocol.
func call[P, R any](cmd cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, cmd, params); err != nil {
			return fmt.Errorf("%s: %w", cmd.Method, err)
		}
		return nil
	})
}
