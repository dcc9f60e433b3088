package models

import (
	"context"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
)

// RoomCard is a room as a member's list of rooms shows it, scanned flat from
// joined tables.
type RoomCard struct {
	ID       int64
	Name     string
	Topic    string
	Private  bool
	Unread   int // messages that the member has not seen, at most 100
	LastText string
	LastBy   string // the name of who said it
	LastAt   *time.Time
	Other    Face `gorm:"embedded;embeddedPrefix:other_"` // in a conversation of two
}

// IsDirect says whether the room is a conversation between two.
func (c RoomCard) IsDirect() bool { return c.Other.ID != 0 }

// Title is the name of the room, or of the other one in a conversation of two.
func (c RoomCard) Title() string {
	if c.IsDirect() {
		return c.Other.Name
	}
	return c.Name
}

// TableName tells gorm that a RoomCard is read from joined tables.
func (RoomCard) TableName() string { return "room_members" }

// What members say who are hidden from this one is neither shown nor counted.
var (
	cardTables = "room_members JOIN rooms ON rooms.id = room_members.room_id" +
		" LEFT JOIN messages ON messages.id = rooms.last_message_id AND " + unblocked("messages.user_id") +
		" LEFT JOIN profiles AS author ON author.user_id = messages.user_id" +
		" LEFT JOIN room_members AS other ON rooms.direct IS NOT NULL AND other.room_id = rooms.id AND other.user_id <> room_members.user_id" +
		" LEFT JOIN users ON users.id = other.user_id LEFT JOIN profiles ON profiles.user_id = other.user_id" +
		" LEFT JOIN photos ON photos.id = profiles.photo_id AND photos.state = 'ready'"
	cardColumns = "rooms.id, rooms.name, rooms.topic, rooms.private, COALESCE(messages.text, '') AS last_text," +
		" COALESCE(author.name, '') AS last_by, messages.created_at AS last_at," +
		" (SELECT COUNT(*) FROM (SELECT 1 FROM messages AS fresh WHERE fresh.room_id = rooms.id" +
		" AND fresh.id > room_members.read_id AND " + unblocked("fresh.user_id") + " LIMIT 100) AS unseen) AS unread, " + faceColumns("other_")
)

// RoomsOf lists the rooms of a member, the one in which something was said
// last first, at most n.
func RoomsOf(ctx context.Context, conn *gorm.DB, user int64, n int) ([]RoomCard, error) {
	return db.Rows[RoomCard](conn).Table(cardTables, user).Select(cardColumns, user).
		Where("room_members.user_id = ?", user).Where("(other.user_id IS NULL OR "+unblocked("other.user_id")+")", user).
		Order("rooms.last_message_id DESC, rooms.id DESC").Limit(n).Find(ctx)
}

// PeopleIn lists the members of a room whom the viewer sees, those who came
// first in front, at most n.
func PeopleIn(ctx context.Context, conn *gorm.DB, who Viewer, room int64, n int) ([]Face, error) {
	return db.Rows[Face](conn).Table("room_members"+faceTables("room_members.user_id")).Select(faceColumns("")).
		Where("room_members.room_id = ?", room).Where(unblocked("room_members.user_id"), who.ID).
		Order("room_members.joined_at, users.id").Limit(n).Find(ctx)
}
