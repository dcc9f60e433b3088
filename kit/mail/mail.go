// Package mail sends mails: by SMTP, to the log, or into a folder where
// developers can read them.
package mail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/mail"
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

// Message is one mail to one person. Key and HTML may be empty.
type Message struct {
	// Key makes the same mail known again when it is sent twice: its Message-ID comes
	// of it. Without one each sending has a Message-ID of its own.
	Key     string `json:"key,omitempty"`
	To      string `json:"to"`
	Subject string `json:"subject"`
	Text    string `json:"text"`
	HTML    string `json:"html,omitempty"`
}

// Sender delivers a message, or hands it to somebody who will.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// ErrRefused is a message that cannot be sent as it is: trying again is in vain.
var ErrRefused = errors.New("mail: message refused")

// Open makes the sender for a URL:
//
//	smtp://user:password@host:587   with STARTTLS; add ?tls=try or ?tls=off to do without
//	smtps://user:password@host:465  TLS from the first byte
//	log:                            written to log, with the text, and never sent
//
// from is the sender's address, "Name <name@host>" or only the address.
func Open(rawURL, from string, log *slog.Logger) (Sender, error) {
	sender, err := mail.ParseAddress(from)
	if err != nil {
		return nil, fmt.Errorf("mail: sender address %q: %w", from, err)
	}
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, errors.New("mail: the URL cannot be read") // the cause would show the password
	}
	switch u.Scheme {
	case "smtp", "smtps":
		return newSMTP(u, sender)
	case "log":
		if log == nil {
			log = slog.Default()
		}
		return logSender{log}, nil
	}
	return nil, fmt.Errorf("mail: URLs begin with smtp://, smtps:// or log:, not %q", u.Scheme)
}

type logSender struct{ log *slog.Logger }

func (s logSender) Send(ctx context.Context, m Message) error {
	if _, err := check(m); err != nil {
		return err
	}
	s.log.InfoContext(ctx, "mail", "to", m.To, "subject", m.Subject, "text", m.Text)
	return nil
}

// keyForm is less than a Message-ID may hold, and needs no quotes.
var keyForm = regexp.MustCompile(`^[A-Za-z0-9-]*$`)

// check parses the recipient. Control characters, newlines above all, are
// refused in everything that becomes a header or an SMTP command.
func check(m Message) (*mail.Address, error) {
	if strings.ContainsFunc(m.To, unicode.IsControl) || strings.ContainsFunc(m.Subject, unicode.IsControl) {
		return nil, fmt.Errorf("%w: control characters in recipient or subject", ErrRefused)
	}
	if !keyForm.MatchString(m.Key) {
		return nil, fmt.Errorf("%w: the key %q has other characters than letters, digits and -", ErrRefused, m.Key)
	}
	if strings.TrimSpace(m.Subject) == "" || m.Text == "" {
		return nil, fmt.Errorf("%w: no subject or no text", ErrRefused)
	}
	to, err := mail.ParseAddress(m.To)
	if err != nil || strings.ContainsFunc(to.Name+to.Address, unicode.IsControl) {
		return nil, fmt.Errorf("%w: recipient is no mail address", ErrRefused)
	}
	return to, nil
}
