package mail

import (
	"context"
	"errors"
	"net/mail"
	"slices"
	"strings"
	"testing"

	gomail "github.com/wneessen/go-mail"
)

const from = "The Site <site@ours.test>"

var hello = Message{To: "Ana <ana@other.test>", Subject: "Grüße", Text: "Open this link.\n.\nBye.", HTML: "<p>Open this link.</p>"}

func open(t *testing.T, url string) *smtpSender {
	t.Helper()
	s, err := Open(url, from, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s.(*smtpSender)
}

func TestSMTP(t *testing.T) {
	t.Parallel()
	s := (&smtpServer{}).start(t)
	if err := open(t, s.url("smtp", "", "")).Send(t.Context(), hello); err != nil {
		t.Fatal(err)
	}
	commands, mails := s.transcript()
	for _, want := range []string{"MAIL FROM:<site@ours.test> BODY=8BITMIME", "RCPT TO:<ana@other.test>"} {
		if !slices.Contains(commands, want) {
			t.Errorf("%q is not in %q", want, commands)
		}
	}
	if len(mails) != 1 {
		t.Fatalf("%d mails", len(mails))
	}
	m, err := mail.ReadMessage(strings.NewReader(mails[0]))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"From": `"The Site" <site@ours.test>`, "To": `"Ana" <ana@other.test>`, "Subject": "=?UTF-8?q?Gr=C3=BC=C3=9Fe?=",
	} {
		if got := m.Header.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	for _, name := range []string{"Date", "Message-Id"} {
		if m.Header.Get(name) == "" {
			t.Errorf("no %s", name)
		}
	}
	for _, part := range []string{"multipart/alternative", "text/plain", "text/html", "Open this link.", "Bye."} {
		if !strings.Contains(mails[0], part) {
			t.Errorf("the mail lacks %q", part)
		}
	}
}

// A mail with a key has the same Message-ID each time; others never do.
func TestMessageIDComesOfTheKey(t *testing.T) {
	t.Parallel()
	server := (&smtpServer{}).start(t)
	sender := open(t, server.url("smtp", "", ""))
	keyed := hello
	keyed.Key = "digest-12ab"
	for _, m := range []Message{keyed, keyed, hello, hello} {
		if err := sender.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	_, mails := server.transcript()
	var ids []string
	for _, text := range mails {
		m, err := mail.ReadMessage(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, m.Header.Get("Message-Id"))
	}
	if len(ids) != 4 || ids[0] != "<digest-12ab@ours.test>" || ids[1] != ids[0] || ids[2] == ids[3] {
		t.Errorf("the Message-IDs are %q", ids)
	}
	keyed.Key = "a>\r\nBcc: me"
	if err := sender.Send(t.Context(), keyed); !errors.Is(err, ErrRefused) {
		t.Errorf("a key with a line of its own: %v", err)
	}
}

func TestSMTPWithTLSAndPassword(t *testing.T) {
	t.Parallel()
	for _, scheme := range []string{"smtp", "smtps"} {
		config, roots := testTLS(t)
		s := (&smtpServer{tls: config, implicit: scheme == "smtps"}).start(t)
		sender := open(t, s.url(scheme, "me:p%40ss@", "?tls=required"))
		sender.tls.RootCAs = roots
		if err := sender.Send(t.Context(), hello); err != nil {
			t.Fatalf("%s: %v", scheme, err)
		}
		commands, mails := s.transcript()
		if len(mails) != 1 || !slices.Contains(commands, "AUTH PLAIN AG1lAHBAc3M=") {
			t.Errorf("%s: %d mails after %q", scheme, len(mails), commands)
		}
	}
}

func TestSMTPRefusesToGoUnprotected(t *testing.T) {
	t.Parallel()
	config, _ := testTLS(t)
	for name, s := range map[string]*smtpServer{"no STARTTLS": {}, "unknown certificate": {tls: config}} {
		s.start(t)
		err := open(t, s.url("smtp", "me:secret@", "?tls=required")).Send(t.Context(), hello)
		commands, mails := s.transcript()
		if err == nil || len(mails) != 0 || strings.Contains(strings.Join(commands, "\n"), "AUTH") {
			t.Errorf("%s: %v, %q", name, err, commands)
		}
	}
}

func TestSMTPErrors(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		answers map[string]string
		refused bool
	}{
		"no such mailbox": {map[string]string{"RCPT": "550 no such mailbox"}, true},
		"come back later": {map[string]string{"RCPT": "450 come back later"}, false},
		"busy":            {map[string]string{"EHLO": "421 busy", "HELO": "421 busy"}, false},
	} {
		s := (&smtpServer{answers: tc.answers}).start(t)
		err := open(t, s.url("smtp", "", "")).Send(t.Context(), hello)
		if err == nil || errors.Is(err, ErrRefused) != tc.refused {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// When the server has taken the mail, sending it again would be worse than a
// failed goodbye.
func TestSMTPDeliveredButNoGoodbye(t *testing.T) {
	t.Parallel()
	s := (&smtpServer{answers: map[string]string{"QUIT": "500 no"}}).start(t)
	if err := open(t, s.url("smtp", "", "")).Send(t.Context(), hello); err != nil {
		t.Fatal(err)
	}
}

func TestSMTPServerFallsSilent(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"EHLO", "MAIL", "DATA"} {
		s := (&smtpServer{silent: verb}).start(t)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- open(t, s.url("smtp", "", "")).Send(ctx, hello) }()
		<-s.heard
		stop()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", verb, err)
		}
	}
}

func TestTLSPolicy(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]gomail.TLSPolicy{
		"smtp://mail.test":               gomail.TLSMandatory,
		"smtp://mail.test?tls=try":       gomail.TLSOpportunistic,
		"smtp://mail.test?tls=off":       gomail.NoTLS,
		"smtp://localhost:1025":          gomail.TLSOpportunistic,
		"smtp://[::1]:1025":              gomail.TLSOpportunistic,
		"smtp://[::1]:1025?tls=required": gomail.TLSMandatory,
	} {
		if got := open(t, url).policy; got != want {
			t.Errorf("%s: %s, want %s", url, got, want)
		}
	}
}
