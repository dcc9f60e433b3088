// Package problem names the ways a request can go wrong that a visitor may be
// told about. Any other error is ours and is shown only as "something broke".
package problem

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// Problem is an error with words that are safe to show, in the terms of RFC 9457.
type Problem struct {
	Status     int               // HTTP status
	Title      string            // what it is, the same for every occurrence
	Detail     string            // what happened this time and what to do next
	Fields     map[string]string // words for each refused form field, if it was a form
	RetryAfter time.Duration     // when trying again makes sense; zero says nothing
	cause      error
}

// Error joins the words with the cause, for logs.
func (p *Problem) Error() string {
	words := p.Detail
	if words == "" {
		words = p.Title
	}
	if p.cause == nil {
		return words
	}
	return words + ": " + p.cause.Error()
}

// Unwrap gives the cause, which is never shown to visitors.
func (p *Problem) Unwrap() error { return p.cause }

// Because returns the problem with a cause for the log.
func (p *Problem) Because(cause error) *Problem {
	with := *p
	with.cause = cause
	return &with
}

// New is a problem with the status's own title.
func New(status int, detail string) *Problem {
	return &Problem{Status: status, Title: title(status), Detail: detail}
}

// NotFound says that there is nothing here, or nothing that this visitor may see.
func NotFound(detail string) *Problem { return New(http.StatusNotFound, detail) }

// Forbidden refuses somebody who is known, or whose request comes from elsewhere.
func Forbidden(detail string) *Problem { return New(http.StatusForbidden, detail) }

// LoginNeeded asks a stranger to log in first.
func LoginNeeded() *Problem {
	return New(http.StatusUnauthorized, "Log in first, then try again.")
}

// TooLarge refuses a body over its limit.
func TooLarge(detail string) *Problem { return New(http.StatusRequestEntityTooLarge, detail) }

// TooMany asks the visitor to slow down and says for how long.
func TooMany(wait time.Duration) *Problem {
	p := New(http.StatusTooManyRequests, "That was a lot of tries. Wait a little, then try again.")
	p.RetryAfter = wait
	return p
}

// Refused is a form that was not accepted, with words beside each field.
func Refused(fields map[string]string) *Problem {
	p := New(http.StatusUnprocessableEntity, "Some of it needs another look.")
	p.Fields = fields
	return p
}

// Of finds the problem inside err. Echo's own errors are translated; anything
// else becomes an internal error whose words say nothing about the cause.
func Of(err error) *Problem {
	if p := (*Problem)(nil); errors.As(err, &p) {
		return p
	}
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		return TooLarge("That is more than we can take. Send something smaller.").Because(err)
	}
	if he := (*echo.HTTPError)(nil); errors.As(err, &he) {
		return New(he.Code, detail(he.Code)).Because(he.Internal)
	}
	return New(http.StatusInternalServerError, detail(http.StatusInternalServerError)).Because(err)
}

func title(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return "Please log in"
	case http.StatusForbidden:
		return "Not allowed"
	case http.StatusNotFound:
		return "Not found"
	case http.StatusMethodNotAllowed:
		return "Not possible here"
	case http.StatusRequestEntityTooLarge:
		return "Too large"
	case http.StatusUnprocessableEntity:
		return "Needs another look"
	case http.StatusTooManyRequests:
		return "Slow down a little"
	case http.StatusInternalServerError:
		return "Something broke on our side"
	}
	return http.StatusText(status)
}

func detail(status int) string {
	switch status {
	case http.StatusNotFound:
		return "There is no such page. It may have moved, or the link may be wrong."
	case http.StatusMethodNotAllowed:
		return "This page does not take that kind of request."
	case http.StatusRequestEntityTooLarge:
		return "That is more than we can take. Send something smaller."
	case http.StatusBadRequest, http.StatusUnsupportedMediaType:
		return "We could not read that request. Go back and try again."
	case http.StatusServiceUnavailable:
		return "We are not ready yet. Try again in a moment."
	}
	if status >= http.StatusInternalServerError {
		return "It is not your fault. Try again in a moment."
	}
	return ""
}
