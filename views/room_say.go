package views

import (
	"context"
	"crypto/rand"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/forms"
	"superbook/kit/form"
	"superbook/kit/problem"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
)

// RoomSay handles POST /rooms/:id: the way to speak without scripts, and for
// programs.
func (v *Views) RoomSay(c echo.Context) error {
	room, err := v.room(c)
	if err != nil {
		return err
	}
	var f forms.Message
	ok, err := form.Read(c, &f)
	if err != nil {
		return err
	}
	if !ok {
		return v.refuseMessage(c, room, f, http.StatusUnprocessableEntity)
	}
	if ok, wait := v.Limits.MessagesByAccount.Allow(me(c).Username); !ok {
		c.Response().Header().Set("Retry-After", strconv.Itoa(seconds(wait)))
		f.Need("text", false, slowWords)
		return v.refuseMessage(c, room, f, http.StatusTooManyRequests)
	}
	m, err := v.sayAgain(c.Request().Context(), me(c), room.ID, f)
	if err != nil {
		return err
	}
	if wantsJSON(c) {
		return c.JSON(http.StatusCreated, struct {
			ID int64 `json:"id"`
		}{m.ID})
	}
	return route.Redirect(c, "room", room.ID)
}

const slowWords = "That was a lot at once. Wait a few seconds, then send it again."

func seconds(d time.Duration) int { return int(d.Seconds()) + 1 }

func (v *Views) refuseMessage(c echo.Context, room models.Room, f forms.Message, status int) error {
	if wantsJSON(c) {
		p := problem.Refused(f.All())
		p.Status, p.Detail = status, f.Error("text")
		return p
	}
	page, err := v.roomPage(c, room)
	if err != nil {
		return err
	}
	f.Nonce = page.Form.Nonce
	page.Form = f
	return render.ShowStatus(c, status, page)
}

// sayAgain says what a form sends. A page that comes back out of the browser's
// memory has its old nonce: under that one, other words are another message.
func (v *Views) sayAgain(ctx context.Context, who models.Viewer, room int64, f forms.Message) (models.Message, error) {
	if !f.HasNonce() {
		f.Nonce = rand.Text()
	}
	m, err := v.say(ctx, who, room, f)
	if err == nil && m.Text != f.Text {
		f.Nonce = rand.Text()
		m, err = v.say(ctx, who, room, f)
	}
	return m, err
}

// say keeps a message, once for each nonce, and then has it sent to everybody
// in the room. The right to speak is asked in the same transaction.
func (v *Views) say(ctx context.Context, who models.Viewer, id int64, f forms.Message) (m models.Message, err error) {
	err = v.DB.Tx(ctx, func(tx *gorm.DB) error {
		room, err := models.RoomsIn(tx).VisibleTo(who).Get(ctx, id)
		if err != nil {
			return err
		}
		if err := speakable(ctx, tx, room, who.ID); err != nil {
			return err
		}
		m, _, err = models.Say(ctx, tx, room, models.Message{UserID: who.ID, Text: f.Text, Nonce: f.Nonce})
		return err
	})
	if err == nil {
		v.Chat.Wake(id)
	}
	return m, err
}

// speakable refuses words to who does not see the speaker any more.
func speakable(ctx context.Context, tx *gorm.DB, room models.Room, who int64) error {
	if !room.IsDirect() {
		return nil
	}
	apart, err := models.Blocked(ctx, tx, who, room.Other(who))
	if err == nil && apart {
		return problem.Forbidden("This conversation is at rest. What was said stays; nothing new can be said here.")
	}
	return err
}
