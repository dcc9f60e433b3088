package site

import (
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
	"superbook/models"
	"superbook/site/demo"
)

// unread is how many notifications wait for who logs in to the demo.
const unread = 5

// conversation is the demo's talk while it is written down. Everything is made
// in order of age, since lists that are newest first go by number.
type conversation struct {
	site   *Site
	roster []demo.Member
	tx     *gorm.DB
	now    time.Time
	people []models.User // as the roster has them
	byName map[string]models.User
	posts  map[string]*models.Post // by key
}

// moment is one thing that somebody does.
type moment struct {
	at time.Time
	do func(context.Context) error
}

// seedPosts lets the roster talk, on a site where nobody has said anything yet.
func (s *Site) seedPosts(ctx context.Context, tx *gorm.DB, roster []demo.Member) error {
	some, err := db.Rows[models.Post](tx).Select("id").Limit(1).Find(ctx)
	if err != nil || len(some) > 0 {
		return err
	}
	posts, err := demo.Posts()
	if err != nil {
		return err
	}
	talk := conversation{site: s, roster: roster, tx: tx, now: time.Now(), byName: map[string]models.User{}, posts: map[string]*models.Post{}}
	if err := talk.invite(ctx, roster, posts[0].Age()); err != nil {
		return err
	}
	var moments []moment
	for _, p := range posts {
		moments = append(moments, talk.moments(p)...)
	}
	slices.SortStableFunc(moments, func(a, b moment) int { return a.at.Compare(b.at) })
	for _, m := range moments {
		if err := m.do(ctx); err != nil {
			return fmt.Errorf("demo conversation: %w", err)
		}
	}
	return talk.settle(ctx)
}

// invite finds the members. Who is new joined before anybody spoke, one after
// the other, the first of the roster last.
func (t *conversation) invite(ctx context.Context, roster []demo.Member, oldest time.Duration) error {
	for i, m := range roster {
		u, err := models.UserByUsername(ctx, t.tx, m.Username)
		if err != nil {
			return fmt.Errorf("demo member %s: %w", m.Username, err)
		}
		joined := t.now.Add(-oldest - time.Duration(i+1)*7*time.Hour)
		if u.CreatedAt.After(joined) {
			if err := models.Backdate(ctx, t.tx, &u, joined); err != nil {
				return err
			}
		}
		t.people, t.byName[m.Username] = append(t.people, u), u
	}
	return models.BackdateFollows(ctx, t.tx, t.now.Add(-oldest-time.Hour))
}

// moments are all that happens around one post.
func (t *conversation) moments(p demo.Post) []moment {
	at := t.now.Add(-p.Age())
	all := []moment{{at, func(ctx context.Context) error { return t.say(ctx, p, at) }}}
	if p.Draft != "" {
		edited := at.Add(time.Duration(p.Edited * float64(time.Minute)))
		all = append(all, moment{edited, func(ctx context.Context) error { return t.edit(ctx, p, edited) }})
	}
	for _, c := range p.Comments {
		answered := at.Add(c.After())
		all = append(all, moment{answered, func(ctx context.Context) error { return t.answer(ctx, p, c, answered) }})
	}
	// Most come soon, and after a day and a half hardly anybody.
	within := min(p.Age(), 36*time.Hour)
	for i, u := range t.readers(p) {
		share := math.Pow(float64(i+1)/float64(p.Likes+1), 2)
		liked := at.Add(time.Duration(share * float64(within)))
		all = append(all, moment{liked, func(ctx context.Context) error { return t.like(ctx, p, u, liked) }})
	}
	return all
}

// readers are those who like a post, in an order that is the post's own.
func (t *conversation) readers(p demo.Post) (likers []models.User) {
	if p.To != "" {
		return []models.User{t.byName[p.To]}[:min(p.Likes, 1)]
	}
	h := fnv.New64a()
	h.Write([]byte(p.Key))
	for _, i := range rand.New(rand.NewPCG(h.Sum64(), 1)).Perm(len(t.people)) {
		if u := t.people[i]; u.ID != t.byName[p.Author].ID && len(likers) < p.Likes {
			likers = append(likers, u)
		}
	}
	return likers
}

func (t *conversation) say(ctx context.Context, p demo.Post, at time.Time) error {
	post := &models.Post{UserID: t.byName[p.Author].ID, Text: p.Text}
	if p.Draft != "" {
		post.Text = p.Draft
	}
	if to, ok := t.byName[p.To]; ok {
		post.RecipientID = &to.ID
	}
	if original, ok := t.posts[p.Shares]; ok {
		post.SharedID = &original.ID
	}
	if _, err := models.CreatePost(ctx, t.tx, post); err != nil {
		return err
	}
	t.posts[p.Key] = post
	if err := t.attach(ctx, post, p.Files); err != nil {
		return fmt.Errorf("files of %s: %w", p.Key, err)
	}
	return models.Backdate(ctx, t.tx, post, at)
}

func (t *conversation) edit(ctx context.Context, p demo.Post, at time.Time) error {
	post := t.posts[p.Key]
	if _, err := models.EditPost(ctx, t.tx, *post, p.Text); err != nil {
		return err
	}
	return models.BackdateEdit(ctx, t.tx, post, at)
}

func (t *conversation) answer(ctx context.Context, p demo.Post, c demo.Comment, at time.Time) error {
	comment := models.Comment{UserID: t.byName[c.Author].ID, Text: c.Text}
	if _, err := models.CreateComment(ctx, t.tx, *t.posts[p.Key], &comment); err != nil {
		return err
	}
	return models.Backdate(ctx, t.tx, &comment, at)
}

func (t *conversation) like(ctx context.Context, p demo.Post, u models.User, at time.Time) error {
	post := t.posts[p.Key]
	if _, err := models.CreateLike(ctx, t.tx, *post, u.ID); err != nil {
		return err
	}
	return models.Backdate(ctx, t.tx, &models.Like{PostID: post.ID, UserID: u.ID}, at)
}

// settle makes what was told as old as what it tells of, and all of it seen,
// but for the last few of the first member.
func (t *conversation) settle(ctx context.Context) error {
	if err := models.BackdateNotifications(ctx, t.tx); err != nil {
		return err
	}
	for i, u := range t.people {
		upTo := int64(math.MaxInt64)
		if i == 0 {
			notes, err := models.NotificationsOf(t.tx, u.ID).Newest(ctx, unread+1)
			if err != nil {
				return err
			}
			if len(notes) <= unread {
				continue
			}
			upTo = notes[unread].ID
		}
		if err := models.MarkSeen(ctx, t.tx, u.ID, upTo); err != nil {
			return err
		}
	}
	return nil
}
