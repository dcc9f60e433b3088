package views

import (
	"errors"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/forms"
	"superbook/kit/form"
	"superbook/kit/problem"
	"superbook/kit/render"
	"superbook/kit/throttle"
	"superbook/models"
	"superbook/tasks"
)

// NewsletterPage is one form with two buttons, for whoever has a mail address.
type NewsletterPage struct {
	Base
	Form forms.Newsletter
	Sent bool
}

// Template names the page's template.
func (NewsletterPage) Template() string { return "newsletter" }

// Newsletter handles GET /newsletter.
func (v *Views) Newsletter(c echo.Context) error {
	return render.Show(c, NewsletterPage{Base: v.base(c, "newsletter", "The newsletter")})
}

// NewsletterSave handles POST /newsletter. Nothing happens yet but a mail, and
// the answer says nothing of who is subscribed: a task looks.
func (v *Views) NewsletterSave(c echo.Context) error {
	ctx := c.Request().Context()
	page := NewsletterPage{Base: v.base(c, "newsletter", "The newsletter")}
	if ok, err := form.Read(c, &page.Form); err != nil {
		return err
	} else if !ok {
		return refuse(c, page.Form.All(), page)
	}
	err := errors.Join(
		slowDown(v.Limits.MailByAddress, throttle.AddressKey(c.RealIP())),
		slowDown(v.Limits.MailByAccount, models.Key(page.Form.Email)))
	if err != nil {
		return err
	}
	err = v.DB.Tx(ctx, func(tx *gorm.DB) error {
		return v.Jobs.Add(ctx, tx, tasks.MailNewsletterLink{Email: page.Form.Email, Wish: page.Form.Wish})
	})
	if err != nil {
		return err
	}
	page.Sent = true
	return render.Show(c, page)
}

// NewsletterConfirmPage is where a mailed link leads: a button that fulfils the
// wish. The link alone does nothing, because programs that look for bad mails
// follow links too.
type NewsletterConfirmPage struct {
	Base
	Email string
	Wish  models.Wish
	Token string
	Done  bool
}

// Template names the page's template.
func (NewsletterConfirmPage) Template() string { return "newsletter_confirm" }

// NewsletterConfirm handles GET /newsletter/confirm/:token.
func (v *Views) NewsletterConfirm(c echo.Context) error {
	s, wish, err := v.newsletterLink(c)
	if err != nil {
		return err
	}
	return render.Show(c, v.newsletterConfirmPage(c, s, wish))
}

func (v *Views) newsletterConfirmPage(c echo.Context, s models.Subscriber, w models.Wish) NewsletterConfirmPage {
	page := NewsletterConfirmPage{Base: v.base(c, "newsletter", "The newsletter"), Email: s.Email, Wish: w, Token: c.Param("token")}
	page.Noindex = true
	return page
}

// NewsletterConfirmSave handles POST /newsletter/confirm/:token.
func (v *Views) NewsletterConfirmSave(c echo.Context) error {
	ctx := c.Request().Context()
	s, wish, err := v.newsletterLink(c)
	if err != nil {
		return err
	}
	page := v.newsletterConfirmPage(c, s, wish)
	err = v.DB.Tx(ctx, func(tx *gorm.DB) (err error) {
		page.Done, err = models.FulfilWish(ctx, tx, s.ID, wish)
		return err
	})
	if err != nil {
		return err
	}
	if !page.Done {
		return deadLink()
	}
	return render.Show(c, page)
}

// newsletterLink is whose link this is, and what for. A link that is forged,
// old, or used before is not found.
func (v *Views) newsletterLink(c echo.Context) (s models.Subscriber, w models.Wish, err error) {
	payload, err := v.Signer.Open(tasks.NewsletterPurpose, c.Param("token"))
	if err != nil {
		return s, w, deadLink().Because(err)
	}
	id, w, err := tasks.NewsletterWish(payload)
	if err != nil {
		return s, w, deadLink().Because(err)
	}
	s, err = models.WishingSubscriber(c.Request().Context(), v.DB.Read, id, w)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = deadLink().Because(err)
	}
	return s, w, err
}

func deadLink() *problem.Problem {
	return problem.NotFound("This link no longer works. If you have not used it yet, ask for a new one on the page “The newsletter”.")
}
