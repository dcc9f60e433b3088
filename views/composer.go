package views

import (
	"context"
	"errors"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"superbook/forms"
	"superbook/kit/form"
	"superbook/kit/media"
	"superbook/kit/route"
	"superbook/models"
)

// Composer is the form for a new post, as it stands on several pages.
type Composer struct {
	Form  forms.Post
	Files []ComposerFile // that wait for the post
}

// ComposerFile is a file in the form: the token that stands for it, and what it
// shows. An empty one is the pattern for those that a script adds.
type ComposerFile struct {
	models.AttachmentCard
	Token string
	Wrong string // words for what is wrong with the description
}

// Pattern is what a script copies for each file.
func (Composer) Pattern() ComposerFile { return ComposerFile{} }

// MaxBytes is how large a file may be.
func (Composer) MaxBytes() int { return maxFile }

// MaxText is how many characters a post may have, as people count.
func (Composer) MaxText() int { return forms.MaxText }

// MaxFiles is how many files a post may have.
func (Composer) MaxFiles() int { return forms.MaxAttachments }

// composer shows the form with its files.
func (v *Views) composer(f forms.Post, cards []models.AttachmentCard) Composer {
	shown := Composer{Form: f}
	for _, a := range cards {
		token := v.fileToken(a)
		a.Alt = f.Alts[token]
		shown.Files = append(shown.Files, ComposerFile{a, token, f.Error("alt-" + token)})
	}
	return shown
}

// receivePost reads the form, with its files or without. The files are kept, and
// the form has their tokens.
func (v *Views) receivePost(c echo.Context) (f forms.Post, err error) {
	if !strings.HasPrefix(c.Request().Header.Get(echo.HeaderContentType), echo.MIMEMultipartForm) {
		return plainPost(c)
	}
	var files []arrived
	defer func() { discard(files) }()
	err = readParts(c, filesTime, func(part *multipart.Part) error { return v.takePart(c, part, &f, &files) })
	if errors.Is(err, media.ErrTooLarge) { // the whole of it: what came before is here
		f.Need("files", false, "Together your files are more than we can take at once. Those in the list have arrived; add the others to another post.")
		err = nil
	}
	if err == nil {
		err = v.addFiles(c.Request().Context(), me(c), &f, files)
	}
	return f, err
}

// plainPost reads a form without files. Its bound is that of other forms: the
// row's own is for files, which never stand in memory.
func plainPost(c echo.Context) (f forms.Post, err error) {
	r := c.Request()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, route.DefaultBody)
	if err := form.Body(c, &f); err != nil {
		return f, err
	}
	f.Attachments = f.Attachments[:min(len(f.Attachments), forms.MaxAttachments+1)]
	for name := range r.PostForm {
		if token, ok := strings.CutPrefix(name, "alt-"); ok {
			f.Describe(token, r.PostForm.Get(name))
		}
	}
	return f, nil
}

// takePart reads one part of the form. A field that it does not know is passed
// over.
func (v *Views) takePart(c echo.Context, part *multipart.Part, f *forms.Post, files *[]arrived) error {
	name := part.FormName()
	if name == "file" {
		return v.takeFile(c, part, f, files)
	}
	value, err := words(part)
	switch token, isAlt := strings.CutPrefix(name, "alt-"); {
	case isAlt:
		f.Describe(token, value)
	case name == "text":
		f.Text = value
	case name == "to":
		f.To = value
	case name == "attachment":
		f.Attach(value)
	case name == "remove":
		f.Remove = value
	case name == "add":
		f.Add = true
	}
	return err
}

// takeFile receives one file of the form. What is wrong with one is said, and
// the others are kept. An input in which nothing was chosen sends a part too.
func (v *Views) takeFile(c echo.Context, part *multipart.Part, f *forms.Post, files *[]arrived) error {
	name := forms.FileName(part.FileName())
	switch {
	case part.FileName() == "":
		return nil
	case len(f.Attachments)+len(*files) >= forms.MaxAttachments:
		f.Need("files", false, "Four files are the most. “"+name+"” was left out.")
		return nil
	}
	u, err := v.receive(c, part, maxFile)
	switch {
	case errors.Is(err, media.ErrTooLarge):
		f.Need("files", false, "“"+name+"” "+wordsTooLarge)
		return nil
	case err != nil:
		return err
	case u.Size == 0:
		f.Need("files", false, "“"+name+"” "+wordsEmpty)
		return u.Discard()
	}
	*files = append(*files, arrived{name: name, Upload: u})
	return nil
}

func discard(files []arrived) {
	for _, file := range files {
		_ = file.Discard() // what stays, the sweep of temporary files removes
	}
}

// addFiles keeps the files that came with the form, and puts their tokens in it.
func (v *Views) addFiles(ctx context.Context, who models.Viewer, f *forms.Post, files []arrived) error {
	if len(files) == 0 {
		return nil
	}
	cards, err := v.keepFiles(ctx, who.ID, files)
	if errors.Is(err, models.ErrNoRoom) {
		f.Need("files", false, wordsNoRoom)
		return nil
	}
	for _, a := range cards {
		f.Attach(v.fileToken(a))
	}
	return err
}

// waitingFiles are the files that the tokens of the form stand for. A token
// that stands for none, or for none any more, is dropped with words.
func (v *Views) waitingFiles(ctx context.Context, who models.Viewer, f *forms.Post) (cards []models.AttachmentCard, err error) {
	var ids []int64
	for _, token := range f.Attachments {
		if id := v.fileOf(who, token); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	f.Need("files", len(ids) <= forms.MaxAttachments, "Four files are the most. The first four are kept.")
	ids = ids[:min(len(ids), forms.MaxAttachments)]
	if cards, err = models.PendingAttachments(ctx, v.DB.Read, who.ID, ids); err != nil {
		return nil, err
	}
	f.Need("files", len(cards) == len(ids), "A file that you added is no longer here; perhaps it is in another post, or a day has gone by. Choose it again.")
	f.Attachments = nil
	for i, a := range cards {
		token := v.fileToken(a)
		f.Attachments = append(f.Attachments, token)
		cards[i].Alt = form.Line(f.Alts[token])
	}
	return cards, nil
}
