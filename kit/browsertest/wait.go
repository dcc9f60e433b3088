package browsertest

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// pause is the time between two looks at a page that is waited for.
const pause = 20 * time.Millisecond

// WaitVisible waits until an element that matches is shown.
func (b *Tab) WaitVisible(selector string) {
	b.t.Helper()
	b.WaitFor(fmt.Sprintf("document.querySelector(%s)?.checkVisibility({visibilityProperty: true}) === true", quote(selector)))
}

// WaitGone waits until no element that matches is shown.
func (b *Tab) WaitGone(selector string) {
	b.t.Helper()
	b.WaitFor(fmt.Sprintf("![...document.querySelectorAll(%s)].some(el => el.checkVisibility({visibilityProperty: true}))", quote(selector)))
}

// WaitText waits until the first element that matches contains text.
func (b *Tab) WaitText(selector, text string) {
	b.t.Helper()
	b.WaitFor(fmt.Sprintf("document.querySelector(%s)?.textContent.includes(%s) === true", quote(selector), quote(text)))
}

// WaitURL waits until the path and query of the page's address are these and
// the page is loaded.
func (b *Tab) WaitURL(path string) {
	b.t.Helper()
	b.WaitFor(fmt.Sprintf("location.pathname + location.search === %s && document.readyState === 'complete'", quote(path)))
}

// WaitFor waits until a JavaScript expression is true. It lives through a change
// of page, during which there is nothing to ask.
func (b *Tab) WaitFor(expression string) {
	b.t.Helper()
	var err error
	for end := time.Now().Add(stepLimit); time.Now().Before(end); time.Sleep(pause) {
		var ok bool
		if ok, err = eval[bool](b, expression); ok {
			return
		}
	}
	b.t.Fatalf("waited in vain for %s (last error: %v)\n%s", expression, err, b.state())
}

// state describes the page for the message of a failed step.
func (b *Tab) state() string {
	html, err := eval[string](b, "location.href + '\\n' + document.body.outerHTML")
	if err != nil {
		html = "no page: " + err.Error()
	}
	if len(html) > 4000 {
		html = html[:4000] + "…"
	}
	return html + "\n" + strings.Join(b.ConsoleErrors(), "\n")
}

// quote writes s as a JavaScript string.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string can always be written
	}
	return string(b)
}
