package tasks

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/riverqueue/river"
	"gorm.io/gorm"

	"superbook/kit/queue"
	"superbook/models"
)

// MailNewsletterLink sends the link that fulfils a wish. The look-up happens
// here and not in the view, which therefore cannot tell who is subscribed.
type MailNewsletterLink struct {
	Email string      `json:"email"`
	Wish  models.Wish `json:"wish"`
}

// Kind names the job in the queue. Jobs outlive deploys, so it never changes.
func (MailNewsletterLink) Kind() string { return "mail.newsletter_link" }

// Policy is that of every mail.
func (MailNewsletterLink) Policy() queue.Policy {
	return mailPolicy("Mail a link to the newsletter", "the address: a second mail carries the same link")
}

// NewsletterPurpose is what links to the newsletter are signed for.
const NewsletterPurpose = "newsletter-link"

// newsletterLinkLife is how long a link works, and an unconfirmed address is kept.
const newsletterLinkLife = 24 * time.Hour

// NewsletterMail is the mail with the link.
type NewsletterMail struct {
	Wish models.Wish
	Link string
}

// Template names the mail's template.
func (NewsletterMail) Template() string { return "mail/newsletter" }

type mailNewsletterLinkWorker struct{ d *Deps }

// Work sends nothing when there is nothing to do for the address. It may send a
// mail twice after a crash, which does no harm.
func (w *mailNewsletterLinkWorker) Work(ctx context.Context, job *river.Job[MailNewsletterLink]) error {
	var s models.Subscriber
	err := w.d.DB.Tx(ctx, func(tx *gorm.DB) (err error) {
		s, err = models.AskNewsletter(ctx, tx, job.Args.Email, job.Args.Wish)
		return err
	})
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil
	} else if err != nil {
		return err
	}
	payload := NewsletterPayload(s.ID, job.Args.Wish)
	link, err := w.d.link("newsletter.confirm", w.d.Signer.Sign(NewsletterPurpose, payload, time.Now().Add(newsletterLinkLife)))
	if err != nil {
		return err
	}
	return w.d.send(ctx, s.Email, NewsletterMail{job.Args.Wish, link})
}

// NewsletterPayload is what a link to the newsletter carries. Numbers are never
// used again, so that an old link means nobody who subscribes later.
func NewsletterPayload(id int64, w models.Wish) string {
	return string(w) + ":" + strconv.FormatInt(id, 10)
}

// NewsletterWish reads a payload.
func NewsletterWish(payload string) (id int64, w models.Wish, err error) {
	wish, number, _ := strings.Cut(payload, ":")
	if id, err = strconv.ParseInt(number, 10, 64); err != nil {
		return 0, "", fmt.Errorf("read the newsletter link: %w", err)
	}
	return id, models.Wish(wish), nil
}
