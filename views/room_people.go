package views

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/forms"
	"superbook/kit/form"
	"superbook/kit/problem"
	"superbook/kit/route"
	"superbook/models"
)

// RoomInvite handles POST /rooms/:id/invite: a member asks somebody in.
func (v *Views) RoomInvite(c echo.Context) error {
	ctx := c.Request().Context()
	room, err := v.room(c)
	if err != nil {
		return err
	}
	if !room.Private || room.IsDirect() {
		return problem.NotFound("Nobody has to be invited here.")
	}
	if err := slowDown(v.Limits.MessagesByAccount, me(c).Username); err != nil {
		return err
	}
	var f forms.Invite
	var guest models.User
	if ok, err := form.Read(c, &f); err != nil {
		return err
	} else if ok {
		if guest, err = v.invitee(ctx, me(c), room, &f); err != nil {
			return err
		}
	}
	if !f.OK() {
		return v.refuseInvite(c, room, f)
	}
	if err := v.DB.Tx(ctx, func(tx *gorm.DB) error { return models.JoinRoom(ctx, tx, room, guest.ID) }); err != nil {
		return err
	}
	v.Auth.Flash(c, guest.Username+" is in the room now.")
	return route.Redirect(c, "room", room.ID)
}

const unknownWords = "Nobody here has that username. Check the spelling."

// invitee finds who is meant, or notes on the form why not.
func (v *Views) invitee(ctx context.Context, who models.Viewer, room models.Room, f *forms.Invite) (models.User, error) {
	u, err := models.UserByUsername(ctx, v.DB.Read, f.Username)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		f.Need("username", false, unknownWords)
		return u, nil
	} else if err != nil {
		return u, err
	}
	apart, err := models.Blocked(ctx, v.DB.Read, who.ID, u.ID)
	if err != nil {
		return u, err
	}
	f.Need("username", !apart, unknownWords)
	_, in, err := models.MembershipIn(ctx, v.DB.Read, room.ID, u.ID)
	f.Need("username", !in, "They are in the room already.")
	return u, err
}

func (v *Views) refuseInvite(c echo.Context, room models.Room, f forms.Invite) error {
	page, err := v.roomPage(c, room)
	if err != nil {
		return err
	}
	page.Invite = f
	return refuse(c, f.All(), page)
}

// UserMessage handles POST /users/:username/message: it opens the conversation
// between the two, or begins it.
func (v *Views) UserMessage(c echo.Context) error {
	ctx := c.Request().Context()
	username, err := route.Param(c, "username")
	if err != nil {
		return err
	}
	to, err := models.UserByUsername(ctx, v.DB.Read, username)
	if err != nil {
		return err
	}
	if to.ID == me(c).ID {
		return problem.New(http.StatusConflict, "That is you. Talking to yourself needs no room.")
	}
	if apart, err := models.Blocked(ctx, v.DB.Read, me(c).ID, to.ID); err != nil {
		return err
	} else if apart {
		return problem.NotFound("There is no such member.")
	}
	if err := slowDown(v.Limits.MessagesByAccount, me(c).Username); err != nil {
		return err
	}
	return v.openDirect(c, to.ID)
}

func (v *Views) openDirect(c echo.Context, to int64) error {
	var room models.Room
	err := v.DB.Tx(c.Request().Context(), func(tx *gorm.DB) (err error) {
		room, err = models.DirectRoom(c.Request().Context(), tx, me(c).ID, to)
		return err
	})
	if err != nil {
		return err
	}
	return route.Redirect(c, "room", room.ID)
}
