package debug_test

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/labstack/echo/v4"

	"superbook/kit/async"
	"superbook/kit/debug"
)

// program is a folder with one view, as a reader of source finds it.
func program(t *testing.T) debug.Reader {
	t.Helper()
	root := t.TempDir()
	source := "package debug_test\n\n// Show fails.\nfunc (s *shop) Show(echo.Context) error {\n\treturn nil\n}\n"
	if err := os.MkdirAll(filepath.Join(root, "kit", "debug_test"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "kit", "debug_test", "shop.go"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	lines := make([]string, 30)
	for i := range lines {
		lines[i] = fmt.Sprintf("line %d", i+1)
	}
	lines[14] = "{{.Nothing.Here}}"
	return debug.Reader{Root: root, Module: "superbook", Templates: fstest.MapFS{
		"pages/shop.html": {Data: []byte(strings.Join(lines, "\n"))},
	}}
}

type shop struct{}

func (s *shop) Show(echo.Context) error { return nil }

func TestTemplateErrorShowsItsLines(t *testing.T) {
	t.Parallel()
	r := program(t)
	text, err := r.Templates.Open("pages/shop.html")
	if err != nil {
		t.Fatal(err)
	}
	b, _ := io.ReadAll(text)
	failed := template.Must(template.New("pages/shop.html").Parse(string(b))).Execute(io.Discard, struct{ Nothing *struct{ Here int } }{})
	_, unparsed := template.New("pages/shop.html").Parse(strings.Replace(string(b), "{{.Nothing.Here}}", "{{if}}", 1))
	for name, err := range map[string]error{"when shown": failed, "when parsed": unparsed} {
		rep := r.Explain(fmt.Errorf("render: %w", err), debug.Request{})
		if len(rep.Frames) != 1 || rep.Frames[0].File != "templates/pages/shop.html" || rep.Frames[0].Line != 15 {
			t.Fatalf("%s (%v): the places are %+v", name, err, rep.Frames)
		}
		lines := rep.Frames[0].Lines
		if len(lines) != 13 || lines[0].Number != 9 || lines[0].Text != "line 9" || lines[12].Number != 21 {
			t.Errorf("%s: the lines are %+v", name, lines)
		}
		for _, l := range lines {
			if l.Hot != (l.Number == 15) {
				t.Errorf("%s: line %d is marked: %v", name, l.Number, l.Hot)
			}
		}
		if len(rep.Chain) < 2 || !strings.HasPrefix(rep.Message, "render: ") {
			t.Errorf("%s: %q, %v", name, rep.Message, rep.Chain)
		}
	}
	rep := r.Explain(errors.New("template: pages/gone.html:3: oh"), debug.Request{})
	if len(rep.Frames) != 1 || rep.Frames[0].Lines != nil {
		t.Errorf("a template that is gone: %+v", rep.Frames)
	}
}

func TestViewShowsWhereItStands(t *testing.T) {
	t.Parallel()
	r := program(t)
	rep := r.Explain(errors.New("oh"), debug.Request{View: new(shop).Show, Route: "shop", Path: "/shop"})
	if len(rep.Frames) != 1 || rep.Frames[0].File != "kit/debug_test/shop.go" || rep.Frames[0].Line != 4 ||
		rep.Frames[0].Title != "View superbook/kit/debug_test.(*shop).Show" {
		t.Errorf("the places are %+v", rep.Frames)
	}
	if rep.Request.View != "superbook/kit/debug_test.(*shop).Show" || rep.Request.Route != "shop" || rep.Request.Path != "/shop" {
		t.Errorf("the request is %+v", rep.Request)
	}
	r.Root = t.TempDir() // the binary runs elsewhere
	if rep := r.Explain(errors.New("oh"), debug.Request{View: new(shop).Show}); len(rep.Frames) != 0 {
		t.Errorf("without source: %+v", rep.Frames)
	}
}

func TestPanicShowsThePlacesOfTheProgram(t *testing.T) {
	t.Parallel()
	_, err := async.Guard(t.Context(), func(context.Context) (int, error) { return fall(nil) })
	r := program(t)
	root, wdErr := filepath.Abs("../..")
	if wdErr != nil {
		t.Fatal(wdErr)
	}
	r.Root = root
	rep := r.Explain(fmt.Errorf("view: %w", err), debug.Request{})
	if strings.Contains(rep.Message, "\n") || !strings.Contains(rep.Message, "nil pointer") {
		t.Errorf("the message is %q", rep.Message)
	}
	if len(rep.Frames) == 0 || rep.Frames[0].File != "kit/debug/debug_test.go" || !strings.Contains(rep.Frames[0].Title, "fall") {
		t.Fatalf("the places are %+v", rep.Frames)
	}
	for _, f := range rep.Frames {
		if strings.Contains(f.File, "runtime/") || strings.Contains(f.Title, "testing.") {
			t.Errorf("a place of somebody else: %s %s", f.Title, f.File)
		}
	}
	hot := ""
	for _, l := range rep.Frames[0].Lines {
		if l.Hot {
			hot = l.Text
		}
	}
	if !strings.Contains(hot, "return *n, nil") {
		t.Errorf("the line that is marked is %q", hot)
	}
	for _, c := range rep.Chain {
		if strings.Contains(c, "goroutine ") {
			t.Errorf("a stack among the errors: %s", c)
		}
	}
}

func fall(n *int) (int, error) {
	return *n, nil
}

func TestSecretsOfTheRequestAreMasked(t *testing.T) {
	t.Parallel()
	h := httptest.NewRequest(http.MethodPost, "/reset/tell-nobody/x?token=tell-nobody&q=fog+bank", nil)
	for _, name := range []string{"Cookie", "Authorization", "Proxy-Authorization", "X-Csrf-Token", "X-Client-Secret", "Referer"} {
		h.Header.Set(name, "tell-nobody")
	}
	h.Header.Set("Accept", "text/html")
	h.Form = url.Values{"password": {"tell-nobody"}, "old_password": {"tell-nobody"}, "Password2": {"tell-nobody"},
		"name": {"Night", "Heron"}, "token": {"tell-nobody"}}
	seen := program(t).Explain(errors.New("oh"), debug.Request{HTTP: h, Path: "/reset/:token/x"}).Request
	if strings.Contains(fmt.Sprint(seen), "tell-nobody") {
		t.Errorf("a secret shows: %+v", seen)
	}
	if seen.Method != "POST" || seen.URL != "/reset/(not shown)/x?q=fog+bank&token=(not+shown)" {
		t.Errorf("the request is %s %s", seen.Method, seen.URL)
	}
	if !strings.Contains(fmt.Sprint(seen.Headers), "{Accept text/html}") || !strings.Contains(fmt.Sprint(seen.Form), "{name Night, Heron}") {
		t.Errorf("what is no secret is missing: %+v", seen)
	}
	for i := range len(seen.Headers) - 1 {
		if seen.Headers[i].Name > seen.Headers[i+1].Name {
			t.Error("the headers are in no order")
		}
	}
}
