package tasks

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/riverqueue/river"

	"superbook/kit/auth"
	"superbook/kit/queue"
	"superbook/models"
)

// MailPasswordLink sends the links for a new password to whoever owns the
// address. The look-up happens here and not in the view, so that the view
// takes the same time whether an account exists or not.
type MailPasswordLink struct {
	Email string `json:"email"`
}

// Kind names the job in the queue. Jobs outlive deploys, so it never changes.
func (MailPasswordLink) Kind() string { return "mail.password_link" }

// Policy is that of every mail.
func (MailPasswordLink) Policy() queue.Policy {
	return mailPolicy("Mail a link for a new password", "the address: a second mail carries a link that does the same")
}

// PasswordPurpose is what links for a new password are signed for.
const PasswordPurpose = "password-link"

const (
	passwordLinkLife = time.Hour
	// accountsPerMail bounds one mail; an address may have several accounts.
	accountsPerMail = 10
)

// PasswordMail is the mail with the links.
type PasswordMail struct{ Accounts []PasswordAccount }

// PasswordAccount is one account of the address, with its link.
type PasswordAccount struct{ Username, Link string }

// Template names the mail's template.
func (PasswordMail) Template() string { return "mail/password" }

type mailPasswordLinkWorker struct{ d *Deps }

// Work sends nothing to an address without accounts. It may send a mail twice
// after a crash, which does no harm.
//
// Addresses that fold to the same key may be different letter boxes: straße and
// strasse are two domains. So each address as written gets the links of its own
// accounts only.
func (w *mailPasswordLinkWorker) Work(ctx context.Context, job *river.Job[MailPasswordLink]) error {
	users, err := models.UsersByEmail(ctx, w.d.DB.Read, job.Args.Email, accountsPerMail)
	if err != nil {
		return err
	}
	slices.SortStableFunc(users, func(a, b models.User) int { return strings.Compare(a.Email, b.Email) })
	for len(users) > 0 {
		n := slices.IndexFunc(users, func(u models.User) bool { return u.Email != users[0].Email })
		if n < 0 {
			n = len(users)
		}
		if err := w.sendLinks(ctx, users[:n]); err != nil {
			return err
		}
		users = users[n:]
	}
	return nil
}

func (w *mailPasswordLinkWorker) sendLinks(ctx context.Context, users []models.User) error {
	var page PasswordMail
	for _, u := range users {
		token := w.d.Signer.Sign(PasswordPurpose, PasswordPayload(w.d.Secret, u), time.Now().Add(passwordLinkLife))
		link, err := w.d.link("password.reset", token)
		if err != nil {
			return err
		}
		page.Accounts = append(page.Accounts, PasswordAccount{u.Username, link})
	}
	return w.d.send(ctx, users[0].Email, page)
}

// PasswordPayload is what a link for a new password carries: the account, and
// a stamp that the present password makes, so that a link works only once.
func PasswordPayload(secret []byte, u models.User) string {
	return strconv.FormatInt(u.ID, 10) + ":" + auth.Stamp(secret, u.PasswordHash)
}

// PasswordAccountID reads the account out of a payload.
func PasswordAccountID(payload string) (int64, error) {
	id, _, _ := strings.Cut(payload, ":")
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("read the password link: %w", err)
	}
	return n, nil
}
