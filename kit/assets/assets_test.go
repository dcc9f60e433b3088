package assets_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"
	"github.com/labstack/echo/v4"

	"superbook/kit/assets"
	"superbook/kit/problem"
)

var sheet = strings.Repeat("p { margin: 0 }\n", 100) + `a { background: url("../img/dot.svg") } b { background: url(data:x) } c { fill: url(#id) }`

func files() fstest.MapFS {
	m := fstest.MapFS{}
	for name, text := range map[string]string{
		"css/site.css": sheet, "img/dot.svg": "<svg/>", "js/live.js": strings.Repeat("go()\n", 50), "embed.go": "package static",
		"fonts/a.woff2": strings.Repeat("f", 500), "img/odd.name.png": "png", "LICENSE": "free",
	} {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

func load(t *testing.T, m fstest.MapFS, fresh bool) *assets.Set {
	t.Helper()
	s, err := assets.Load(m, "/static/", fresh)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func path(t *testing.T, s *assets.Set, name string) string {
	t.Helper()
	p, err := s.Path(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// get asks for an address; headers come in pairs.
func get(t *testing.T, s *assets.Set, address string, headers ...string) (*httptest.ResponseRecorder, error) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, address, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w, e := httptest.NewRecorder(), echo.New()
	var err error
	e.GET("/static/*", func(c echo.Context) error { err = s.Serve(c); return nil })
	e.ServeHTTP(w, r)
	return w, err
}

func TestNamesFollowTheContent(t *testing.T) {
	t.Parallel()
	m := files()
	first := path(t, load(t, m, false), "img/dot.svg")
	if !regexp.MustCompile(`^/static/img/dot\.[0-9a-f]{12}\.svg$`).MatchString(first) {
		t.Errorf("the name is %s", first)
	}
	if got := path(t, load(t, m, false), "img/odd.name.png"); !regexp.MustCompile(`^/static/img/odd\.name\.[0-9a-f]{12}\.png$`).MatchString(got) {
		t.Errorf("the name is %s", got)
	}
	sheetBefore := path(t, load(t, m, false), "css/site.css")
	m["img/dot.svg"] = &fstest.MapFile{Data: []byte("<svg></svg>")}
	if second := path(t, load(t, m, false), "img/dot.svg"); second == first {
		t.Error("other content has the same name")
	}
	if sheetBefore == path(t, load(t, m, false), "css/site.css") {
		t.Error("a sheet keeps its name though what it refers to has changed")
	}
}

func TestSheetsNameHashedFiles(t *testing.T) {
	t.Parallel()
	s := load(t, files(), false)
	w, err := get(t, s, path(t, s, "css/site.css"))
	if err != nil || !strings.Contains(w.Body.String(), `url("`+path(t, s, "img/dot.svg")+`")`) ||
		!strings.Contains(w.Body.String(), "url(data:x)") || !strings.Contains(w.Body.String(), "url(#id)") {
		t.Errorf("%v\n%s", err, w.Body)
	}
	m := files()
	m["css/more.css"] = &fstest.MapFile{Data: []byte("a { background: url(gone.png) }")}
	if _, err := assets.Load(m, "/static/", false); err == nil || !strings.Contains(err.Error(), "gone.png") {
		t.Errorf("a sheet that names a file which is not there: %v", err)
	}
}

func TestHashedNamesAreKeptForEver(t *testing.T) {
	t.Parallel()
	s := load(t, files(), false)
	for address, want := range map[string]string{
		path(t, s, "js/live.js"): "public, max-age=31536000, immutable", "/static/js/live.js": "no-cache",
	} {
		w, err := get(t, s, address)
		h := w.Header()
		if err != nil || w.Code != 200 || h.Get("Cache-Control") != want || h.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: %d, %v, %v", address, w.Code, h, err)
		}
		again, err := get(t, s, address, "If-None-Match", h.Get("ETag"))
		if err != nil || again.Code != http.StatusNotModified || again.Body.Len() != 0 {
			t.Errorf("%s again: %d, %v", address, again.Code, err)
		}
		if other, _ := get(t, s, address, "If-None-Match", `"another"`); other.Code != 200 {
			t.Errorf("%s with another's tag: %d", address, other.Code)
		}
	}
}

func TestKindsDoNotDependOnTheMachine(t *testing.T) {
	t.Parallel()
	s := load(t, files(), false)
	for name, want := range map[string]string{"css/site.css": "text/css; charset=utf-8", "js/live.js": "text/javascript; charset=utf-8",
		"img/dot.svg": "image/svg+xml", "fonts/a.woff2": "font/woff2", "img/odd.name.png": "image/png"} {
		if w, err := get(t, s, "/static/"+name); err != nil || w.Header().Get("Content-Type") != want {
			t.Errorf("%s: %q, %v", name, w.Header().Get("Content-Type"), err)
		}
	}
}

func TestCompression(t *testing.T) {
	t.Parallel()
	s := load(t, files(), false)
	for _, tt := range []struct{ file, accept, want string }{
		{"js/live.js", "gzip, deflate, br", "br"},
		{"js/live.js", "gzip", "gzip"},
		{"js/live.js", "GZIP;q=0.5", "gzip"},
		{"js/live.js", "br;q=0, gzip", "gzip"},
		{"js/live.js", "br; q=0", ""},
		{"js/live.js", "", ""},
		{"js/live.js", "brotli", ""},
		{"fonts/a.woff2", "br, gzip", ""}, // compressed already
		{"img/dot.svg", "br, gzip", ""},   // would grow
	} {
		w, err := get(t, s, path(t, s, tt.file), "Accept-Encoding", tt.accept)
		if got := w.Header().Get("Content-Encoding"); err != nil || got != tt.want {
			t.Errorf("%s for %q: %q, %v", tt.file, tt.accept, got, err)
		}
		var body io.Reader = w.Body
		switch tt.want {
		case "br":
			body = brotli.NewReader(body)
		case "gzip":
			if body, err = gzip.NewReader(body); err != nil {
				t.Fatal(err)
			}
		}
		if b, err := io.ReadAll(body); err != nil || !bytes.Equal(b, files()[tt.file].Data) {
			t.Errorf("%s for %q came as %.40q, %v", tt.file, tt.accept, b, err)
		}
	}
}

// It does not run beside others: it looks at what the whole process allocates.
func TestCompressionTakesLittleMemory(t *testing.T) {
	s := load(t, files(), false)
	address := path(t, s, "js/live.js")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	w, err := get(t, s, address, "Accept-Encoding", "br")
	runtime.ReadMemStats(&after)
	if err != nil || w.Header().Get("Content-Encoding") != "br" {
		t.Fatalf("%v, %v", w.Header(), err)
	}
	if took := after.TotalAlloc - before.TotalAlloc; took > 8<<20 {
		t.Errorf("a file of 250 bytes took %d KB to compress", took>>10)
	}
}

func TestOnlyFilesOfTheSetAreServed(t *testing.T) {
	t.Parallel()
	for _, fresh := range []bool{false, true} {
		s := load(t, files(), fresh)
		for _, address := range []string{"/static/nothing.css", "/static/", "/static/css", "/static/../go.mod", "/static/css/../../go.mod",
			"/static/%2e%2e/go.mod", "/static//etc/passwd", "/static/js/live.000000000000.js", "/static/embed.go"} {
			if w, err := get(t, s, address); problem.Of(err).Status != http.StatusNotFound {
				t.Errorf("fresh %v: %s: %d %.40q, %v", fresh, address, w.Code, w.Body, err)
			}
		}
	}
}

func TestFreshFilesFollowTheDisk(t *testing.T) {
	t.Parallel()
	m := files()
	s := load(t, m, true)
	if got := path(t, s, "js/live.js"); got != "/static/js/live.js" {
		t.Errorf("the name is %s", got)
	}
	edited := strings.Repeat("edited()\n", 50) // so long that a compressed form would be smaller
	m["js/live.js"] = &fstest.MapFile{Data: []byte(edited)}
	if w, err := get(t, s, "/static/js/live.js", "Accept-Encoding", "gzip, br"); err != nil || w.Body.String() != edited || w.Header().Get("Cache-Control") != "no-cache" {
		t.Errorf("%q, %v, %v", w.Body, w.Header(), err)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	s := load(t, files(), false)
	if s.Check("js/live.js", 0) != nil || s.Check("js/live.js", 1) == nil || s.Check("js/gone.js", 0) == nil {
		t.Error("Check tells wrong calls from right ones wrongly")
	}
}
