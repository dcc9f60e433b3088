package views_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"superbook/kit/fault"
	"superbook/site"
	"superbook/site/sitetest"
)

// faulty is a site of somebody who develops, whose photos fail at first.
func faulty(t *testing.T) *sitetest.Site {
	return sitetest.New(t, func(set *site.Settings) { set.Debug, set.Faults = true, "photo.process:slow=5s,fail=2" })
}

func TestDevelopersChangeTheFaults(t *testing.T) {
	t.Parallel()
	s := faulty(t)
	b := s.As(t, stranger)
	b.Get("dev.faults").Is(http.StatusOK).Shows("photo.process:slow=5s,fail=2", "Cut a photo to its sizes", "mail.reminder: Mail a reminder").AtMost(0)
	b.Get("dev.mail").Shows("faults")
	for _, step := range []struct {
		form url.Values
		on   string
	}{
		{url.Values{"do": {"set"}, "kind": {"mail.reminder"}, "slow": {" 1m "}, "kill": {"1"}}, "mail.reminder:slow=1m0s,kill=1;photo.process:slow=5s,fail=2"},
		{url.Values{"do": {"set"}, "kind": {"photo.process"}, "panic": {"3"}, "cut": {"1"}, "miss": {"2"}}, "mail.reminder:slow=1m0s,kill=1;photo.process:cut=1,miss=2,panic=3"},
		{url.Values{"do": {"set"}, "kind": {"photo.process"}}, "mail.reminder:slow=1m0s,kill=1"},
		{url.Values{"do": {"off"}}, ""},
		{url.Values{"do": {"off"}}, ""},
	} {
		b.Post("dev.faults", step.form).Is(http.StatusSeeOther).GoesTo("/dev/faults")
		if got := s.Faults.Plan().String(); got != step.on {
			t.Errorf("after %v: %q, want %q", step.form, got, step.on)
		}
		words := step.on
		if words == "" {
			words = "Nothing goes wrong on purpose."
		}
		for part := range strings.SplitSeq(words, ";") {
			b.Get("dev.faults").Shows(part)
		}
	}
}

func TestFaultsThatAreNoneAreRefused(t *testing.T) {
	t.Parallel()
	s := faulty(t)
	b := s.As(t, stranger)
	for field, value := range map[string]string{"kind": "photo.proces", "slow": "5", "fail": "0", "kill": "lots", "cut": "101", "miss": "-1", "panic": "1.5"} {
		sent := url.Values{"kind": {"mail.reminder"}, "slow": {"3s"}, "fail": {"2"}}
		sent.Set(field, value)
		page := b.Post("dev.faults", sent).Is(http.StatusUnprocessableEntity).HTML()
		if page.Find("#"+field+"-error").Text() == "" {
			t.Errorf("%s=%s: nothing is said beside it", field, value)
		}
		for name := range sent {
			if name != "kind" && page.Find("#"+name).AttrOr("value", "") != sent.Get(name) {
				t.Errorf("%s=%s: %s is lost", field, value, name)
			}
		}
	}
	if got := s.Faults.Plan().String(); got != "photo.process:slow=5s,fail=2" {
		t.Errorf("what was refused is on: %q", got)
	}
}

// A job cuts the streams while a page follows it. After a cut the page resumes
// where it was; after a miss it is told that it is old.
func TestStreamsAreCutOnPurpose(t *testing.T) {
	t.Parallel()
	for button, f := range map[string]fault.Fault{"cut": {Cut: 1}, "miss": {Miss: 1}} {
		s := faulty(t)
		s.Faults.Set(fault.Plan{"photo.process": f})
		srv := s.Server()
		b := s.As(t, s.Hero("nightheron"))
		id := b.Submit(sitetest.JPEG(t, sitetest.Picture(240, 160, 1)), nil).PhotoID()
		last := b.Get("photo", id).HTML().Find("body").AttrOr("data-live-last", "")
		stream := b.Follow(srv, liveOn(id), last)
		s.Work()
		stream.Ends()
		again := b.Follow(srv, liveOn(id), last)
		if reset := again.First.Name == "reset"; reset != (button == "miss") {
			t.Errorf("%s: who comes back is sent %+v first", button, again.First)
		} else if !reset {
			again.Until(readyMark)
		}
		s.Settle("photo.process")
		now := b.Follow(srv, liveOn(id), "")
		b.Post("dev.faults", url.Values{"do": {button}}).Is(http.StatusSeeOther)
		now.Ends()
	}
}

// In production there is neither page nor switch, and nothing around a job.
func TestNobodyMakesFaultsInProduction(t *testing.T) {
	t.Parallel()
	s := sitetest.New(t)
	if s.Faults != nil || s.Views.Faults != nil {
		t.Fatal("production has switches")
	}
	set := s.Settings
	set.Faults = "mail.reminder:fail=1"
	if _, err := site.New(t.Context(), set, s.Log); !errors.Is(err, site.ErrSettings) {
		t.Errorf("a site with faults in production: %v", err)
	}
	for _, b := range []*sitetest.Browser{s.As(t, stranger), s.As(t, s.Staff())} {
		b.Get("dev.faults").Is(http.StatusNotFound)
		b.Post("dev.faults", url.Values{"do": {"cut"}}).Is(http.StatusNotFound)
		if strings.Contains(b.Get("dev.mail").Body, "/dev/faults") {
			t.Error("a link leads to the faults")
		}
	}
}

// A photo whose first two attempts fail is ready after the third, and its owner
// saw it retried.
func TestAPhotoOutlivesItsFaults(t *testing.T) {
	t.Parallel()
	s := faulty(t)
	s.Faults.Set(fault.Plan{"photo.process": {Slow: 10 * time.Millisecond, Panic: 1, Fail: 1}})
	hero := s.Hero("nightheron")
	id := s.As(t, hero).Submit(sitetest.JPEG(t, sitetest.Picture(240, 160, 1)), nil).PhotoID()
	s.Work()
	s.Settle("photo.process")
	if p := s.Photo(id); p.State != "ready" {
		t.Errorf("the photo is %+v", p)
	}
	var attempts int
	if err := s.DB.Read.Raw("SELECT attempt FROM river_job WHERE kind = 'photo.process'").Row().Scan(&attempts); err != nil || attempts != 2 {
		t.Errorf("%d attempts, %v", attempts, err)
	}
}
