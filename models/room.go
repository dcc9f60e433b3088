package models

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"superbook/kit/db"
)

// Room is where members talk: in public, among those who were invited, or two
// with each other.
type Room struct {
	ID            int64
	CreatedAt     time.Time
	UserID        int64 // who founded it
	Name          string
	Topic         string
	Private       bool    // only members know of it
	Direct        *string // the two of a conversation, as "3:17"; nil for other rooms
	LastMessageID int64   // 0 while nobody has said anything
}

// IsDirect says whether the room is a conversation between two.
func (r Room) IsDirect() bool { return r.Direct != nil }

// RoomMember is somebody's place in a room.
type RoomMember struct {
	RoomID   int64 `gorm:"primaryKey;autoIncrement:false"`
	UserID   int64 `gorm:"primaryKey;autoIncrement:false"`
	JoinedAt time.Time
	ReadID   int64 // the last message that they have seen
}

// Rooms is a question about rooms. Each method returns a narrower question and
// leaves the old one as it was.
type Rooms struct{ db.Query[Room] }

// RoomsIn starts with every room in the database or transaction.
func RoomsIn(conn *gorm.DB) Rooms { return Rooms{db.Rows[Room](conn)} }

const inRoom = "EXISTS (SELECT 1 FROM room_members AS mine WHERE mine.room_id = rooms.id AND mine.user_id = ?)"

// VisibleTo keeps what is public, and the rooms that the viewer is a member of.
// Staff see no more than others: what is said in private stays there.
func (q Rooms) VisibleTo(v Viewer) Rooms {
	return Rooms{q.Where("rooms.private = ? OR "+inRoom, false, v.ID)}
}

// With keeps the rooms that somebody is a member of.
func (q Rooms) With(user int64) Rooms { return Rooms{q.Where(inRoom, user)} }

// OpenTo keeps the public rooms that somebody is not a member of yet.
func (q Rooms) OpenTo(user int64) Rooms {
	return Rooms{q.Where("rooms.private = ? AND NOT "+inRoom, false, user)}
}

// Liveliest puts those first in which something was said last, and stops after n.
func (q Rooms) Liveliest(n int) Rooms {
	return Rooms{q.Order("rooms.last_message_id DESC, rooms.id DESC").Limit(n)}
}

// Get asks for one room, which the question may hide.
func (q Rooms) Get(ctx context.Context, id int64) (Room, error) {
	r, err := q.Where("rooms.id = ?", id).Take(ctx)
	return found(r, err, "room")
}

// CreateRoom founds a room, with its founder as the first member.
func CreateRoom(ctx context.Context, tx *gorm.DB, r *Room) error {
	r.CreatedAt = now()
	if err := db.Rows[Room](tx).Create(ctx, r); err != nil {
		return fmt.Errorf("create room: %w", err)
	}
	return JoinRoom(ctx, tx, *r, r.UserID)
}

// JoinRoom makes somebody a member, for whom everything said so far counts as
// read. Who is one already stays one.
func JoinRoom(ctx context.Context, tx *gorm.DB, r Room, user int64) error {
	m := RoomMember{RoomID: r.ID, UserID: user, JoinedAt: now(), ReadID: r.LastMessageID}
	if err := db.Rows[RoomMember](tx, clause.OnConflict{DoNothing: true}).Create(ctx, &m); err != nil {
		return fmt.Errorf("join room: %w", err)
	}
	return nil
}

// LeaveRoom ends a membership. It answers false when there was none.
func LeaveRoom(ctx context.Context, tx *gorm.DB, room, user int64) (bool, error) {
	n, err := db.Rows[RoomMember](tx).Where("room_id = ? AND user_id = ?", room, user).Delete(ctx)
	return n == 1, err
}

// MembershipIn finds somebody's place in a room; ok is false when they have none.
func MembershipIn(ctx context.Context, conn *gorm.DB, room, user int64) (m RoomMember, ok bool, err error) {
	m, err = db.Rows[RoomMember](conn).Where("room_id = ? AND user_id = ?", room, user).Take(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return m, false, nil
	}
	return m, err == nil, err
}

// MarkRead notes that somebody has seen the messages of a room up to one. It
// never goes back, and not beyond what has been said.
func MarkRead(ctx context.Context, tx *gorm.DB, room, user, message int64) error {
	_, err := db.Rows[RoomMember](tx).Where("room_id = ? AND user_id = ? AND read_id < ?", room, user, message).
		Where("? <= (SELECT last_message_id FROM rooms WHERE id = ?)", message, room).Update(ctx, "read_id", message)
	return err
}

// unreadRooms is a column with the number of the joined user's rooms in which
// something was said that they have not seen, by somebody whom they see. The
// offset has PostgreSQL look into each of those rooms by the index; joined to
// the rooms, it might read all messages.
const unreadRooms = "(SELECT COUNT(*) FROM room_members m JOIN rooms r ON r.id = m.room_id" +
	" WHERE m.user_id = users.id AND m.read_id < r.last_message_id" +
	" AND EXISTS (SELECT 1 FROM messages fresh WHERE fresh.room_id = m.room_id AND fresh.id > m.read_id" +
	" AND NOT EXISTS (SELECT 1 FROM blocks WHERE blocks.user_id = m.user_id AND blocks.other_id = fresh.user_id)" +
	" LIMIT 1 OFFSET 0)) AS unread_rooms"

// readDirect marks the conversation between two members as read, when neither
// will see it any more.
func readDirect(ctx context.Context, tx *gorm.DB, a, b int64) error {
	err := tx.WithContext(ctx).Exec("UPDATE room_members SET read_id = (SELECT last_message_id FROM rooms WHERE rooms.id = room_members.room_id)"+
		" WHERE room_id IN (SELECT id FROM rooms WHERE direct = ?)", directKey(a, b)).Error
	if err != nil {
		return fmt.Errorf("read a conversation: %w", err)
	}
	return nil
}

// directKey names the conversation between two members, whoever begins it.
func directKey(a, b int64) string { return fmt.Sprintf("%d:%d", min(a, b), max(a, b)) }

// DirectRoom finds the conversation between two members, or begins it.
func DirectRoom(ctx context.Context, tx *gorm.DB, from, to int64) (Room, error) {
	key := directKey(from, to)
	r := Room{CreatedAt: now(), UserID: from, Private: true, Direct: &key}
	// Both may write at once: the second one finds what the first has begun.
	if err := db.Rows[Room](tx, clause.OnConflict{DoNothing: true}).Create(ctx, &r); err != nil {
		return r, fmt.Errorf("begin a conversation: %w", err)
	}
	r, err := db.Rows[Room](tx).Where("direct = ?", key).Take(ctx)
	if err != nil {
		return r, fmt.Errorf("find a conversation: %w", err)
	}
	return r, errors.Join(JoinRoom(ctx, tx, r, from), JoinRoom(ctx, tx, r, to))
}

// Other is the number of the one with whom the user talks in a conversation of
// two, or 0 in other rooms.
func (r Room) Other(user int64) int64 {
	if r.Direct == nil {
		return 0
	}
	for part := range strings.SplitSeq(*r.Direct, ":") {
		if id, err := strconv.ParseInt(part, 10, 64); err == nil && id != user {
			return id
		}
	}
	return 0
}
