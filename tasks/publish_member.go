package tasks

import (
	"context"
	"slices"

	"superbook/models"
)

// Badge is how many notifications a member has not seen.
type Badge struct {
	Unseen int
	Newest int64 // the number of the newest
}

// notesPushed is how many notifications are pushed at a time: those that were
// made at once all reach the page, and one that comes twice does no harm.
const notesPushed = 5

// Told shows members what is new to read: the number on their badge, and the
// newest notifications themselves. It is a courtesy after the commit: a failure
// is logged and nothing else.
func (p *Publisher) Told(ctx context.Context, members []int64) {
	ctx = context.WithoutCancel(ctx) // the author may have left; the readers have not
	p.notified(ctx, members, notesPushed)
}

// notesSeen is how many notifications lose their mark on other open pages.
const notesSeen = 30

// Seen shows a member's other pages what they have read on one of them.
func (p *Publisher) Seen(ctx context.Context, member int64) {
	ctx = context.WithoutCancel(ctx) // the author may have left; the readers have not
	p.notified(ctx, []int64{member}, notesSeen)
}

func (p *Publisher) notified(ctx context.Context, members []int64, n int) {
	for _, id := range members {
		if err := p.notify(ctx, id, n); err != nil {
			p.Log.ErrorContext(ctx, "publish notifications", "member", id, "error", err)
		}
	}
}

func (p *Publisher) notify(ctx context.Context, member int64, n int) error {
	unseen, err := models.Unseen(ctx, p.DB.Read, member)
	if err != nil {
		return err
	}
	notes, err := models.NotificationsOf(p.DB.Read, member).Newest(ctx, n)
	if err != nil {
		return err
	}
	badge := Badge{Unseen: unseen}
	if len(notes) > 0 {
		badge.Newest = notes[0].ID
	}
	slices.Reverse(notes) // each is put before the one that came first
	p.Publish(ctx, MemberTopic(member), "notes_new", Notes{badge, notes})
	return nil
}

// Notes is what an open page of notifications takes to be up to date.
type Notes struct {
	Badge
	Notes []models.NotificationCard // the newest, oldest first
}

// Known shows on the open pages of members how many follow them, and whom.
func (p *Publisher) Known(ctx context.Context, members ...int64) {
	ctx = context.WithoutCancel(ctx) // the author may have left; the readers have not
	counts, err := models.CountsOf(ctx, p.DB.Read, members)
	if err != nil {
		p.Log.ErrorContext(ctx, "publish counts of members", "error", err)
	}
	for _, c := range counts {
		p.Publish(ctx, UserTopic(c.ID), "user_counts", c)
	}
}
