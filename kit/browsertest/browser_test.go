package browsertest_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"superbook/kit/browsertest"
)

const policy = "default-src 'self'; img-src 'self' data: blob:"

// serve runs a site with the content security policy that pages really have,
// and the scripts of /static/js.
func serve(t *testing.T, routes map[string]http.HandlerFunc) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("GET /js/", http.StripPrefix("/js/", http.FileServerFS(os.DirFS("../../static/js"))))
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	for pattern, h := range routes {
		mux.HandleFunc(pattern, h)
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(srv.Close)
	t.Cleanup(srv.CloseClientConnections) // Close would wait for streams
	return srv.URL
}

// page answers with a whole document around body.
func page(head, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { writePage(w, head, body) }
}

func writePage(w io.Writer, head, body string) {
	fmt.Fprintf(w, `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>A page</title>%s</head>%s</html>`, head, body)
}

// markScript is a script that leaves a mark on the page.
func markScript(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/javascript")
	fmt.Fprint(w, `document.body.dataset.script = 'ran'`)
}

func TestAxeFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	site := serve(t, map[string]http.HandlerFunc{
		"GET /good":    page("", `<body><main><h1>Fine</h1><img src="/favicon.ico" alt="a picture"></main></body>`),
		"GET /bad":     page("", `<body><main><h1>Not fine</h1><img id="mute" src="/favicon.ico"></main></body>`),
		"GET /script":  page(`<script defer src="/mark.js"></script>`, `<body><main><h1>Scripted</h1></main></body>`),
		"GET /mark.js": markScript,
		"GET /best":    page("", `<body><p>No landmark, no heading.</p></body>`),
	})
	browser := browsertest.Start(t)
	tab := browser.Tab(t)
	tab.Open(site + "/good")
	if v := tab.Axe(browsertest.BestPractice); len(v) != 0 {
		t.Errorf("the good page has violations: %v", v)
	}
	tab.Open(site + "/bad")
	v := tab.Axe()
	if len(v) != 1 || v[0].ID != "image-alt" || len(v[0].Nodes) != 1 || v[0].Nodes[0].Target != "#mute" {
		t.Errorf("the bad page has %v, want image-alt at #mute", v)
	}
	tab.Open(site + "/best")
	if v := tab.Axe(); len(v) != 0 {
		t.Errorf("a page without landmarks breaks no rule of WCAG, yet: %v", v)
	}
	if v := tab.Axe(browsertest.BestPractice); len(v) == 0 {
		t.Error("a page without landmarks passed the best practices")
	}
	bare := browser.Tab(t)
	bare.NoScript()
	bare.Open(site + "/bad")
	if v := bare.Axe(); len(v) != 1 {
		t.Errorf("with scripts off the bad page has %v, want one violation", v)
	}
	bare.Open(site + "/script")
	if v := bare.Axe(); len(v) != 0 || strings.Contains(bare.HTML(), "data-script") {
		t.Errorf("Axe left scripts on, or found %v", v)
	}
	bare.Open(site + "/script")
	if strings.Contains(bare.HTML(), "data-script") {
		t.Error("Axe turned scripts on for the next page")
	}
}

