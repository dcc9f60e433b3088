package mail

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
)

func TestOpen(t *testing.T) {
	t.Parallel()
	for url, wrong := range map[string]string{
		"smtp://mail.test": "", "smtps://me:x@mail.test:465": "", "log:": "",
		"":                           "begin with",
		"http://mail.test":           "begin with",
		"smtp://":                    "no host",
		"smtp://mail.test:99999":     "no port",
		"smtp://mail.test?tls=maybe": "tls is",
		"smtp://me:sec%ret@mail":     "cannot be read",
	} {
		_, err := Open(url, from, nil)
		if (wrong == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), wrong) {
			t.Errorf("Open(%q): %v", url, err)
		}
		if err != nil && strings.Contains(err.Error(), "sec") {
			t.Errorf("the error shows the password: %v", err)
		}
	}
	for _, sender := range []string{"", "nobody", "a@b.test\nBcc: c@d.test"} {
		if _, err := Open("log:", sender, nil); err == nil {
			t.Errorf("sender %q was accepted", sender)
		}
	}
}

func TestPortsByDefault(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]int{"smtp://m.test": 587, "smtps://m.test": 465, "smtp://m.test:25": 25} {
		if got := open(t, url).port; got != want {
			t.Errorf("%s: port %d", url, got)
		}
	}
}

func TestNoSenderLetsHeadersBeForged(t *testing.T) {
	t.Parallel()
	server := (&smtpServer{}).start(t)
	outbox := newOutbox(t)
	var log bytes.Buffer
	senders := map[string]Sender{
		"smtp": open(t, server.url("smtp", "", "")), "outbox": outbox,
		"log": logSender{slog.New(slog.NewTextHandler(&log, nil))},
	}
	for what, m := range map[string]Message{
		"newline in To":         {To: "ana@other.test\r\nBcc: all@other.test", Subject: "s", Text: "t"},
		"newline in a name":     {To: "\"Ana\nBcc: x\" <ana@other.test>", Subject: "s", Text: "t"},
		"encoded newline":       {To: "=?utf-8?q?Ana=0D=0ABcc=3A_x?= <ana@other.test>", Subject: "s", Text: "t"},
		"newline in Subject":    {To: "ana@other.test", Subject: "s\nBcc: all@other.test", Text: "t"},
		"return in Subject":     {To: "ana@other.test", Subject: "s\rBcc: all@other.test", Text: "t"},
		"zero byte in Subject":  {To: "ana@other.test", Subject: "s\x00", Text: "t"},
		"next line in Subject":  {To: "ana@other.test", Subject: "s\u0085x", Text: "t"},
		"two recipients":        {To: "ana@other.test, ben@other.test", Subject: "s", Text: "t"},
		"no address":            {To: "ana", Subject: "s", Text: "t"},
		"command in an address": {To: "<ana@other.test> SIZE=1", Subject: "s", Text: "t"},
		"no recipient":          {Subject: "s", Text: "t"},
		"no subject":            {To: "ana@other.test", Text: "t"},
		"no text":               {To: "ana@other.test", Subject: "s"},
	} {
		for name, sender := range senders {
			if err := sender.Send(t.Context(), m); !errors.Is(err, ErrRefused) {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
	}
	commands, _ := server.transcript()
	kept, err := outbox.List(t.Context())
	if len(commands) != 0 || len(kept) != 0 || log.Len() != 0 || err != nil {
		t.Fatalf("something was sent: %q, %v, %s, %v", commands, kept, &log, err)
	}
}

func TestLog(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	s, err := Open("log:", from, slog.New(slog.NewTextHandler(&b, nil)))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Send(t.Context(), hello); err != nil || !strings.Contains(b.String(), "ana@other.test") || !strings.Contains(b.String(), "Open this link") {
		t.Fatalf("%v, %s", err, &b)
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("ana@other.test", "s")
	f.Add("\"a\r\nb\"@other.test", "s\n")
	f.Add("=?utf-8?q?=0A?= <a@b.test>", "=?utf-8?q?=0A?=")
	sender := &smtpSender{}
	f.Fuzz(func(t *testing.T, to, subject string) {
		addr, err := check(Message{To: to, Subject: subject, Text: "t"})
		if err != nil {
			return
		}
		if strings.ContainsAny(addr.Address+addr.Name+subject, "\r\n\x00") {
			t.Fatalf("%q gave %q", to, addr)
		}
		sender.from = addr
		msg, err := sender.compose(Message{To: to, Subject: subject, Text: "t"})
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if _, err := msg.WriteTo(&b); err != nil {
			return // refused later is refused too
		}
		head, _, _ := strings.Cut(b.String(), "\r\n\r\n")
		for line := range strings.SplitSeq(head, "\r\n") {
			name, _, _ := strings.Cut(line, ":")
			if strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t") {
				continue
			}
			if !strings.Contains("Date MIME-Version Message-ID Subject User-Agent X-Mailer From To Content-Type Content-Transfer-Encoding", name) {
				t.Fatalf("header %q from %q, %q", line, to, subject)
			}
		}
	})
}
