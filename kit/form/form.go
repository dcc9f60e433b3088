// Package form reads what a visitor sent and remembers what was wrong with it.
package form

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/labstack/echo/v4"

	"superbook/kit/problem"
)

// Form is anything that can be read and checked.
type Form interface {
	Check()
	OK() bool
}

// Errors goes inside every form. Templates ask it: {{.Form.Error "message"}}.
// Embed it without a form tag: echo's binder refuses one on an embedded struct.
type Errors struct {
	wrong  map[string]string
	fields []string // in the order in which they were found wrong
}

// Need records words against a field unless ok holds. The first words stay.
func (e *Errors) Need(field string, ok bool, words string) {
	if ok || e.wrong[field] != "" {
		return
	}
	if e.wrong == nil {
		e.wrong = map[string]string{}
	}
	e.wrong[field] = words
	e.fields = append(e.fields, field)
}

// OK says whether nothing was wrong.
func (e Errors) OK() bool { return len(e.wrong) == 0 }

// Error gives the words for one field, or "".
func (e Errors) Error(field string) string { return e.wrong[field] }

// Fields lists the fields that have words, in the order of the checks.
func (e Errors) Fields() []string { return slices.Clone(e.fields) }

// All gives every field with its words.
func (e Errors) All() map[string]string { return maps.Clone(e.wrong) }

// Read fills the form from the request body and checks it. The error is a
// problem.Problem when the body cannot be read at all.
func Read(c echo.Context, f Form) (ok bool, err error) {
	if err := Body(c, f); err != nil {
		return false, err
	}
	f.Check()
	return f.OK(), nil
}

// Body fills a struct from the request body, and leaves it unchecked.
func Body(c echo.Context, into any) error {
	if err := (&echo.DefaultBinder{}).BindBody(c, into); err != nil {
		return fmt.Errorf("read the form: %w", err)
	}
	return nil
}

// Query fills a struct from the query of the URL, by its query tags. A value
// that does not fit its field is a page that is not there.
func Query(c echo.Context, into any) error {
	if err := (&echo.DefaultBinder{}).BindQueryParams(c, into); err != nil {
		return problem.NotFound("There is no such page. Check the address.").Because(err)
	}
	return nil
}

// Line tidies a field of one line: control characters go, runs of space become
// one, ends are trimmed, and broken UTF-8 is replaced.
func Line(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "�"))
	return strings.Join(strings.Fields(s), " ")
}

// Text tidies a field of several lines: line ends become \n, other control
// characters go, and broken UTF-8 is replaced.
func Text(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "�"), "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}
