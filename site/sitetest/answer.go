package sitetest

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// Answer is what came back.
type Answer struct {
	t       testing.TB
	Status  int
	Body    string
	Header  http.Header
	Queries int // database queries that the answer took
	what    string
}

// Is checks the status.
func (a *Answer) Is(status int) *Answer {
	a.t.Helper()
	if a.Status != status {
		a.t.Fatalf("%s: status %d, want %d\n%.3000s", a.what, a.Status, status, a.Body)
	}
	return a
}

// Shows checks that the page has each of the words, as a reader sees them.
func (a *Answer) Shows(words ...string) *Answer {
	a.t.Helper()
	text := a.Text()
	for _, w := range words {
		if !strings.Contains(text, w) {
			a.t.Errorf("%s does not show %q:\n%.3000s", a.what, w, text)
		}
	}
	return a
}

// Hides checks that none of the words is anywhere in the answer.
func (a *Answer) Hides(words ...string) *Answer {
	a.t.Helper()
	for _, w := range words {
		if strings.Contains(a.Body, w) || strings.Contains(a.Text(), w) {
			a.t.Errorf("%s shows %q", a.what, w)
		}
	}
	return a
}

// GoesTo checks where a redirect leads.
func (a *Answer) GoesTo(path string) *Answer {
	a.t.Helper()
	if got := a.Header.Get("Location"); got != path {
		a.t.Errorf("%s goes to %q, want %q", a.what, got, path)
	}
	return a
}

// AtMost checks the number of database queries.
func (a *Answer) AtMost(queries int) *Answer {
	a.t.Helper()
	if a.Queries > queries {
		a.t.Errorf("%s took %d queries, want at most %d", a.what, a.Queries, queries)
	}
	return a
}

// HTML parses the page.
func (a *Answer) HTML() *goquery.Document {
	a.t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.Body))
	must(a.t, err)
	return doc
}

// Text is the page as a reader sees it, with single spaces; JSON is as it came.
func (a *Answer) Text() string {
	a.t.Helper()
	if !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
		return a.Body
	}
	return strings.Join(strings.Fields(a.HTML().Find("title, body").Text()), " ")
}

// Value is what a field of a form on the page holds.
func (a *Answer) Value(field string) string {
	a.t.Helper()
	el := a.HTML().Find(`[name="` + field + `"]`)
	if el.Is("textarea") {
		return el.Text()
	}
	if el.Is("[type=radio]") {
		el = el.Filter("[checked]")
	}
	return el.AttrOr("value", "")
}

// Decode reads a JSON answer.
func (a *Answer) Decode(into any) *Answer {
	a.t.Helper()
	if err := json.Unmarshal([]byte(a.Body), into); err != nil {
		a.t.Fatalf("%s is not JSON: %v\n%.1000s", a.what, err, a.Body)
	}
	return a
}
