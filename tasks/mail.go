package tasks

import (
	"context"
	"html"
	"strings"

	"superbook/kit/mail"
	"superbook/kit/render"
)

// send renders a mail, whose template has a subject, a text and an HTML part,
// and sends it to one address.
func (d *Deps) send(ctx context.Context, to string, page render.Page) error {
	var block [3]string
	for i, name := range []string{"subject", "text", "html"} {
		text, err := d.Pages.Block(page, name)
		if err != nil {
			return err
		}
		block[i] = text
	}
	// Subject and text are no HTML; html/template escaped them all the same.
	return d.Mail.Send(ctx, mail.Message{
		To: to, Subject: strings.TrimSpace(html.UnescapeString(block[0])),
		Text: strings.TrimSpace(html.UnescapeString(block[1])) + "\n", HTML: block[2],
	})
}

// link is the whole address of a named path, as a mail needs it.
func (d *Deps) link(name string, args ...any) (string, error) {
	path, err := d.Path(name, args...)
	return d.BaseURL + path, err
}
