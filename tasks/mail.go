package tasks

import (
	"context"
	"html"
	"strings"
	"time"

	"superbook/kit/mail"
	"superbook/kit/queue"
	"superbook/kit/render"
)

// send renders a mail, whose template has a subject, a text and an HTML part,
// and sends it to one address.
func (d *Deps) send(ctx context.Context, to string, page render.Page) error {
	return d.sendAs(ctx, "", to, page)
}

// sendAs is send of a mail with a key, by which it is known again when it comes twice.
func (d *Deps) sendAs(ctx context.Context, key, to string, page render.Page) error {
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
		Key: key, To: to, Subject: strings.TrimSpace(html.UnescapeString(block[0])),
		Text: strings.TrimSpace(html.UnescapeString(block[1])) + "\n", HTML: block[2],
	})
}

// link is the whole address of a named path, as a mail needs it.
func (d *Deps) link(name string, args ...any) (string, error) {
	path, err := d.Path(name, args...)
	return d.BaseURL + path, err
}

// mailPolicy keeps trying for an hour and more, as a mail server may be down. A
// mail that comes twice, after a crash, does no harm.
func mailPolicy(title, idempotence string) queue.Policy {
	return queue.Policy{
		Title: title, Queue: QueueMail, Attempts: 8, Backoff: queue.Doubling(30*time.Second, time.Hour),
		Deadline: time.Minute, Idempotence: idempotence,
	}
}
