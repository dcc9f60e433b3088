package browsertest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
)

// console collects what a page complains about.
type console struct {
	mu     sync.Mutex
	errors []string
	urls   map[network.RequestID]string
}

func newConsole() *console { return &console{urls: map[network.RequestID]string{}} }

// ConsoleErrors lists what the page has complained about so far: errors written
// to the console, uncaught exceptions, breaches of the content security policy,
// and requests that failed or were answered with an error.
func (b *Tab) ConsoleErrors() []string {
	b.console.mu.Lock()
	defer b.console.mu.Unlock()
	return slices.Clone(b.console.errors)
}

// ForgetErrors empties the list of ConsoleErrors.
func (b *Tab) ForgetErrors() {
	b.console.mu.Lock()
	defer b.console.mu.Unlock()
	b.console.errors = nil
}

// hear runs on the goroutine that reads the browser's messages.
func (c *console) hear(ev any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch ev := ev.(type) {
	case *runtime.EventConsoleAPICalled:
		if ev.Type == runtime.ConsoleAPICalledTypeError || ev.Type == runtime.ConsoleAPICalledTypeAssert {
			c.add("console: " + words(ev.Args))
		}
	case *runtime.EventExceptionThrown:
		c.add("exception: " + exception(ev.ExceptionDetails))
	case *log.EventEntryAdded:
		// A network failure comes again as LoadingFailed, with a better text.
		if ev.Entry.Level == log.EntryLevelError && !strings.Contains(ev.Entry.Text, "net::ERR_") {
			c.add(fmt.Sprintf("%s: %s %s", ev.Entry.Source, ev.Entry.Text, ev.Entry.URL))
		}
	case *network.EventRequestWillBeSent:
		c.urls[ev.RequestID] = ev.Request.URL
	case *network.EventLoadingFailed:
		if !ev.Canceled {
			c.add(fmt.Sprintf("request: %s %s %s", ev.ErrorText, ev.BlockedReason, c.urls[ev.RequestID]))
		}
	}
}

func (c *console) add(s string) { c.errors = append(c.errors, strings.TrimSpace(s)) }

func words(args []*runtime.RemoteObject) string {
	var all []string
	for _, a := range args {
		var text string
		switch {
		case a.Description != "": // objects and numbers
			text = a.Description
		case json.Unmarshal(a.Value, &text) != nil: // not a string
			text = string(a.Value)
		}
		all = append(all, text)
	}
	return strings.Join(all, " ")
}

func exception(d *runtime.ExceptionDetails) string {
	if d.Exception != nil && d.Exception.Description != "" {
		return d.Exception.Description
	}
	return d.Text
}
