package tasks

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	"superbook/kit/form"
	"superbook/kit/outbound"
	"superbook/kit/webhook"
	"superbook/models"
)

// answerRead is how much of an answer is read, answerKept how much is kept.
const answerRead, answerKept = 4 << 10, 1 << 10

// Caller calls webhooks.
type Caller struct {
	Client *http.Client
	Local  bool   // addresses that are not public may be called
	Agent  string // who calls, for the receiver's log
	turns  turns
}

// NewCaller makes a caller that calls public addresses only, unless local ones
// are wanted. site is its own address.
func NewCaller(local bool, site string) *Caller {
	return &Caller{Client: outbound.NewClient(outbound.Config{Local: local}), Local: local, Agent: "SuperBook-Webhooks/1 (+" + site + ")"}
}

// answer is what came of a call.
type answer struct {
	models.DeliveryAttempt
	after time.Duration // what the receiver asked for in Retry-After, or 0
}

// call makes one attempt. That the receiver answers badly, or not at all, is an
// answer; an error is our own.
func (c *Caller) call(ctx context.Context, m models.Outgoing) (a answer, err error) {
	begin := time.Now()
	req, err := c.request(ctx, m, begin)
	if err != nil {
		return a, err
	}
	a.CreatedAt, a.Request = begin.UTC().Truncate(time.Microsecond), lines(req.Header)
	if res, err := c.Client.Do(req); err != nil {
		a.Failure = outbound.Words(err)
	} else {
		a.read(res)
		a.after = retryAfter(res.Header.Get("Retry-After"), begin)
	}
	a.Micros = time.Since(begin).Microseconds()
	return a, nil
}

// read notes an answer. Its status says everything, as Standard Webhooks has it:
// what is missing of the body, or does not come in time, changes nothing.
func (a *answer) read(res *http.Response) {
	body, err := io.ReadAll(io.LimitReader(res.Body, answerRead))
	res.Body.Close() //nolint:errcheck // it was read as far as it matters
	a.Status, a.Response = res.StatusCode, lines(res.Header, "Content-Type", "Location", "Retry-After", "Server")
	a.Failure, a.Body = verdictOn(res.StatusCode), excerpt(body)
	if err != nil {
		a.Body += unread
	}
}

// unread stands in the log behind a body that broke off.
const unread = "\n(The rest did not come.)"

func (c *Caller) request(ctx context.Context, m models.Outgoing, now time.Time) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, m.To.URL, bytes.NewReader([]byte(m.Payload)))
	if err != nil {
		return nil, fmt.Errorf("call a webhook: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", c.Agent)
	if err := webhook.Sign(req.Header, m.MessageID, []byte(m.Payload), now, m.To.Secrets(now)...); err != nil {
		return nil, err
	}
	// The receiver knows the message again by its number, so net/http may send it a
	// second time when a kept connection turns out to be closed. An empty value is
	// not sent.
	req.Header["Idempotency-Key"] = []string{}
	return req, nil
}

// lines writes headers down, those that are named or else all, each on a line.
func lines(h http.Header, names ...string) string {
	if len(names) == 0 {
		names = []string{"Content-Type", "User-Agent", webhook.HeaderID, webhook.HeaderTimestamp, webhook.HeaderSignature}
	}
	var b strings.Builder
	for _, name := range names {
		if value := h.Get(name); value != "" {
			fmt.Fprintf(&b, "%s: %s\n", textproto.CanonicalMIMEHeaderKey(name), cut(form.Line(value), 300))
		}
	}
	return b.String()
}

// excerpt is the beginning of a body as text that a page and any database take.
func excerpt(body []byte) string { return cut(form.Text(string(body)), answerKept) }

// cut ends a text after so many bytes, between two characters.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// verdictOn is the words for a status that is no success, or "".
func verdictOn(status int) string {
	switch {
	case status >= 200 && status < 300:
		return ""
	case status >= 300 && status < 400:
		return fmt.Sprintf("The receiver answered %d, which leads elsewhere, and we do not follow. Enter the address that it leads to.", status)
	case status == http.StatusGone:
		return "The receiver answered 410: it is gone for good."
	}
	return fmt.Sprintf("The receiver answered %d, and only 200 to 299 counts as received.", status)
}

// retryAfter reads the header in both of its forms (RFC 9110, 10.2.3).
func retryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	} else if errors.Is(err, strconv.ErrRange) {
		return retryAfterMost
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}
