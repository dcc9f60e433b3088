package views

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/forms"
	"superbook/kit/problem"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
	"superbook/tasks"
)

const (
	maxFile = 100 << 20 // bytes; a picture that the pipeline takes has its own, lower bound
	// AttachmentBody bounds a form with one file: more than a file may have, so
	// that one somewhat too large gets an answer with words.
	AttachmentBody = maxFile + 20<<20
	// PostBody bounds a form with a post and all its files.
	PostBody = forms.MaxAttachments*maxFile + 20<<20
	// filesTime is how long they may take to arrive.
	filesTime = 30 * time.Minute

	filePurpose = "attachment" // of tokens
)

const (
	wordsTooLarge = "is larger than 100 MB. Make it smaller, or share a link to it."
	wordsEmpty    = "is empty. Choose another file."
	wordsNoRoom   = "Many of your files wait for a post already. Post or remove some; the rest goes by itself after a day."
)

// fileToken is what a form holds in place of a file that is here already.
func (v *Views) fileToken(a models.AttachmentCard) string {
	return v.Signer.Sign(filePurpose, strconv.FormatInt(a.UserID, 10)+":"+strconv.FormatInt(a.ID, 10), a.CreatedAt.Add(tasks.UnsentFor))
}

// fileOf reads a token. It gives 0 for one that is forged, too old or somebody
// else's.
func (v *Views) fileOf(who models.Viewer, token string) int64 {
	payload, err := v.Signer.Open(filePurpose, token)
	user, file, _ := strings.Cut(payload, ":")
	id, parsed := strconv.ParseInt(file, 10, 64)
	if err != nil || parsed != nil || user != strconv.FormatInt(who.ID, 10) {
		return 0
	}
	return id
}

// AttachmentNew handles POST /attachments: one file, which then waits for its
// post. Programs get its token; people get the form for a post with it.
func (v *Views) AttachmentNew(c echo.Context) error {
	ctx := c.Request().Context()
	if err := slowDown(v.Limits.AttachmentsByAccount, me(c).Username); err != nil {
		return err
	}
	file, err := v.receiveFile(c)
	if err != nil {
		return v.withoutFile(c, err)
	}
	defer file.Discard()
	cards, err := v.keepFiles(ctx, me(c).ID, []arrived{file})
	if errors.Is(err, models.ErrNoRoom) {
		return refusedFile(http.StatusUnprocessableEntity, wordsNoRoom)
	} else if err != nil {
		return err
	}
	v.forgetPartial(ctx, file.from)
	return v.fileWaits(c, cards[0])
}

// fileWaits answers with what a form for a post has in place of the file.
func (v *Views) fileWaits(c echo.Context, a models.AttachmentCard) error {
	token := v.fileToken(a)
	if !wantsJSON(c) {
		f := forms.Post{Attachments: []string{token}}
		return render.ShowStatus(c, http.StatusCreated, PostNewPage{v.base(c, "feed", "Write a post"), v.composer(f, []models.AttachmentCard{a})})
	}
	return c.JSON(http.StatusCreated, struct {
		Token string          `json:"token"`
		ID    int64           `json:"id"`
		Name  string          `json:"name"`
		Size  int64           `json:"size"`
		Kind  models.FileKind `json:"kind"`
	}{token, a.ID, a.Name, a.Size, a.Kind})
}

// AttachmentRemove handles POST /attachments/remove: a file that waits is not
// wanted after all. One that is gone already is no error.
func (v *Views) AttachmentRemove(c echo.Context) error {
	id := v.fileOf(me(c), c.FormValue("token"))
	if id == 0 {
		return problem.NotFound("There is no such file of yours, or it is gone already.")
	}
	if err := v.removeFile(c.Request().Context(), me(c).ID, id); err != nil {
		return err
	}
	if wantsJSON(c) {
		return c.NoContent(http.StatusNoContent)
	}
	v.Auth.Flash(c, "The file is removed.")
	return route.Redirect(c, "post.new")
}

func (v *Views) removeFile(ctx context.Context, user, id int64) error {
	var folders []string
	err := v.DB.Tx(ctx, func(tx *gorm.DB) (err error) {
		folders, err = models.ForgetAttachment(ctx, tx, user, id)
		return err
	})
	if err != nil {
		return err
	}
	return tasks.RemoveFiles(v.Files, folders)
}
