package render_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// Every place in a template where a call can stand.
func TestCallsAreFoundWhereverTheyStand(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"plain":          `{{url "x" 1}}`,
		"in a pipeline":  `{{url "x" 1 | shout}}`,
		"at its end":     `{{1 | url "x" 1}}`,
		"in parentheses": `{{shout (url "x" 1)}}`,
		"as a condition": `{{if eq "a" (url "x" 1)}}{{end}}`,
		"inside if":      `{{if .Items}}{{url "x" 1}}{{end}}`,
		"inside else":    `{{if .Items}}{{else}}{{url "x" 1}}{{end}}`,
		"inside range":   `{{range .Items}}{{url "x" 1}}{{else}}{{end}}`,
		"inside with":    `{{with .Title}}{{url "x" 1}}{{end}}`,
		"else with":      `{{with .Title}}{{else with .Items}}{{url "x" 1}}{{end}}`,
		"in a variable":  `{{$a := url "x" 1}}{{$a}}`,
		"for a partial":  `{{template "item" (url "x" 1)}}`,
		"in a define":    `{{block "more" .}}{{url "x" 1}}{{end}}`,
		"in an address":  `<a href="{{url "x" 1}}">x</a>`,
	} {
		m := files()
		m["pages/calls.html"] = &fstest.MapFile{Data: []byte(`{{define "content"}}` + text + `{{end}}`)}
		var met []string
		err := load(t, m, false).CheckCalls("url", func(literal string, args int) error {
			met = append(met, fmt.Sprint(literal, args))
			return nil
		})
		if err != nil || !slices.Contains(met, "x1") {
			t.Errorf("%s: met %v, %v", name, met, err)
		}
	}
}

func TestRefusedCallNamesItsTemplate(t *testing.T) {
	t.Parallel()
	no := errors.New("no such path")
	for text, want := range map[string]string{
		`{{url "nowhere"}}`: "no such path",
		`{{url .Title}}`:    "literal string",
		`{{url}}`:           "literal string",
	} {
		m := files()
		m["partials/item.html"] = &fstest.MapFile{Data: []byte(`{{define "item"}}` + text + `{{end}}`)}
		err := load(t, m, false).CheckCalls("url", func(string, int) error { return no })
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "partials/item.html") {
			t.Errorf("%s: %v", text, err)
		}
	}
	if err := load(t, files(), false).CheckCalls("url", func(string, int) error { return no }); err != nil {
		t.Errorf("templates without a call: %v", err)
	}
}
