package tasks

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"gorm.io/gorm"

	"superbook/kit/form"
	"superbook/kit/queue"
	"superbook/models"
)

// MailDigest tells one subscriber what happened in a week.
type MailDigest struct {
	SubscriberID int64     `json:"subscriber_id"`
	From         time.Time `json:"from"` // the Monday of the week
}

// Kind names the job in the queue. Jobs outlive deploys, so it never changes.
func (MailDigest) Kind() string { return "mail.digest" }

// Policy is that of every mail.
func (MailDigest) Policy() queue.Policy {
	p := mailPolicy("Mail a digest", "the row of the subscriber and the week, which says when it was sent")
	p.Priority = 4 // nobody waits for it, and others wait for theirs
	return p
}

// DigestMail is the mail.
type DigestMail struct {
	Week      models.Week
	Posts     []DigestItem
	Heroes    []DigestItem
	Sightings []DigestItem
	Leave     string // the link that unsubscribes
}

// DigestItem is one line of a digest, with the page that shows more.
type DigestItem struct{ Words, Link string }

// Template names the mail's template.
func (DigestMail) Template() string { return "mail/digest" }

const digestItems = 5 // of each sort

// leaveLife is how long the link in a digest unsubscribes: until long after the next.
const leaveLife = 60 * 24 * time.Hour

type mailDigestWorker struct {
	d  *Deps
	mu sync.Mutex
	// The last digest that was made, and when: the mails of a week say the same.
	made DigestMail
	at   time.Time
}

// Work sends nothing to who has left, or has it already.
func (w *mailDigestWorker) Work(ctx context.Context, job *river.Job[MailDigest]) error {
	week := models.Week{From: job.Args.From.UTC(), To: job.Args.From.UTC().AddDate(0, 0, 7)}
	s, err := models.DigestDue(ctx, w.d.DB.Read, job.Args.SubscriberID, week.String())
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil
	} else if err != nil {
		return err
	}
	page, err := w.page(ctx, week)
	if err != nil || len(page.Posts)+len(page.Heroes)+len(page.Sightings) == 0 { // all of it is gone
		return err
	}
	token := w.d.Signer.Sign(NewsletterPurpose, NewsletterPayload(s.ID, models.Unsubscribe), time.Now().Add(leaveLife))
	if page.Leave, err = w.d.link("newsletter.confirm", token); err != nil {
		return err
	}
	if err := w.d.sendAs(ctx, w.d.digestKey(week, s.ID), s.Email, page); err != nil {
		return err
	}
	return w.d.DB.Tx(context.WithoutCancel(ctx), func(tx *gorm.DB) error {
		if err := queue.CompleteTx(ctx, tx, job); err != nil {
			return err
		}
		return models.DigestSent(ctx, tx, s.ID, week.String())
	})
}

// digestKey names the mail of a subscriber and a week, the same however often it is
// sent and on no other site.
func (d *Deps) digestKey(week models.Week, subscriber int64) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %d", d.BaseURL, week, subscriber))
	return "digest-" + hex.EncodeToString(sum[:16])
}

// page is the mail of a week without its link to leave. What was said may be
// deleted any time, so it is not kept for long.
func (w *mailDigestWorker) page(ctx context.Context, week models.Week) (DigestMail, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.made.Week == week && time.Since(w.at) < time.Minute {
		return w.made, nil
	}
	news, err := models.NewsOf(ctx, w.d.DB.Read, week, digestItems)
	if err != nil {
		return DigestMail{}, err
	}
	page, err := w.d.digestMail(week, news)
	if err == nil {
		w.made, w.at = page, time.Now()
	}
	return page, err
}

func (d *Deps) digestMail(week models.Week, news models.News) (page DigestMail, err error) {
	page.Week = week
	add := func(into *[]DigestItem, words, name string, arg any) {
		link, wrong := d.link(name, arg)
		err = errors.Join(err, wrong)
		*into = append(*into, DigestItem{words, link})
	}
	for _, p := range news.Posts {
		add(&page.Posts, fmt.Sprintf("%s: “%s”", p.Author.Name, short(p.Text)), "post", p.ID)
	}
	for _, h := range news.Heroes {
		add(&page.Heroes, h.Name, "user", h.Username)
	}
	for _, s := range news.Sightings {
		add(&page.Sightings, s.Hero.Name+", "+s.Location.Name, "sighting", s.ID)
	}
	return page, err
}

// maxQuote is how much of a post a digest quotes, in characters.
const maxQuote = 120

// short is the beginning of a text, in one line.
func short(text string) string {
	line := form.Line(text)
	if runes := []rune(line); len(runes) > maxQuote {
		return string(runes[:maxQuote]) + "…"
	}
	return line
}
