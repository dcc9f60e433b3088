package views

import (
	"net/http"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/forms"
	"superbook/kit/form"
	"superbook/kit/problem"
	"superbook/kit/render"
	"superbook/kit/route"
	"superbook/models"
)

const (
	roomsShown  = 100
	peopleShown = 60
)

// RoomsPage lists the rooms of the viewer, then those that they may join.
type RoomsPage struct {
	Base
	Mine []models.RoomCard
	Open []models.Room
	Form forms.Room
}

// Template names the page's template.
func (RoomsPage) Template() string { return "rooms/list" }

// Rooms handles GET /rooms.
func (v *Views) Rooms(c echo.Context) (err error) {
	ctx := c.Request().Context()
	page := RoomsPage{Base: v.base(c, "rooms", "Rooms")}
	if page.Mine, err = models.RoomsOf(ctx, v.DB.Read, me(c).ID, roomsShown); err != nil {
		return err
	}
	if page.Open, err = models.RoomsIn(v.DB.Read).OpenTo(me(c).ID).Liveliest(roomsShown).Find(ctx); err != nil {
		return err
	}
	return render.Show(c, page)
}

// RoomNewPage is the form for a new room.
type RoomNewPage struct {
	Base
	Form forms.Room
}

// Template names the page's template.
func (RoomNewPage) Template() string { return "rooms/new" }

// RoomNew handles GET /rooms/new.
func (v *Views) RoomNew(c echo.Context) error {
	return render.Show(c, RoomNewPage{v.base(c, "rooms", "A new room"), forms.Room{}})
}

// RoomNewSave handles POST /rooms/new.
func (v *Views) RoomNewSave(c echo.Context) error {
	ctx := c.Request().Context()
	var f forms.Room
	if ok, err := form.Read(c, &f); err != nil {
		return err
	} else if !ok {
		return refuse(c, f.All(), RoomNewPage{v.base(c, "rooms", "A new room"), f})
	}
	if err := slowDown(v.Limits.MessagesByAccount, me(c).Username); err != nil {
		return err
	}
	room := models.Room{UserID: me(c).ID, Name: f.Name, Topic: f.Topic, Private: f.Private}
	if err := v.DB.Tx(ctx, func(tx *gorm.DB) error { return models.CreateRoom(ctx, tx, &room) }); err != nil {
		return err
	}
	v.Auth.Flash(c, "The room is open. Say something, so that it is not so quiet.")
	return route.Redirect(c, "room", room.ID)
}

// room finds the room out of the path, if the viewer may know of it.
func (v *Views) room(c echo.Context) (models.Room, error) {
	id, err := route.ID(c)
	if err != nil {
		return models.Room{}, err
	}
	return models.RoomsIn(v.DB.Read).VisibleTo(me(c)).Get(c.Request().Context(), id)
}

// RoomJoin handles POST /rooms/:id/join.
func (v *Views) RoomJoin(c echo.Context) error {
	ctx := c.Request().Context()
	if err := v.slowReactions(c); err != nil {
		return err
	}
	room, err := v.room(c)
	if err != nil {
		return err
	}
	if err := v.DB.Tx(ctx, func(tx *gorm.DB) error { return models.JoinRoom(ctx, tx, room, me(c).ID) }); err != nil {
		return err
	}
	v.Auth.Flash(c, "The room is among yours now.")
	return route.Redirect(c, "room", room.ID)
}

// RoomLeave handles POST /rooms/:id/leave. Open pages of the room lose their
// connection; those of a public room may come back as a guest's.
func (v *Views) RoomLeave(c echo.Context) error {
	ctx := c.Request().Context()
	room, err := v.room(c)
	if err != nil {
		return err
	}
	if room.IsDirect() {
		return problem.New(http.StatusConflict, "A conversation between two stays with both. Nobody else can read it.")
	}
	var left bool
	err = v.DB.Tx(ctx, func(tx *gorm.DB) (err error) {
		left, err = models.LeaveRoom(ctx, tx, room.ID, me(c).ID)
		return err
	})
	if err != nil {
		return err
	}
	v.unseat(room.ID, me(c).ID)
	if left {
		v.Auth.Flash(c, "You have left "+room.Name+".")
	}
	return route.Redirect(c, "rooms")
}
