package views_test

import (
	"net/http"
	"testing"

	"superbook/kit/mail"
	"superbook/site/sitetest"
)

func TestDevelopersSeeTheMails(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	b := s.As(t, stranger)
	b.Get("dev.mail").Is(http.StatusOK).Shows("No mails yet")
	m := mail.Message{To: "wren@example.org", Subject: "Two <lamps>", Text: "Look & see.", HTML: `<p onclick="x()">Look</p>`}
	if err := s.Mails.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	page := b.Get("dev.mail").Is(http.StatusOK).Shows("Two <lamps>", "To wren@example.org", "Look & see.").Hides("No mails yet").HTML()
	frame := page.Find("iframe")
	if got := frame.AttrOr("srcdoc", ""); got != m.HTML {
		t.Errorf("the frame holds %q", got)
	}
	if got := frame.AttrOr("sandbox", "none"); got != "allow-popups allow-popups-to-escape-sandbox" {
		t.Errorf("the frame may do %q", got)
	}
	if page.Find("[onclick]").Length() != 0 {
		t.Error("the mail's HTML became part of the page")
	}
}

func TestNobodySeesMailsInProduction(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	s.Views.Outbox = nil
	for _, b := range []*sitetest.Browser{s.As(t, stranger), s.As(t, s.Staff())} {
		b.Get("dev.mail").Is(http.StatusNotFound)
		if b.Get("home").HTML().Find(`a[href="/dev/mail"]`).Length() != 0 {
			t.Error("a link leads to the mails")
		}
	}
}
