package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
)

var errEnded = errors.New("auth: the session was ended meanwhile")

// Store keeps sessions in the table
//
//	sessions(token text PRIMARY KEY, data bytes NOT NULL, expires_at time NOT NULL)
//
// which the site's migrations create (with an index on expires_at). It is an
// scs.CtxStore. Tokens reach it hashed, so a stolen database opens no session.
type Store struct {
	read, write *gorm.DB
	idle        time.Duration
}

// NewStore reads sessions through one handle and writes them through another;
// both may be the same.
func NewStore(read, write *gorm.DB) *Store { return &Store{read: read, write: write} }

// until is the moment a session ends if nobody comes back. Whole seconds of UTC
// compare rightly also where the database keeps times as text.
func (s *Store) until(deadline time.Time) time.Time {
	if s.idle > 0 {
		if idle := time.Now().Add(s.idle); idle.Before(deadline) {
			deadline = idle
		}
	}
	return deadline.UTC().Truncate(time.Second)
}

// FindCtx gives the data of a session that has not expired.
func (s *Store) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	var row struct {
		Data      []byte
		ExpiresAt time.Time
	}
	q := s.read.WithContext(ctx).Raw("SELECT data, expires_at FROM sessions WHERE token = ? AND expires_at > ?",
		token, time.Now().UTC().Truncate(time.Second)).Scan(&row)
	v := visitIn(ctx)
	if q.Error != nil {
		if v != nil {
			v.failed = q.Error
		}
		return nil, false, fmt.Errorf("find session: %w", q.Error)
	}
	if q.RowsAffected == 0 {
		return nil, false, nil
	}
	if v != nil {
		v.stored, v.expires = token, row.ExpiresAt
	}
	return row.Data, true, nil
}

// CommitCtx stores a session. One that this request found in the database is
// only updated: if it was ended meanwhile, it stays ended.
func (s *Store) CommitCtx(ctx context.Context, token string, data []byte, expires time.Time) error {
	v := visitIn(ctx)
	if v != nil && v.stored == token {
		return s.update(ctx, token, data, s.until(expires))
	}
	err := s.write.WithContext(ctx).Exec("INSERT INTO sessions (token, data, expires_at) VALUES (?, ?, ?) "+
		"ON CONFLICT (token) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at",
		token, data, s.until(expires)).Error
	if err != nil {
		return fmt.Errorf("insert session: %w", err)
	}
	if v != nil {
		v.stored = token
	}
	return nil
}

func (s *Store) update(ctx context.Context, token string, data []byte, expires time.Time) error {
	q := s.write.WithContext(ctx).Exec("UPDATE sessions SET data = ?, expires_at = ? WHERE token = ?", data, expires, token)
	if q.Error != nil {
		return fmt.Errorf("update session: %w", q.Error)
	}
	if q.RowsAffected == 0 {
		return errEnded
	}
	return nil
}

func (s *Store) touch(ctx context.Context, token string, expires time.Time) error {
	err := s.write.WithContext(ctx).Exec("UPDATE sessions SET expires_at = ? WHERE token = ?", expires, token).Error
	if err != nil {
		return fmt.Errorf("touch session: %w", err)
	}
	return nil
}

// DeleteCtx ends a session. One that does not exist is no error.
func (s *Store) DeleteCtx(ctx context.Context, token string) error {
	if err := s.write.WithContext(ctx).Exec("DELETE FROM sessions WHERE token = ?", token).Error; err != nil {
		return fmt.Errorf("delete session: %w", err)
	}
	return nil
}

// DeleteExpired removes sessions that are over and says how many there were.
func (s *Store) DeleteExpired(ctx context.Context) (int64, error) {
	q := s.write.WithContext(ctx).Exec("DELETE FROM sessions WHERE expires_at <= ?", time.Now().UTC().Truncate(time.Second))
	if q.Error != nil {
		return 0, fmt.Errorf("delete expired sessions: %w", q.Error)
	}
	return q.RowsAffected, nil
}

// Find is FindCtx without a context.
func (s *Store) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (s *Store) Commit(token string, data []byte, expires time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expires)
}

// Delete is DeleteCtx without a context.
func (s *Store) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }
