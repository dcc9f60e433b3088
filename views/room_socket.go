package views

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"superbook/forms"
	"superbook/kit/chat"
	"superbook/kit/db"
	"superbook/kit/form"
	"superbook/kit/problem"
	"superbook/models"
	"superbook/tasks"
)

// RoomLog is what is said in rooms, as the chat hub reads it: each message with
// the very partial that the page shows.
type RoomLog struct {
	DB   *db.DB
	News *tasks.Publisher
}

// Last is the newest message of a room.
func (l RoomLog) Last(ctx context.Context, room int64) (int64, error) {
	r, err := models.RoomsIn(l.DB.Read).Get(ctx, room)
	return r.LastMessageID, err
}

// After gives the messages of a room behind one, as frames.
func (l RoomLog) After(ctx context.Context, room, id int64, n int) ([]chat.Item, error) {
	rows, err := models.MessagesIn(l.DB.Read).In(room).After(id).Oldest(n).Find(ctx)
	if err != nil {
		return nil, err
	}
	items := make([]chat.Item, len(rows))
	for i, m := range rows {
		html, err := l.News.Pages.Fragment("message", m)
		if err != nil {
			return nil, err
		}
		frame, err := json.Marshal(messageFrame{"message", m.ID, html})
		if err != nil {
			return nil, err
		}
		items[i] = chat.Item{ID: m.ID, From: m.UserID, Data: frame}
	}
	return items, nil
}

// Frames to the browser, beside those of the hub.
type (
	messageFrame struct {
		Type string `json:"type"`
		ID   int64  `json:"id"`
		HTML string `json:"html"`
	}
	// answerFrame tells the sender what became of a message: it is kept, refused,
	// or slow, which means: send it again in so many seconds.
	answerFrame struct {
		Type  string `json:"type"`
		Nonce string `json:"nonce"`
		ID    int64  `json:"id,omitempty"`
		Wait  int    `json:"wait,omitempty"`
		Words string `json:"words,omitempty"`
	}
)

// RoomSocket handles GET /rooms/:id/socket?last=ID, a WebSocket, the
// "long-lived" kind of async view where both sides talk. The client says the
// last message it has, and is sent what it missed.
func (v *Views) RoomSocket(c echo.Context) error {
	room, err := v.room(c)
	if err != nil {
		return err
	}
	var at struct {
		Last int64 `query:"last"`
	}
	if err := form.Query(c, &at); err != nil {
		return err
	}
	if !c.IsWebSocket() {
		return problem.New(http.StatusUpgradeRequired, "This address is for WebSockets. The room's page is beside it.")
	}
	t := &roomTalk{v: v, room: room.ID, who: me(c)}
	seat := chat.Seat{Channel: room.ID, Who: chat.Person{ID: t.who.ID, Name: t.who.Name}, Last: at.Last, Hear: t.hear}
	if seat.Deaf, err = v.deaf(c.Request().Context(), t.who.ID); err != nil {
		return err
	}
	switch err := v.Chat.Serve(c.Response(), c.Request(), seat); {
	case errors.Is(err, chat.ErrClosed):
		return echo.NewHTTPError(http.StatusServiceUnavailable).SetInternal(err)
	case errors.Is(err, chat.ErrCrowded):
		return problem.TooMany(time.Minute).Because(err)
	case err != nil:
		return problem.Forbidden("This connection was asked for by another site.").Because(err) // answered by then
	}
	return nil
}

// deaf says whom a member does not hear: those who are hidden from them when
// the connection is made. Who blocks somebody is to be dropped from the hub.
func (v *Views) deaf(ctx context.Context, who int64) (func(int64) bool, error) {
	hidden, err := models.Hidden(ctx, v.DB.Read, who)
	if err != nil || len(hidden) == 0 {
		return nil, err
	}
	return func(id int64) bool { _, found := slices.BinarySearch(hidden, id); return found }, nil
}

// roomTalk is one connection's side of the talk. Its methods run one after the
// other.
type roomTalk struct {
	v    *Views
	room int64
	who  models.Viewer
	read time.Time // when it last noted what was read
}

// readEvery bounds the writes that one connection causes by reading.
const readEvery = time.Second

func (t *roomTalk) hear(ctx context.Context, c *chat.Conn, raw []byte) error {
	f, err := forms.ReadRoomFrame(raw)
	if err != nil {
		return chat.ErrBadFrame
	}
	switch f.Type {
	case forms.FrameTyping:
		c.Typing()
		return nil
	case forms.FrameRead:
		if time.Since(t.read) < readEvery {
			return nil
		}
		t.read = time.Now()
		return t.v.DB.Tx(ctx, func(tx *gorm.DB) error { return models.MarkRead(ctx, tx, t.room, t.who.ID, f.Read) })
	}
	return t.say(ctx, c, f.Message)
}

func (t *roomTalk) say(ctx context.Context, c *chat.Conn, m forms.Message) error {
	answer, err := t.answer(ctx, m)
	if err != nil {
		return err
	}
	b, err := json.Marshal(answer)
	if err == nil {
		c.Send(b)
	}
	return err
}

// answer keeps a message and says so, or says why not.
func (t *roomTalk) answer(ctx context.Context, m forms.Message) (answerFrame, error) {
	if !m.OK() {
		return answerFrame{Type: "refused", Nonce: m.Nonce, Words: m.Error("text")}, nil
	}
	if ok, wait := t.v.Limits.MessagesByAccount.Allow(t.who.Username); !ok {
		return answerFrame{Type: "slow", Nonce: m.Nonce, Wait: seconds(wait), Words: "That was a lot at once. Your message waits a moment and is then sent."}, nil
	}
	kept, err := t.v.say(ctx, t.who, t.room, m)
	if p := (*problem.Problem)(nil); errors.As(err, &p) {
		if p.Status == http.StatusNotFound {
			t.v.Chat.Drop(t.room, t.who.ID) // not theirs any more: what is open asks anew
		}
		return answerFrame{Type: "refused", Nonce: m.Nonce, Words: p.Detail}, nil
	}
	return answerFrame{Type: "kept", Nonce: m.Nonce, ID: kept.ID}, err
}
