package views_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"superbook/models"
	"superbook/site/sitetest"
)

// offByStaff is a member's webhook that staff have switched off.
func offByStaff(t *testing.T) (s *sitetest.Site, owner, staff *sitetest.Browser, id string) {
	s = sitetest.New(t)
	s.Unlimited()
	owner, staff = s.As(t, s.Hero("nightheron")), s.As(t, s.Staff())
	_, id = addHook(owner, nil)
	staff.Post("webhook.off", nil, id).Is(http.StatusSeeOther)
	return s, owner, staff, id
}

// refusedTo checks that a member cannot have an address called, in any spelling
// and by any way.
func refusedTo(t *testing.T, s *sitetest.Site, owner *sitetest.Browser) {
	t.Helper()
	file := sitetest.JPEG(t, sitetest.Picture(300, 200, 1))
	for _, same := range []string{"https://example.org/hook", "https://EXAMPLE.org.:443//hook"} {
		owner.Post("webhook.new", hooking(url.Values{"url": {same}})).Is(http.StatusUnprocessableEntity).Shows("Our staff have switched off")
		owner.Submit(file, url.Values{"callback_url": {same}}).Is(http.StatusUnprocessableEntity).Shows("Our staff have switched off")
		p := problemOf(t, owner.JSON().Submit(file, url.Values{"callback_url": {same}}).Is(http.StatusUnprocessableEntity))
		if p.Errors["callback_url"] != models.WordsBanned {
			t.Errorf("as JSON: %+v", p)
		}
	}
	if left := s.Photos(); len(left) != 0 || len(s.Kept()) != 0 {
		t.Errorf("%d photos and the files %v are left", len(left), s.Kept())
	}
}

func TestWhatStaffSwitchOffHolds(t *testing.T) {
	t.Parallel()
	s, owner, staff, id := offByStaff(t)
	refusedTo(t, s, owner)
	_, other := addHook(owner, url.Values{"url": {"https://example.org/other"}})
	owner.Post("webhook.edit", hooking(nil), other).Is(http.StatusUnprocessableEntity).Shows("Our staff have switched off")
	away := url.Values{"url": {"https://example.org/away"}}
	owner.Post("webhook.edit", hooking(away), id).Is(http.StatusUnprocessableEntity).Shows("Our staff have switched off")
	owner.Post("webhook.edit", hooking(url.Values{"description": {"The same one"}}), id).Is(http.StatusSeeOther)
	owner.Post("webhook.off", nil, id).Is(http.StatusSeeOther)
	owner.Post("webhook.on", nil, id).Is(http.StatusForbidden)
	addHook(s.As(t, s.Fan("wren")), nil) // others may use the address

	staff.Post("webhook.on", nil, id).Is(http.StatusSeeOther)
	owner.Submit(sitetest.JPEG(t, sitetest.Picture(300, 200, 1)), url.Values{"callback_url": {"https://example.org/hook"}}).Is(http.StatusSeeOther)
	owner.Post("webhook.edit", hooking(away), id).Is(http.StatusSeeOther)
	addHook(owner, nil)
}

func TestDeletingDoesNotUndoWhatStaffSwitchedOff(t *testing.T) {
	t.Parallel()
	s, owner, staff, id := offByStaff(t)
	owner.Get("webhook.delete", id).Is(http.StatusOK).Shows("its address stays refused")
	owner.Post("webhook.delete", nil, id).Is(http.StatusSeeOther).GoesTo("/users/me/webhooks")
	owner.Get("webhooks").Hides("example.org/hook")
	for _, a := range []*sitetest.Answer{owner.Get("webhook", id), owner.Get("webhook.edit", id), owner.Post("webhook.on", nil, id),
		owner.Post("webhook.secret", nil, id), owner.Post("webhook.rotate", nil, id)} {
		a.Is(http.StatusNotFound)
	}
	refusedTo(t, s, owner)
	for n := range models.MaxWebhooks { // it takes nobody's place
		addHook(owner, url.Values{"url": {"https://example.org/" + string(rune('a'+n))}})
	}
	var secret string
	must(t, s.DB.Read.Raw("SELECT secret || old_secret FROM webhooks WHERE id = ?", id).Scan(&secret).Error)
	if secret != "" {
		t.Error("its secret is kept")
	}
	owner.Post("webhook.delete", nil, "2").Is(http.StatusSeeOther)

	staff.Get("dashboard.webhooks").Is(http.StatusOK).Shows("Switched off by staff, and deleted", "Free the address")
	staff.Get("webhook", id).Is(http.StatusOK).Shows("Its owner has deleted it")
	staff.Post("webhook.on", nil, id).Is(http.StatusSeeOther).GoesTo("/dashboard/webhooks")
	staff.Get("webhook", id).Is(http.StatusNotFound)
	addHook(owner, nil)
}

// What is off for another reason is not yet off by staff's word.
func TestStaffsWordStandsAboveOtherReasons(t *testing.T) {
	t.Parallel()
	for _, why := range []models.OffWhy{models.OffByOwner, models.OffFailing, models.OffGone} {
		t.Run(string(why), func(t *testing.T) {
			t.Parallel()
			s := sitetest.New(t)
			owner, staff := s.As(t, s.Hero("nightheron")), s.As(t, s.Staff())
			path, id := addHook(owner, nil)
			s.Exec("UPDATE webhooks SET off_at = ?, off_why = ? WHERE id = ?", time.Now().UTC(), why, id)
			owner.Visit(path).Shows("Switch on").Hides("Keep it off")
			staff.Visit(path).Shows("Keep it off")
			staff.Post("webhook.off", nil, id).Is(http.StatusSeeOther)
			staff.Visit(path).Shows("Switched off by staff").Hides("Keep it off")
			owner.Post("webhook.on", nil, id).Is(http.StatusForbidden)
			owner.Visit(path).Hides(">Switch on<")
		})
	}
}

// Their owner hears of it at once, on the site and by mail, and only once.
func TestOwnerIsToldWhatStaffSwitchOff(t *testing.T) {
	t.Parallel()
	s, owner, staff, id := offByStaff(t)
	staff.Post("webhook.off", nil, id).Is(http.StatusSeeOther)
	s.Work()
	s.Settle("mail.webhook_off")
	mails, err := s.Mails.List(t.Context())
	must(t, err)
	if len(mails) != 1 || mails[0].To != "nightheron@superbook.test" {
		t.Fatalf("mails %+v", mails)
	}
	for _, words := range []string{"https://example.org/hook", "Our staff have switched it off.", "Our staff can switch it on again.", s.Path("webhook", id)} {
		if !strings.Contains(mails[0].Text, words) {
			t.Errorf("the mail does not say %q: %s", words, mails[0].Text)
		}
	}
	if link := owner.Get("notifications").Is(http.StatusOK).Shows("is switched off.").HTML().Find(`a[href="` + s.Path("webhook", id) + `"]`); link.Length() != 1 {
		t.Errorf("%d links to it", link.Length())
	}

	staff.Post("webhook.on", nil, id).Is(http.StatusSeeOther)
	owner.Post("webhook.off", nil, id).Is(http.StatusSeeOther)
	s.Settle("mail.webhook_off")
	if mails, err = s.Mails.List(t.Context()); err != nil || len(mails) != 1 {
		t.Errorf("%d mails after its owner switched it off, %v", len(mails), err)
	}
}
