package form_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"superbook/kit/form"
	"superbook/kit/problem"
)

type note struct {
	form.Errors `json:"-"`
	Title       string `form:"title" json:"title"`
	Copies      int    `form:"copies" json:"copies"`
}

func (n *note) Check() {
	n.Title = form.Line(n.Title)
	n.Need("title", n.Title != "", "Give it a title.")
	n.Need("copies", n.Copies > 0, "At least one.")
}

func posted(kind, body string) echo.Context {
	r := httptest.NewRequest(http.MethodPost, "/?title=from+the+query", strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	return echo.New().NewContext(r, httptest.NewRecorder())
}

const (
	encoded = "application/x-www-form-urlencoded"
	asJSON  = "application/json"
)

func TestReadFillsAndChecks(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		kind, body string
		ok         bool
		title      string
		wrong      string // the field
	}{
		"form":              {encoded, "title=+Fog++signals&copies=2", true, "Fog signals", ""},
		"JSON":              {asJSON, `{"title":"Fog signals","copies":2}`, true, "Fog signals", ""},
		"something missing": {encoded, "title=Fog", false, "Fog", "copies"},
		"JSON, missing":     {asJSON, `{"copies":2}`, false, "", "title"},
	} {
		var n note
		ok, err := form.Read(posted(tt.kind, tt.body), &n)
		if err != nil || ok != tt.ok || n.Title != tt.title || (n.Error(tt.wrong) != "") == tt.ok {
			t.Errorf("%s: %v, %v, %+v", name, ok, err, n)
		}
	}
}

func TestReadRefusesWhatItCannotRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]echo.Context{
		"broken JSON":       posted(asJSON, `{"title":`),
		"a wrong type":      posted(asJSON, `{"copies":"many"}`),
		"letters as number": posted(encoded, "copies=many"),
		"an unknown type":   posted("application/pdf", "%PDF"),
	} {
		_, err := form.Read(c, &note{})
		if p := problem.Of(err); err == nil || p.Status != 400 && p.Status != 415 {
			t.Errorf("%s: %v", name, err)
		}
	}
	c := posted(encoded, "title="+strings.Repeat("x", 100))
	c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, 10)
	_, err := form.Read(c, &note{})
	if large := (*http.MaxBytesError)(nil); !errors.As(err, &large) {
		t.Errorf("a body beyond its bound: %v", err)
	}
}

func TestFirstWordsStay(t *testing.T) {
	t.Parallel()
	var e form.Errors
	e.Need("a", true, "no")
	if !e.OK() || e.Error("a") != "" || len(e.All()) != 0 {
		t.Errorf("nothing is wrong, and yet %v", e.All())
	}
	e.Need("a", false, "first")
	e.Need("a", false, "second")
	e.Need("a", true, "third")
	if e.OK() || e.Error("a") != "first" {
		t.Errorf("kept %q", e.Error("a"))
	}
	e.All()["b"] = "from outside"
	if e.Error("b") != "" {
		t.Error("whoever asks for all can change the form")
	}
}

func TestQuery(t *testing.T) {
	t.Parallel()
	type list struct {
		Page int    `query:"page"`
		Q    string `query:"q"`
	}
	ask := func(q url.Values) (l list, err error) {
		r := httptest.NewRequest(http.MethodGet, "/?"+q.Encode(), nil)
		return l, form.Query(echo.New().NewContext(r, httptest.NewRecorder()), &l)
	}
	if _, err := ask(url.Values{"page": {"3"}, "q": {"fog"}}); err != nil {
		t.Error(err)
	}
	if _, err := ask(url.Values{"page": {"three"}}); problem.Of(err).Status != http.StatusNotFound {
		t.Errorf("page three: %v", err)
	}
}

func TestTidy(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "", "  a \t b\n c ": "a b c", "a\x00b\x7fc": "a b c", "a\xffb": "a\ufffdb", "\u00a0x\u2003": "x",
	} {
		if got := form.Line(in); got != want {
			t.Errorf("Line(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"": "", " a\r\nb ": "a\nb", "a\n\n b\tc": "a\n\n b\tc", "a\x00\x1bb\x7f": "ab", "a\xff": "a\ufffd",
	} {
		if got := form.Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
}
