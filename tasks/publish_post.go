package tasks

import (
	"context"

	"superbook/models"
)

// card is a post as its author sees it: nothing is hidden, and nothing liked.
func (p *Publisher) card(ctx context.Context, id, author int64) (models.PostCard, error) {
	card, err := models.PostsVisibleTo(p.DB.Read, models.Viewer{ID: author}).Get(ctx, id)
	card.Liked = false
	return card, err
}

// shown lists whom a card shows beside its author.
func shown(card models.PostCard) []int64 {
	if card.Shared == nil {
		return nil
	}
	return []int64{card.Shared.UserID}
}

// PostCreated shows a new post to whoever follows its author or looks at all
// public posts; a personal one goes to its two people only.
func (p *Publisher) PostCreated(ctx context.Context, id, author int64) {
	ctx = context.WithoutCancel(ctx) // the author may have left; the readers have not
	card, err := p.card(ctx, id, author)
	if err != nil {
		p.Log.ErrorContext(ctx, "publish post", "post", id, "error", err)
		return
	}
	if !card.Personal() {
		p.Publish(ctx, AuthorTopic(author, shown(card)...), "post_card", card)
		return
	}
	for _, member := range []int64{author, *card.RecipientID} {
		p.Publish(ctx, MemberTopic(member), "post_card", card)
	}
}

// PostEdited shows the new words of a post wherever it is shown.
func (p *Publisher) PostEdited(ctx context.Context, id, author int64) {
	ctx = context.WithoutCancel(ctx) // the author may have left; the readers have not
	card, err := p.card(ctx, id, author)
	if err != nil {
		p.Log.ErrorContext(ctx, "publish edited post", "post", id, "error", err)
		return
	}
	p.Publish(ctx, PostTopic(id, shown(card)...), "post_body", card)
}

// PostGone takes a deleted post off every page.
func (p *Publisher) PostGone(ctx context.Context, post models.Post) {
	p.Publish(ctx, PostTopic(post.ID), "gone", Gone{"post", post.ID})
	if post.SharedID != nil {
		p.Counted(ctx, *post.SharedID)
	}
}

// Gone names an element of pages that is no longer there.
type Gone struct {
	Kind string
	ID   int64
}

// Counted shows the counts of a post wherever it is shown.
func (p *Publisher) Counted(ctx context.Context, id int64) {
	ctx = context.WithoutCancel(ctx) // the author may have left; the readers have not
	post, err := models.PostByNumber(ctx, p.DB.Read, id)
	if err != nil {
		p.Log.WarnContext(ctx, "publish counts", "post", id, "error", err)
		return
	}
	p.Publish(ctx, PostTopic(id), "post_counts", post)
}

// CommentCreated shows a new comment under its post, and that there is one more.
func (p *Publisher) CommentCreated(ctx context.Context, author models.Viewer, id int64) {
	ctx = context.WithoutCancel(ctx) // the author may have left; the readers have not
	comment, _, err := models.CommentByID(ctx, p.DB.Read, author, id)
	if err != nil {
		p.Log.ErrorContext(ctx, "publish comment", "comment", id, "error", err)
		return
	}
	p.Publish(ctx, PostTopic(comment.PostID, comment.UserID), "comment", comment)
	p.Counted(ctx, comment.PostID)
}

// CommentGone takes a deleted comment off every page.
func (p *Publisher) CommentGone(ctx context.Context, c models.Comment) {
	p.Publish(ctx, PostTopic(c.PostID), "gone", Gone{"comment", c.ID})
	p.Counted(ctx, c.PostID)
}
