package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
)

// Message is what somebody said in a room.
type Message struct {
	ID        int64
	RoomID    int64
	UserID    int64
	CreatedAt time.Time
	Text      string // at most 1,000 characters, as people count, with line breaks
	Nonce     string // by which the sender knows it again; unique with room and user
}

// MessageCard is a message as pages show it, scanned flat from joined tables.
type MessageCard struct {
	Message `gorm:"embedded"`
	Author  Face `gorm:"embedded;embeddedPrefix:author_"`
}

// TableName tells gorm that a MessageCard is read from joined tables.
func (MessageCard) TableName() string { return "messages" }

var messageTables = "messages" + faceTables("messages.user_id")

var messageColumns = "messages.id, messages.room_id, messages.user_id, messages.created_at, messages.text, messages.nonce, " +
	faceColumns("author_")

// Messages is a question about messages. Each method returns a narrower
// question and leaves the old one as it was.
type Messages struct {
	db.Query[MessageCard]
}

// MessagesIn starts with every message in the database or transaction.
func MessagesIn(conn *gorm.DB) Messages {
	return Messages{db.Rows[MessageCard](conn).Table(messageTables).Select(messageColumns)}
}

// HeardBy leaves out those of members whom the viewer does not see. Which room
// they may read is asked of the room.
func (q Messages) HeardBy(v Viewer) Messages {
	return Messages{q.Where(unblocked("messages.user_id"), v.ID)}
}

// In keeps those of one room.
func (q Messages) In(room int64) Messages { return Messages{q.Where("messages.room_id = ?", room)} }

// Before keeps those that are older than one. With 0 all are.
func (q Messages) Before(id int64) Messages {
	if id == 0 {
		return q
	}
	return Messages{q.Where("messages.id < ?", id)}
}

// After keeps those that are newer than one.
func (q Messages) After(id int64) Messages { return Messages{q.Where("messages.id > ?", id)} }

// Newest puts the newest first and stops after n.
func (q Messages) Newest(n int) Messages { return Messages{q.Order("messages.id DESC").Limit(n)} }

// Oldest puts the oldest first and stops after n.
func (q Messages) Oldest(n int) Messages { return Messages{q.Order("messages.id").Limit(n)} }

// Say keeps a message in a room and makes its author a member who has read it.
// A message that came before, under the same nonce, is answered instead of
// being kept twice; again is then true.
//
// The room's row is written first. Its lock puts the messages of one room into
// line, so that they become visible in the order of their ids: who has one, and
// asks for what came after, has missed none.
func Say(ctx context.Context, tx *gorm.DB, r Room, m Message) (_ Message, again bool, err error) {
	m.RoomID, m.CreatedAt = r.ID, now()
	if err := lockRoom(ctx, tx, r.ID); err != nil {
		return m, false, err
	}
	old, err := db.Rows[Message](tx).Where("room_id = ? AND user_id = ? AND nonce = ?", r.ID, m.UserID, m.Nonce).Take(ctx)
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		return old, err == nil, err
	}
	if err := db.Rows[Message](tx).Create(ctx, &m); err != nil {
		return m, false, fmt.Errorf("create message: %w", err)
	}
	if _, err := db.Rows[Room](tx).Where("id = ?", r.ID).Update(ctx, "last_message_id", m.ID); err != nil {
		return m, false, fmt.Errorf("note the last message: %w", err)
	}
	if err := JoinRoom(ctx, tx, r, m.UserID); err != nil {
		return m, false, err
	}
	return m, false, MarkRead(ctx, tx, r.ID, m.UserID, m.ID)
}

func lockRoom(ctx context.Context, tx *gorm.DB, id int64) error {
	n, err := db.Rows[Room](tx).Where("id = ?", id).Update(ctx, "last_message_id", gorm.Expr("last_message_id"))
	if err == nil && n == 0 {
		err = gorm.ErrRecordNotFound
	}
	_, err = found(n, err, "room")
	return err
}
