package forms

import (
	"superbook/kit/form"
	"superbook/models"
)

const (
	// MaxText is how many characters a post or a comment may have.
	MaxText = 500
	// MaxAttachments is how many files one post may have.
	MaxAttachments = 4
)

const wordsTooManyFiles = "Four files are the most. Remove some."

// Post is what a member says, to everybody or to one person.
type Post struct {
	form.Errors `json:"-"`
	Text        string   `form:"text" json:"text"`
	To          string   `form:"to" json:"to"`                 // a username, with or without @; empty for everybody
	Attachments []string `form:"attachment" json:"attachment"` // tokens of files that were uploaded before
	// Alts are what their pictures show, by token; in a form, fields called
	// "alt-" and the token.
	Alts    map[string]string `form:"-" json:"alts"`
	Remove  string            `form:"remove" json:"-"` // a token: the file goes, and the form comes back
	Add     bool              `form:"add" json:"-"`    // the form comes back with its files, to be described
	Sharing bool              `form:"-" json:"-"`      // it passes on another post, and needs no words
}

// Check tidies the words and notes what is wrong.
func (f *Post) Check() {
	f.Text, f.To = form.Text(f.Text), trimAt(form.Line(f.To))
	f.Need("text", f.Text != "" || len(f.Attachments) > 0 || f.Sharing, "Write a few words, or add a file.")
	f.Need("text", atMost(f.Text, MaxText), "Keep it to 500 characters. What is the heart of it?")
	f.Need("files", len(f.Attachments) <= MaxAttachments, wordsTooManyFiles)
	for _, token := range f.Attachments {
		alt := form.Line(f.Alts[token])
		f.Describe(token, alt)
		f.Need("alt-"+token, atMost(alt, maxAlt), "Keep the description to 300 characters.")
	}
}

// Describe notes what the picture of a token shows. There may be more words than
// pictures; those of far too many are dropped.
func (f *Post) Describe(token, alt string) {
	if f.Alts == nil {
		f.Alts = map[string]string{}
	}
	if _, known := f.Alts[token]; known || len(f.Alts) < 2*MaxAttachments {
		f.Alts[token] = alt
	}
}

// Attach adds the token of a file. What is one too many is kept, for Check to
// find; more are dropped.
func (f *Post) Attach(token string) {
	if len(f.Attachments) <= MaxAttachments {
		f.Attachments = append(f.Attachments, token)
	}
}

// NoRecipient notes that nobody is called what the form says.
func (f *Post) NoRecipient() {
	f.Need("to", false, "Nobody here has that username. Choose one of the suggestions, or leave it empty for everybody.")
}

// Model is the post as models keep it, without its recipient.
func (f *Post) Model(user int64) models.Post { return models.Post{UserID: user, Text: f.Text} }

func trimAt(name string) string {
	if len(name) > 0 && name[0] == '@' {
		return name[1:]
	}
	return name
}

// Comment is what somebody says about a post.
type Comment struct {
	form.Errors `json:"-"`
	Text        string `form:"text" json:"text"`
}

// Check tidies the words and notes what is wrong.
func (f *Comment) Check() {
	f.Text = form.Text(f.Text)
	f.Need("text", f.Text != "", "Write a few words first.")
	f.Need("text", atMost(f.Text, MaxText), "Keep it to 500 characters. What is the heart of it?")
}
