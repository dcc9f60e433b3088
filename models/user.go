package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"superbook/kit/db"
)

// User is somebody with an account: a superhero, or somebody who admires them.
type User struct {
	ID           int64
	CreatedAt    time.Time
	Username     string // as typed
	UsernameKey  string // folded; unique
	Email        string // as typed
	EmailKey     string // folded; several accounts may share it
	PasswordHash string // argon2id, in the PHC string format
	Staff        bool
	VIP          bool `gorm:"column:vip"` // may have reminders of important dates by mail
}

// ErrUsernameTaken says that the name, in any case, belongs to somebody else.
var ErrUsernameTaken = errors.New("models: username taken")

// CreateUser makes an account with its profile. It answers ErrUsernameTaken
// when the name is in use, however it is written. Call it in a transaction.
func CreateUser(ctx context.Context, tx *gorm.DB, u User, p Profile) (User, error) {
	u.CreatedAt, u.UsernameKey, u.EmailKey = now(), Key(u.Username), Key(u.Email)
	if err := db.Rows[User](tx).Create(ctx, &u); db.IsDuplicate(err) {
		return User{}, ErrUsernameTaken
	} else if err != nil {
		return User{}, fmt.Errorf("create user: %w", err)
	}
	p.UserID = u.ID
	if p.Name == "" {
		p.Name = u.Username
	}
	return u, createProfile(ctx, tx, u, p)
}

// UserByID finds an account by number.
func UserByID(ctx context.Context, conn *gorm.DB, id int64) (User, error) {
	u, err := db.Rows[User](conn).Where("id = ?", id).Take(ctx)
	return found(u, err, "member")
}

// UserByUsername finds an account by its name in any case.
func UserByUsername(ctx context.Context, conn *gorm.DB, username string) (User, error) {
	u, err := db.Rows[User](conn).Where("username_key = ?", Key(username)).Take(ctx)
	return found(u, err, "member")
}

// UsersByEmail gives the accounts of one address, oldest first, at most n.
func UsersByEmail(ctx context.Context, conn *gorm.DB, email string, n int) ([]User, error) {
	return db.Rows[User](conn).Where("email_key = ?", Key(email)).Order("id").Limit(n).Find(ctx)
}

// SetPassword replaces the hash, which ends every session made under the old one.
func SetPassword(ctx context.Context, tx *gorm.DB, id int64, hash string) error {
	n, err := db.Rows[User](tx).Where("id = ?", id).Update(ctx, "password_hash", hash)
	if err == nil && n == 0 {
		err = gorm.ErrRecordNotFound
	}
	if err != nil {
		return fmt.Errorf("set password: %w", err)
	}
	return nil
}

// SetVIP lets an account into the VIP group, or out of it.
func SetVIP(ctx context.Context, tx *gorm.DB, id int64, vip bool) error {
	n, err := db.Rows[User](tx).Where("id = ?", id).Update(ctx, "vip", vip)
	if err == nil && n == 0 {
		err = gorm.ErrRecordNotFound
	}
	if err != nil {
		return fmt.Errorf("set VIP: %w", err)
	}
	return nil
}

// Viewer is who is looking: what every page shows of them. The zero Viewer is
// a stranger, who sees only what is public.
type Viewer struct {
	ID       int64
	Username string
	Name     string
	Kind     Kind
	Staff    bool
	VIP      bool     `gorm:"column:vip"`
	Portrait Portrait `gorm:"embedded"`
	Unseen   int      // notifications, up to 100
	// UnreadRooms is how many rooms have something new.
	UnreadRooms int
	Blocks      bool // there is somebody whom they do not see
	// PasswordHash is what a session's stamp is derived from; it is never shown.
	PasswordHash string
}

// TableName tells gorm that a Viewer is read from joined tables.
func (Viewer) TableName() string { return "users" }

// ViewerByID loads what pages show of the one who is looking, in one query.
func ViewerByID(ctx context.Context, conn *gorm.DB, id int64) (Viewer, error) {
	v, err := db.Rows[Viewer](conn).Table(memberTables).
		Select("users.id, users.username, users.staff, users.vip, users.password_hash, profiles.name, profiles.kind, "+portraitColumns+", "+unseen+", "+unreadRooms+
			", EXISTS (SELECT 1 FROM blocks WHERE blocks.user_id = users.id) AS blocks").
		Where("users.id = ?", id).Take(ctx)
	return found(v, err, "member")
}
