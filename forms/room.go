package forms

import (
	"regexp"

	"superbook/kit/form"
	"superbook/models"
)

const (
	maxRoom    = 40
	maxTopic   = 120
	maxMessage = 1000
)

// Room is a room that somebody founds.
type Room struct {
	form.Errors `json:"-"`
	Name        string `form:"name" json:"name"`
	Topic       string `form:"topic" json:"topic"`
	Private     bool   `form:"private" json:"private"`
}

// Check tidies the fields and notes what is wrong.
func (f *Room) Check() {
	f.Name, f.Topic = form.Line(f.Name), form.Line(f.Topic)
	f.Need("name", f.Name != "", "A room needs a name.")
	f.Need("name", atMost(f.Name, maxRoom), "Keep the name to 40 characters.")
	f.Need("name", f.Name == "" || models.Slug(f.Name) != "", "Use at least one letter or digit.")
	f.Need("topic", atMost(f.Topic, maxTopic), "Keep the topic to 120 characters.")
}

// Message is something to say in a room. The nonce is made by the sender, so
// that what is sent twice after a lost answer is kept once.
type Message struct {
	form.Errors `json:"-"`
	Text        string `form:"text" json:"text"`
	Nonce       string `form:"nonce" json:"nonce"`
}

var nonceForm = regexp.MustCompile(`^[A-Za-z0-9_-]{8,64}$`)

// Check tidies the text and notes what is wrong.
func (f *Message) Check() {
	f.Text = form.Text(f.Text)
	f.Need("text", f.Text != "", "Write something first.")
	f.Need("text", atMost(f.Text, maxMessage), "Keep it to 1,000 characters. What is longer makes two messages.")
}

// HasNonce says whether the sender gave a nonce that can be kept.
func (f *Message) HasNonce() bool { return nonceForm.MatchString(f.Nonce) }

// Invite asks a member into a room.
type Invite struct {
	form.Errors `json:"-"`
	Username    string `form:"username" json:"username"`
}

// Check tidies the name and notes what is wrong.
func (f *Invite) Check() {
	f.Username = form.Line(f.Username)
	f.Need("username", f.Username != "", "Whom would you like to invite?")
	f.Need("username", atMost(f.Username, maxName), "Nobody here has a name that long.")
}

// History says which part of a room's messages is asked for.
type History struct {
	Before int64 `query:"before"`
	After  int64 `query:"after"`
}
