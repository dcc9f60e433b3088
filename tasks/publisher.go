package tasks

import (
	"context"
	"log/slog"

	"superbook/kit/db"
	"superbook/kit/live"
	"superbook/kit/render"
)

// Publisher pushes the very partials that pages show to the pages that are
// open, each on a topic that only those can follow who may see it.
type Publisher struct {
	DB   *db.DB
	Live *live.Hub
	Log  *slog.Logger
	// Late binding: templates need the URL table, which needs the views.
	Pages *render.Set
}

// Publish renders a partial and sends it to whoever follows the topic. The work
// that it tells of is done by then, so a failure is logged and nothing else.
func (p *Publisher) Publish(ctx context.Context, topic, partial string, data any) {
	html, err := p.Pages.Fragment(partial, data)
	if err != nil {
		p.Log.ErrorContext(ctx, "live fragment", "partial", partial, "topic", topic, "error", err)
		return
	}
	p.Live.Publish(topic, html)
}
