package browser_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"superbook/models"
	"superbook/tasks"
)

// bookPages are paths to newsletter and important dates.
type bookPages struct {
	coming, over string // dates of the hero, who is a VIP
	ofFan        string
	join, leave  string // mailed links
}

// fillBookPages makes what those paths lead to.
func (c *cast) fillBookPages(t *testing.T) {
	t.Helper()
	note := func(u models.User, name string, days int, yearly string) string {
		form := url.Values{"name": {name}, "day": {models.Today().AddDate(0, 0, days).Format(time.DateOnly)}, "remind": {"3"},
			"note": {strings.Repeat("Bring the long ladder. ", 10)}}
		if yearly != "" {
			form.Set("yearly", yearly)
		}
		return c.As(t, u).Post("date.new", form).Is(http.StatusSeeOther).Header.Get("Location")
	}
	link := func(email string, w models.Wish) string {
		var s models.Subscriber
		must(t, c.DB.Tx(t.Context(), func(tx *gorm.DB) (err error) {
			s, err = models.AskNewsletter(t.Context(), tx, email, models.Subscribe)
			if err == nil && w == models.Unsubscribe {
				_, err = models.FulfilWish(t.Context(), tx, s.ID, models.Subscribe)
			}
			return err
		}))
		payload := tasks.NewsletterPayload(s.ID, w)
		return c.Path("newsletter.confirm", c.Views.Signer.Sign(tasks.NewsletterPurpose, payload, time.Now().Add(time.Hour)))
	}
	must(t, c.DB.Tx(t.Context(), func(tx *gorm.DB) error { return models.SetVIP(t.Context(), tx, c.hero.ID, true) }))
	c.pages = bookPages{
		coming: note(c.hero, "Anniversary of the Unpronounceable Archipelago’s rescue", 12-4*365, "true"),
		over:   note(c.hero, strings.Repeat("Long", 15), -3, ""),
		ofFan:  note(c.fan, "Soup day", 0, "true"),
		join:   link("somebody-with-a-long-name@mail.of.an.even.longer.domain.example.org", models.Subscribe),
		leave:  link("wren@example.org", models.Unsubscribe),
	}
}

func (c *cast) bookExamples() map[string][]visit {
	p := c.pages
	return map[string][]visit{
		"newsletter":         {{}},
		"newsletter.confirm": {{shows: "join", path: p.join}, {shows: "leave", path: p.leave}},
		"dates":              {{shows: "some", who: c.hero}, {shows: "one", who: c.fan}, {shows: "none", who: c.staff}},
		"date":               {{shows: "coming", who: c.hero, path: p.coming}, {shows: "over", who: c.hero, path: p.over}, {shows: "today", who: c.fan, path: p.ofFan}},
		"date.new":           {{shows: "vip", who: c.hero}, {shows: "fan", who: c.fan}},
		"date.edit":          {{shows: "vip", who: c.hero, path: p.coming + "/edit"}, {shows: "fan", who: c.fan, path: p.ofFan + "/edit"}},
		"date.delete":        {{who: c.hero, path: p.coming + "/delete"}},
	}
}

func (c *cast) bookRefusals() map[string][]visit {
	const form = "main form[method=post]"
	return map[string][]visit{
		"newsletter": {{form: form, fields: map[string]string{"email": "nowhere"}}},
		"date.new":   {{form: form, who: c.hero, fields: map[string]string{"name": "", "day": "", "remind": "soon"}}},
		"date.edit":  {{form: form, who: c.hero, path: c.pages.coming + "/edit", fields: map[string]string{"note": strings.Repeat("long ", 101)}}},
	}
}
