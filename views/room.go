package views

import (
	"crypto/rand"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/forms"
	"superbook/kit/chat"
	"superbook/kit/form"
	"superbook/kit/render"
	"superbook/models"
)

// messagesShown is how many messages a page, or one step back in history, has.
const messagesShown = 40

// Talk is a stretch of a room's messages, oldest first.
type Talk struct {
	Room     int64
	Messages []models.MessageCard
	Older    int64 // what is older stands before this one; 0 when nothing does
}

// Last is the newest message of the stretch, or 0.
func (t Talk) Last() int64 {
	if len(t.Messages) == 0 {
		return 0
	}
	return t.Messages[len(t.Messages)-1].ID
}

// RoomPage is a room with its newest messages, or a stretch of older ones.
type RoomPage struct {
	Base
	Room   models.Room
	Name   string // of the room, or of the other one in a conversation of two
	Talk   Talk
	People []models.Face
	Here   []chat.Person
	Member bool
	Past   bool // a stretch of older messages
	Form   forms.Message
	Invite forms.Invite

	read int64 // the last message that the viewer had seen before
}

// Template names the page's template.
func (RoomPage) Template() string { return "rooms/room" }

// Other is the other one in a conversation of two, or nil.
func (p RoomPage) Other() *models.Face {
	for i := range p.People {
		if p.Room.IsDirect() && p.Me != nil && p.People[i].ID != p.Me.ID {
			return &p.People[i]
		}
	}
	return nil
}

func (p RoomPage) otherName() string {
	if other := p.Other(); other != nil {
		return other.Name
	}
	return "A conversation"
}

// CanInvite says whether the viewer may ask others in.
func (p RoomPage) CanInvite() bool { return p.Member && p.Room.Private && !p.Room.IsDirect() }

// Room handles GET /rooms/:id?before=ID.
func (v *Views) Room(c echo.Context) error {
	room, err := v.room(c)
	if err != nil {
		return err
	}
	page, err := v.roomPage(c, room)
	if err != nil {
		return err
	}
	if wantsJSON(c) {
		return c.JSON(http.StatusOK, roomJSON{room.ID, page.Name, room.Topic, room.Private, page.Talk.json()})
	}
	if err := v.seen(c, page); err != nil {
		return err
	}
	return render.Show(c, page)
}

func (v *Views) roomPage(c echo.Context, room models.Room) (page RoomPage, err error) {
	ctx := c.Request().Context()
	var h forms.History
	if err := form.Query(c, &h); err != nil {
		return page, err
	}
	page = RoomPage{Base: v.base(c, "rooms", room.Name), Room: room, Name: room.Name, Past: h.Before > 0}
	page.Form.Nonce = rand.Text()
	if page.Talk, err = v.talk(c, room, forms.History{Before: h.Before}); err != nil {
		return page, err
	}
	if page.People, err = models.PeopleIn(ctx, v.DB.Read, me(c), room.ID, peopleShown); err != nil {
		return page, err
	}
	if page.Here, err = v.here(c, room.ID); err != nil {
		return page, err
	}
	m, member, err := models.MembershipIn(ctx, v.DB.Read, room.ID, me(c).ID)
	page.Member, page.read = member, m.ReadID
	if room.IsDirect() {
		page.Name = page.otherName()
		page.Title = page.Name
	}
	return page, err
}

// here lists who sits in the room now and can be seen by the viewer.
func (v *Views) here(c echo.Context, room int64) ([]chat.Person, error) {
	deaf, err := v.deaf(c.Request().Context(), me(c).ID)
	if err != nil || deaf == nil {
		return v.Chat.Here(room), err
	}
	return slices.DeleteFunc(v.Chat.Here(room), func(p chat.Person) bool { return deaf(p.ID) }), nil
}

// talk reads a stretch of messages: the newest, those before one, or those after one.
func (v *Views) talk(c echo.Context, room models.Room, h forms.History) (t Talk, err error) {
	ctx := c.Request().Context()
	q := models.MessagesIn(v.DB.Read).In(room.ID).HeardBy(me(c))
	t.Room = room.ID
	if h.After > 0 {
		t.Messages, err = q.After(h.After).Oldest(messagesShown).Find(ctx)
		return t, err
	}
	t.Messages, err = q.Before(h.Before).Newest(messagesShown + 1).Find(ctx)
	if len(t.Messages) > messagesShown {
		t.Messages = t.Messages[:messagesShown]
		t.Older = t.Messages[messagesShown-1].ID
	}
	slices.Reverse(t.Messages)
	return t, err
}

// seen notes that a member has read what the page shows.
func (v *Views) seen(c echo.Context, page RoomPage) error {
	ctx, last := c.Request().Context(), page.Room.LastMessageID
	if page.Past || !page.Member || page.read >= last || c.Request().Method == http.MethodHead {
		return nil
	}
	return v.DB.Tx(ctx, func(tx *gorm.DB) error { return models.MarkRead(ctx, tx, page.Room.ID, me(c).ID, last) })
}

// RoomMessages handles GET /rooms/:id/messages?before=ID&after=ID: a fragment of
// the page, or JSON.
func (v *Views) RoomMessages(c echo.Context) error {
	room, err := v.room(c)
	if err != nil {
		return err
	}
	var h forms.History
	if err := form.Query(c, &h); err != nil {
		return err
	}
	t, err := v.talk(c, room, h)
	if err != nil {
		return err
	}
	if wantsJSON(c) {
		return c.JSON(http.StatusOK, t.json())
	}
	html, err := v.News.Pages.Fragment("talk", t)
	if err != nil {
		return err
	}
	return c.HTML(http.StatusOK, html)
}
