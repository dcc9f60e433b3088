package browsertest

import (
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Keys for Press that are no letters.
const (
	KeyTab    = kb.Tab
	KeyEnter  = kb.Enter
	KeyEscape = kb.Escape
	KeyDown   = kb.ArrowDown
	KeyRight  = kb.ArrowRight
)

// Press presses keys, one after the other, wherever the focus is.
func (b *Tab) Press(keys string) {
	b.t.Helper()
	b.do("press keys", chromedp.KeyEvent(keys, asKeyboardsDo))
}

// asKeyboardsDo sends what a keyboard sends. Only after a raw key down does the
// browser drop the character of a key that has done its work: otherwise Enter
// on a link to a field would also send the form that the field is in.
func asKeyboardsDo(p *input.DispatchKeyEventParams) {
	if p.Type == input.DispatchKeyEventTypeKeyDown {
		p.Type = input.DispatchKeyEventTypeRawKeyDown
	}
}

// Offline cuts the page off from the network, or connects it again, and lets
// the page know as the system would. Connections that are open stay.
func (b *Tab) Offline(off bool) {
	b.t.Helper()
	b.line(&network.Conditions{DownloadThroughput: -1, UploadThroughput: -1, Offline: off})
}

// Slow makes the line slow, so many bytes a second and each answer after so many
// milliseconds, and the tab forget what it has loaded. Zero for both makes it
// fast again.
func (b *Tab) Slow(bytes, latency float64) {
	b.t.Helper()
	if bytes == 0 {
		bytes = -1
	}
	b.line(&network.Conditions{DownloadThroughput: bytes, UploadThroughput: bytes, Latency: latency})
	b.do("switch the cache", call(network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: bytes > 0}))
}

func (b *Tab) line(all *network.Conditions) {
	b.t.Helper()
	b.do("switch the network",
		call(network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{all}}),
		call(network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: all.Offline, Latency: all.Latency,
			DownloadThroughput: all.DownloadThroughput, UploadThroughput: all.UploadThroughput}))
}
