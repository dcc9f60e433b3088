package sitetest

import (
	"net/http"
	"net/url"
	"path"
	"strconv"

	"gorm.io/gorm"

	"superbook/models"
)

// Say has a member say something to everybody, the way the form does. It
// answers the post's number.
func (s *Site) Say(u models.User, text string) int64 {
	s.t.Helper()
	return s.post(&models.Post{UserID: u.ID, Text: text})
}

// Tell has a member say something to one person.
func (s *Site) Tell(from, to models.User, text string) int64 {
	s.t.Helper()
	return s.post(&models.Post{UserID: from.ID, RecipientID: &to.ID, Text: text})
}

func (s *Site) post(p *models.Post) int64 {
	s.t.Helper()
	must(s.t, s.DB.Tx(s.t.Context(), func(tx *gorm.DB) error {
		_, err := models.CreatePost(s.t.Context(), tx, p)
		return err
	}))
	return p.ID
}

// Comment has a member say something about a post.
func (s *Site) Comment(u models.User, post int64, text string) int64 {
	s.t.Helper()
	c := models.Comment{UserID: u.ID, Text: text}
	must(s.t, s.DB.Tx(s.t.Context(), func(tx *gorm.DB) error {
		p, err := models.PostByNumber(s.t.Context(), tx, post)
		must(s.t, err)
		_, err = models.CreateComment(s.t.Context(), tx, p, &c)
		return err
	}))
	return c.ID
}

// Follow has one member follow another.
func (s *Site) Follow(follower, followee models.User) {
	s.t.Helper()
	must(s.t, s.DB.Tx(s.t.Context(), func(tx *gorm.DB) error {
		_, _, err := models.CreateFollow(s.t.Context(), tx, follower.ID, followee.ID)
		return err
	}))
}

// Block has one member block another.
func (s *Site) Block(user, other models.User) {
	s.t.Helper()
	must(s.t, s.DB.Tx(s.t.Context(), func(tx *gorm.DB) error {
		return models.CreateBlock(s.t.Context(), tx, user.ID, other.ID)
	}))
}

// Post reads a post as the database has it.
func (s *Site) Post(id int64) models.Post {
	s.t.Helper()
	p, err := models.PostByNumber(s.t.Context(), s.DB.Read, id)
	must(s.t, err)
	return p
}

// Say says something through the form. It answers the post's number.
func (b *Browser) Say(form url.Values) int64 {
	b.t.Helper()
	a := b.JSON().Post("post.new", form).Is(http.StatusCreated)
	id, err := strconv.ParseInt(path.Base(a.Header.Get("Location")), 10, 64)
	must(b.t, err)
	return id
}
