package queue

import (
	"database/sql/driver"
	"fmt"
	"time"

	"superbook/kit/db"
)

// sqliteTime is how River writes a time on SQLite, so that times sort as texts.
const sqliteTime = "2006-01-02 15:04:05.000"

// time is t as the column of a job has it.
func (q *Queue) time(t time.Time) any {
	if q.db.Dialect == db.Postgres {
		return t.UTC()
	}
	return t.UTC().Round(time.Millisecond).Format(sqliteTime)
}

// moment reads a time that a statement has made of a column: SQLite then answers
// with a text.
type moment struct {
	time.Time
	Valid bool
}

// Scan reads what the database answered.
func (m *moment) Scan(v any) (err error) {
	switch v := v.(type) {
	case nil:
		*m = moment{}
		return nil
	case time.Time:
		m.Time = v.UTC()
	case string:
		m.Time, err = time.Parse("2006-01-02 15:04:05.999999999", v)
	case []byte:
		m.Time, err = time.Parse("2006-01-02 15:04:05.999999999", string(v))
	default:
		err = fmt.Errorf("a time of type %T", v)
	}
	m.Valid = err == nil
	return err
}

// Value is for gorm, which asks every field for it.
func (m moment) Value() (driver.Value, error) { return m.Time, nil }
