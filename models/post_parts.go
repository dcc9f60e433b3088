package models

import (
	"context"

	"superbook/kit/db"
)

// talkShown is how many comments a list shows under each post.
const talkShown = 3

// addParts fills in what the posts pass on, and the files of all of them.
func (q Posts) addParts(ctx context.Context, cards []PostCard) error {
	var ids, shared []int64
	for _, c := range cards {
		ids = append(ids, c.ID)
		if c.SharedID != nil {
			shared = append(shared, *c.SharedID)
		}
	}
	originals, err := q.originals(ctx, shared)
	if err != nil {
		return err
	}
	files, err := filesOf(ctx, q.conn, append(ids, shared...))
	if err != nil {
		return err
	}
	for i := range cards {
		cards[i].Files = files[cards[i].ID]
		if cards[i].SharedID == nil {
			continue
		}
		if original, ok := originals[*cards[i].SharedID]; ok {
			original.Files = files[original.ID]
			cards[i].Shared = &original
		}
	}
	return nil
}

func (q Posts) originals(ctx context.Context, ids []int64) (map[int64]PostCard, error) {
	of := map[int64]PostCard{}
	if len(ids) == 0 {
		return of, nil
	}
	rows, err := PostsVisibleTo(q.conn, q.who).Public().Numbered(ids...).cards().Find(ctx)
	for _, p := range rows {
		of[p.ID] = p
	}
	return of, err
}

// addTalk fills in the newest comments. Each post's are found by a bound in its
// own index; a window function would read all of them.
func (q Posts) addTalk(ctx context.Context, cards []PostCard) error {
	at := map[int64]int{}
	var ids []int64
	for i, c := range cards {
		if c.Comments > 0 {
			at[c.ID], ids = i, append(ids, c.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	rows, err := db.Rows[CommentCard](q.conn).Table(commentTables).Select(commentColumns).
		Where("comments.post_id IN ?", ids).
		Where("comments.id >= COALESCE((SELECT c.id FROM comments c WHERE c.post_id = comments.post_id AND "+unblocked("c.user_id")+
			" ORDER BY c.id DESC LIMIT 1 OFFSET ?), 0)", q.who.ID, talkShown-1).
		Where(unblocked("comments.user_id"), q.who.ID).Order("comments.id").Find(ctx)
	for _, c := range rows {
		cards[at[c.PostID]].Talk = append(cards[at[c.PostID]].Talk, c)
	}
	return err
}
