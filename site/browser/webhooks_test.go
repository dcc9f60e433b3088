package browser_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"superbook/models"
)

// addHooks makes webhooks of the hero, as they look when all goes well, when it
// does not, and when they are off, and gives the path of each with a delivery.
func (c *cast) addHooks(t *testing.T) {
	t.Helper()
	b := c.As(t, c.hero)
	for n, words := range []string{"The wall of the fan club", "", strings.Repeat("Long", 25)} {
		form := url.Values{"url": {fmt.Sprintf("https://hooks.of.an.unpronounceable.example.org/%d/%s", n, strings.Repeat("long", 10*n))}, "description": {words}}
		if n == 2 { // the one that is off: nobody out there is called
			form.Set("every", "true")
		}
		c.hooks = append(c.hooks, b.Post("webhook.new", form).Is(http.StatusSeeOther).Header.Get("Location"))
	}
	at := time.Now().UTC()
	c.Exec("UPDATE webhooks SET failing_since = ?, failures = 4 WHERE id = 2", at.Add(-time.Hour))
	c.Exec("UPDATE webhooks SET off_at = ?, off_why = 'failing' WHERE id = 3", at.Add(-time.Hour))
	for n, state := range []models.DeliveryState{models.DeliveryDone, models.DeliveryHeld, models.DeliveryFailed, models.DeliveryRetrying, models.DeliveryDone} {
		c.Exec("INSERT INTO deliveries (webhook_id, task_id, message_id, type, payload, state, run, attempts, created_at, due_at) VALUES (1, ?, ?, 'task.done', ?, ?, 1, 2, ?, ?)",
			n+1, fmt.Sprintf("msg_%d", n), `{"type":"task.done","timestamp":"2026-05-10T12:00:00Z","data":{"id":7,"kind":"photo.process","state":"done","progress":100,"url":"https://superbook.test/photos/7"}}`,
			state, at.Add(time.Duration(n-9)*time.Minute), at.Add(time.Hour))
		for number, status := range []int{503, 200} {
			c.Exec("INSERT INTO delivery_attempts (delivery_id, number, created_at, request, status, response, body, micros, failure) VALUES (?, ?, ?, ?, ?, ?, ?, 41234, ?)",
				n+1, number+1, at, "Content-Type: application/json\nWebhook-Signature: v1,"+strings.Repeat("K5oZfzN95Z9UVu1E", 6)+"\n",
				status, "Content-Type: text/plain\n", "Come back later. "+strings.Repeat("Disproportionatelylong", 6),
				[]string{"The receiver answered 503, and only 200 to 299 counts as received.", ""}[number])
		}
	}
}

func (c *cast) hookExamples() map[string][]visit {
	one := c.hooks[0]
	return map[string][]visit{
		"webhooks":           {{shows: "some", who: c.hero}, {shows: "none", who: c.fan}},
		"webhook.new":        {{who: c.hero}},
		"webhook":            {{shows: "on", who: c.hero, path: one, live: true}, {shows: "failing", who: c.hero, path: c.hooks[1]}, {shows: "off", who: c.hero, path: c.hooks[2]}, {shows: "staff", who: c.staff, path: one, live: true}},
		"webhook.edit":       {{who: c.hero, path: one + "/edit"}},
		"webhook.delete":     {{who: c.hero, path: one + "/delete"}},
		"delivery":           {{shows: "delivered", who: c.hero, path: one + "/deliveries/1"}, {shows: "retrying", who: c.staff, path: one + "/deliveries/4", live: true}},
		"dashboard.webhooks": {{who: c.staff}},
	}
}

func (c *cast) hookRefusals() map[string][]visit {
	wrong := map[string]string{"url": "http://localhost/", "description": strings.Repeat("long ", 30)}
	return map[string][]visit{
		"webhook.new":  {{form: "main form[method=post]", who: c.hero, fields: wrong}},
		"webhook.edit": {{form: "main form[method=post]", who: c.hero, path: c.hooks[0] + "/edit", fields: wrong}},
	}
}
