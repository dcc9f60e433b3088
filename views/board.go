package views

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"superbook/kit/async"
)

// boardsEvery is how often open pages are told what has changed of what they show.
// However much happens meanwhile, it is one look at each thing that somebody follows.
const boardsEvery = time.Second

// board sends parts of a page to one topic. It leaves alone what has not changed,
// so that nothing under a finger is replaced without need.
type board struct {
	v      *Views
	topic  string
	sent   map[string]string // by the names of the parts, what was sent last
	failed error
}

// send sends a partial, of which the page may have several, unless its html is
// that of the last time.
func (b *board) send(partial, of string, data any) {
	html, err := b.v.News.Pages.Fragment(partial, data)
	if b.failed = errors.Join(b.failed, err); err == nil {
		b.pass(partial+" "+of, html, html)
	}
}

// pass sends html unless its version is that of the last time.
func (b *board) pass(name, version, html string) {
	if last, known := b.sent[name]; !known || last != version {
		b.sent[name] = version
		b.v.Live.Pass(b.topic, "", html)
	}
}

// look sends what has changed of the thing with a number.
type look func(ctx context.Context, to *board, id int64) error

// looks has one entry for each kind of topic that is looked at, and not told.
func (v *Views) looks() map[string]look {
	return map[string]look{
		"queues":   v.lookAtQueues,
		"job":      v.lookAtJob,
		"webhook":  v.lookAtWebhook,
		"delivery": v.lookAtDelivery,
		"webhooks": v.lookAtWebhooks,
	}
}

// PublishBoards pushes what has changed of queues, jobs and webhooks to the pages
// open in this process, until ctx ends. It asks nothing about what nobody looks at.
// Other processes do the same for their own readers, so nothing crosses the bridge,
// and it does not matter which process does the work.
func (v *Views) PublishBoards(ctx context.Context) {
	tick := time.NewTicker(boardsEvery)
	defer tick.Stop()
	boards := map[string]*board{}
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		v.publishBoards(ctx, boards)
	}
}

// publishBoards forgets the boards that nobody follows any more: when somebody does
// again, each part is sent once more.
func (v *Views) publishBoards(ctx context.Context, boards map[string]*board) {
	followed := []string{}
	for kind, look := range v.looks() {
		for _, topic := range v.Live.Followed(kind + ":") {
			_, id, _ := numbered(topic)
			if boards[topic] == nil {
				boards[topic] = &board{v: v, topic: topic, sent: map[string]string{}}
			}
			followed = append(followed, topic)
			v.publishBoard(ctx, boards[topic], look, id)
		}
	}
	maps.DeleteFunc(boards, func(topic string, _ *board) bool { return !slices.Contains(followed, topic) })
}

func (v *Views) publishBoard(ctx context.Context, b *board, look look, id int64) {
	b.failed = nil
	_, err := async.Guard(ctx, func(ctx context.Context) (struct{}, error) { return struct{}{}, look(ctx, b, id) })
	if err = errors.Join(err, b.failed); err != nil && ctx.Err() == nil {
		v.Log.WarnContext(ctx, "what has changed is not shown", "topic", b.topic, "error", err)
	}
}
