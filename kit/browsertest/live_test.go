package browsertest_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"superbook/kit/browsertest"
	"superbook/kit/live"
)

// liveSite is a page that follows a hub. The hub can be replaced, as by a restart.
type liveSite struct {
	url   string
	hub   atomic.Pointer[live.Hub]
	state atomic.Pointer[string] // what the region of the page says
	drops atomic.Int64           // streams to answer with 503
}

func startLive(t *testing.T) *liveSite {
	s := &liveSite{}
	s.hub.Store(live.NewHub(live.Options{Ring: 8}))
	s.say("first")
	e := echo.New()
	s.url = serve(t, map[string]http.HandlerFunc{
		"GET /": func(w http.ResponseWriter, _ *http.Request) {
			body := fmt.Sprintf(`<body data-live="/live?on=a" data-live-last="%s" data-live-rest="50"><main><h1>Live</h1>
<section id="region" data-live-region>%s</section><ul id="list"><li id="one">one</li></ul>
<form id="form"><label>Say <input id="text" name="text"></label><span id="note">none</span></form></main></body>`,
				s.hub.Load().Cursor(), *s.state.Load())
			writePage(w, `<script defer src="/js/live.js"></script>`, body)
		},
		"GET /live": func(w http.ResponseWriter, r *http.Request) {
			if s.drops.Add(-1) >= 0 {
				http.Error(w, "not now", http.StatusServiceUnavailable)
				return
			}
			c := e.NewContext(r, w)
			if err := s.hub.Load().Serve(c, live.Reader{Topics: []string{"a"}}); err != nil {
				e.HTTPErrorHandler(err, c)
			}
		},
	})
	return s
}

func (s *liveSite) say(words string) { s.state.Store(&words) }

func (s *liveSite) open(b *browsertest.Browser, t *testing.T) *browsertest.Tab {
	tab := b.Tab(t)
	tab.Open(s.url)
	tab.WaitVisible(`body[data-live-state="on"]`)
	return tab
}

func TestLive(t *testing.T) {
	t.Parallel()
	browser := browsertest.Start(t)
	for name, test := range map[string]func(*testing.T, *liveSite, *browsertest.Tab){
		"fragments":                 liveFragments,
		"typed text":                liveTypedText,
		"reconnect after a cut":     liveReconnect,
		"reconnect after a refusal": liveRefused,
		"reset after a restart":     liveReset,
		"rest while hidden":         liveRest,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startLive(t)
			test(t, s, s.open(browser, t))
		})
	}
}

func list(tab *browsertest.Tab) string {
	return browsertest.Eval[string](tab, "[...document.querySelectorAll('#list li')].map(e => e.textContent).join(' ')")
}

func liveFragments(t *testing.T, s *liveSite, tab *browsertest.Tab) {
	browsertest.Eval[bool](tab, `window.applied = [], window.data = null,
		document.addEventListener('live:applied', e => applied.push(e.target.id)),
		document.addEventListener('live:data', e => data = e.detail), true`)
	hub := s.hub.Load()
	hub.Publish("a", `<li id="one">ONE</li>`)
	hub.Publish("a", `<li id="two" data-to="#list">two</li><li id="zero" data-to="#list" data-at="start">zero</li>`)
	hub.Publish("a", `<li id="two" data-to="#list">TWO</li>`) // again: replaced, not added
	hub.Publish("a", `<li id="lost" data-to="#nowhere">lost</li>`)
	hub.Publish("other", `<li id="one">not ours</li>`)
	hub.Publish("a", "<li id=\"three\"\r\ndata-to=\"#list\">three</li>")
	hub.PublishData("a", []byte(`{"n": 3}`))
	tab.WaitFor("data?.n === 3")
	if got := list(tab); got != "zero ONE TWO three" {
		t.Errorf("the list is %q", got)
	}
	if got := browsertest.Eval[string](tab, "applied.join(' ')"); got != "one two zero two three" {
		t.Errorf("live:applied came for %q", got)
	}
	hub.Publish("a", `<i id="zero" data-at="gone"></i><i id="never" data-at="gone"></i>`)
	tab.WaitGone("#zero")
	hub.Publish("a", `<svg data-wrap><circle id="dot" r="1" data-to="#note"/></svg>`)
	tab.WaitFor("document.getElementById('dot') instanceof SVGCircleElement")
	noComplaints(t, tab)
}

func liveTypedText(t *testing.T, s *liveSite, tab *browsertest.Tab) {
	tab.Type("#text", "hello")
	browsertest.Eval[bool](tab, "document.getElementById('text').setSelectionRange(1, 3), true")
	s.hub.Load().Publish("a", `<form id="form"><label>Say <input id="text" name="text"></label><span id="note">new</span></form>`)
	tab.WaitText("#note", "new")
	got := browsertest.Eval[string](tab, "(e => [e.id, e.value, e.selectionStart, e.selectionEnd].join(' '))(document.activeElement)")
	if got != "text hello 1 3" {
		t.Errorf("after the swap the focus, text and selection are %q", got)
	}
	noComplaints(t, tab)
}

func liveReconnect(t *testing.T, s *liveSite, tab *browsertest.Tab) {
	hub := s.hub.Load()
	hub.Publish("a", `<li id="two" data-to="#list">two</li>`)
	tab.WaitVisible("#two")
	hub.DropAll()
	hub.Publish("a", `<li id="three" data-to="#list">three</li>`) // nobody listens now
	tab.WaitVisible("#three")
	if got := list(tab); got != "one two three" {
		t.Errorf("the list is %q", got)
	}
}

func liveRefused(t *testing.T, s *liveSite, tab *browsertest.Tab) {
	s.drops.Store(1)
	s.hub.Load().DropAll()
	s.hub.Load().Publish("a", `<li id="two" data-to="#list">two</li>`)
	tab.WaitVisible("#two")
	tab.WaitVisible(`body[data-live-state="on"]`)
}

func liveReset(t *testing.T, s *liveSite, tab *browsertest.Tab) {
	old := s.hub.Load()
	s.hub.Store(live.NewHub(live.Options{}))
	s.say("second")
	old.Close()
	tab.WaitText("#region", "second")
	tab.WaitVisible(`body[data-live-state="on"]`)
	s.hub.Load().Publish("a", `<li id="two" data-to="#list">two</li>`)
	tab.WaitVisible("#two")
}

func liveRest(t *testing.T, s *liveSite, tab *browsertest.Tab) {
	hide := func(hidden bool) {
		browsertest.Eval[bool](tab, fmt.Sprintf(`Object.defineProperty(document, 'hidden', {value: %t, configurable: true}),
			document.dispatchEvent(new Event('visibilitychange')), true`, hidden))
	}
	hide(true)
	tab.WaitVisible(`body[data-live-state="rest"]`)
	for end := time.Now().Add(10 * time.Second); s.hub.Load().Len() > 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("a hidden tab keeps its stream")
		}
	}
	s.hub.Load().Publish("a", `<li id="two" data-to="#list">two</li>`)
	hide(false)
	tab.WaitVisible("#two")
	noComplaints(t, tab)
}

func noComplaints(t *testing.T, tab *browsertest.Tab) {
	t.Helper()
	if got := tab.ConsoleErrors(); len(got) != 0 {
		t.Errorf("the console complains: %s", strings.Join(got, "\n"))
	}
}