// What costs less than Axe looks at less, but not past it.
func TestAxeInParts(t *testing.T) {
	t.Parallel()
	site := serve(t, map[string]http.HandlerFunc{
		"GET /": page("", `<body><main><h1>Small and faint</h1>
<p><font color="#bbbbbb">Hard to read.</font></p><button aria-label="one"></button><button aria-label="two"></button><img src="/favicon.ico"></main></body>`),
	})
	tab := browsertest.Start(t).Tab(t)
	tab.Open(site + "/")
	for name, c := range map[string]struct {
		check func() []browsertest.Violation
		want  []string
	}{
		"all":      {func() []browsertest.Violation { return tab.Axe() }, []string{"color-contrast", "image-alt", "target-size"}},
		"colours":  {tab.AxeColours, []string{"color-contrast"}},
		"width":    {tab.AxeWidth, []string{"color-contrast", "target-size"}},
		"elements": {func() []browsertest.Violation { return tab.AxeElements() }, []string{"image-alt"}},
	} {
		var got []string
		for _, v := range c.check() {
			got = append(got, v.ID)
		}
		if slices.Sort(got); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestConsoleErrors(t *testing.T) {
	t.Parallel()
	script := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/javascript")
			fmt.Fprint(w, body)
		}
	}
	site := serve(t, map[string]http.HandlerFunc{
		"GET /clean":    page("", `<body>quiet</body>`),
		"GET /log":      page(`<script src="/log.js"></script>`, `<body></body>`),
		"GET /throw":    page(`<script src="/throw.js"></script>`, `<body></body>`),
		"GET /inline":   page(`<script>document.title = 'run'</script>`, `<body></body>`),
		"GET /style":    page("", `<body><p style="color: red">red</p></body>`),
		"GET /missing":  page(`<script src="/none.js"></script>`, `<body></body>`),
		"GET /lost":     page("", `<body><img src="/hangup" alt=""></body>`),
		"GET /log.js":   script(`console.error('trouble', 7)`),
		"GET /throw.js": script(`throw new Error('nobody catches me')`),
		"GET /hangup":   func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	})
	browser := browsertest.Start(t)
	for path, want := range map[string]string{
		"/clean":   "",
		"/log":     "trouble 7",
		"/throw":   "nobody catches me",
		"/inline":  "Content Security Policy",
		"/style":   "Content Security Policy",
		"/missing": "404",
		"/lost":    "net::ERR_EMPTY_RESPONSE",
	} {
		tab := browser.Tab(t)
		tab.Open(site + path)
		got := tab.ConsoleErrors()
		if want == "" && len(got) != 0 || want != "" && (len(got) == 0 || !strings.Contains(got[0], want)) {
			t.Errorf("%s complains %q, want %q", path, got, want)
		}
		tab.ForgetErrors()
		if left := tab.ConsoleErrors(); len(left) != 0 {
			t.Errorf("after ForgetErrors there are %q", left)
		}
	}
}

func TestTab(t *testing.T) {
	t.Parallel()
	site := serve(t, map[string]http.HandlerFunc{
		"GET /": func(w http.ResponseWriter, r *http.Request) {
			name := "stranger"
			if c, err := r.Cookie("name"); err == nil {
				name = c.Value
			}
			writePage(w, `<link rel="stylesheet" href="/look.css"><script defer src="/mark.js"></script>`,
				`<body><h1>Hello, `+name+`</h1><form action="/next"><input id="q" name="q"><button>Go</button></form></body>`)
		},
		"GET /next": page("", `<body><h1>Arrived</h1></body>`),
		"GET /look.css": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/css")
			fmt.Fprint(w, `@media (prefers-color-scheme: dark) { body { background: rgb(1, 2, 3) } }`)
		},
		"GET /mark.js": markScript,
	})
	browser := browsertest.Start(t)
	tab, other, bare := browser.Tab(t), browser.Tab(t), browser.Tab(t)

	tab.SetCookie(site, &http.Cookie{Name: "name", Value: "visitor"})
	tab.Viewport(390, 844, true)
	tab.Dark(true)
	tab.Open(site + "/")
	tab.WaitText("h1", "Hello, visitor")
	if w := browsertest.Eval[int](tab, "innerWidth"); w != 390 {
		t.Errorf("the viewport is %d wide, want 390", w)
	}
	if c := browsertest.Eval[string](tab, "getComputedStyle(document.body).backgroundColor"); c != "rgb(1, 2, 3)" {
		t.Errorf("in the dark the background is %s", c)
	}
	picture := filepath.Join(t.TempDir(), "page.png")
	tab.Screenshot(picture)
	if b, err := os.ReadFile(picture); err != nil || !strings.HasPrefix(string(b), "\x89PNG") {
		t.Errorf("the screenshot is no PNG: %v", err)
	}
	tab.Type("#q", "wings & more")
	tab.Click("button")
	tab.WaitURL("/next?q=wings+%26+more")
	tab.WaitText("h1", "Arrived")

	other.Open(site + "/")
	other.WaitText("h1", "Hello, stranger") // tabs share no cookies
	other.WaitFor("document.body.dataset.script === 'ran'")
	bare.NoScript()
	bare.Open(site + "/")
	if strings.Contains(bare.HTML(), "data-script") {
		t.Error("a script ran with scripts off")
	}
}
